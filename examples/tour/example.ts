/** What `npm start` shows: one act for each kind of service. */
import counter from "../counter/example.js";
import greeter from "../greeter/example.js";
import signup from "../signup/example.js";
import type { Example } from "../support/contract.js";

const acts: readonly Example[] = [greeter, counter, signup];

export default {
  title: "Restate: a service, an object, a workflow",
  endpoint: { services: acts.flatMap(({ endpoint }) => endpoint.services) },
  play: async (stage) => {
    for (const act of acts) await act.play(stage);
  },
  tryIt: ({ ingressUrl, key }) => `curl ${ingressUrl}/Counter/${key("door")}/add --json 1`,
} satisfies Example;
