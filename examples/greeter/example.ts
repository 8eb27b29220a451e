/** Shows a step that fails and is retried, and an error that is not. */
import { deepEqual, equal } from "node:assert/strict";
import { greeter } from "./src/greeter.js";
import type { Example } from "../support/contract.js";

export default {
  title: "A service with a step that is retried until it works",
  endpoint: { services: [greeter] },
  play: async ({ narrator, ingress, ask, refused }) => {
    narrator.act("A service whose step fails, and is retried");
    const client = ingress.serviceClient<typeof greeter>({ name: "Greeter" });
    const ada = { name: "Ada", language: "fr" };
    equal(await ask("Greeter/greet Ada, fr", () => client.greet(ada)), "Bonjour, Ada!");
    const refusal = await refused("Greeter/greet nobody", () => client.greet({ ...ada, name: "" }));
    deepEqual(refusal, { status: 400, message: "Who is there?" });
    narrator.moral("The step was repeated until it worked. A terminal error is not retried.");
  },
  tryIt: ({ ingressUrl }) =>
    `curl ${ingressUrl}/Greeter/greet --json '{"name": "Bob", "language": "sw"}'`,
} satisfies Example;
