/** Shows a workflow that waits for a click on a link, and one that reminds and waits in vain. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { outbox } from "./src/mailer.js";
import { signup } from "./src/signup.js";
import { eventually } from "../../test/support/real-server/index.js";
import type { Example } from "../support/contract.js";

export default {
  title: "A workflow that waits for a click, or for a timer",
  endpoint: { services: [signup] },
  play: async ({ narrator, ingress, ask, refused, key }) => {
    narrator.act("A workflow that waits for a click, or for a timer");
    const signupOf = (user: string) =>
      ingress.workflowClient<typeof signup>({ name: "Signup" }, key(user));
    const ada = signupOf("ada");
    const email = `${key("ada")}@example.org`;
    const run = await ada.workflowSubmit({ email, linkValidFor: { minutes: 5 } });
    narrator.request("Signup/ada/run", { email }, "sent, not waited for");

    const secret = await emailedSecret(email);
    // The email is out a moment before the server has what was recorded before it.
    const status = await ask("Signup/ada/status", () =>
      eventually(async () => present(await ada.status())),
    );
    equal(status, "waiting for the click");
    const refusal = await refused("Signup/ada/click guessed", () => ada.click("guessed"));
    deepEqual(refusal, { status: 403, message: "This link is not valid" });
    await ask(`Signup/ada/click ${secret}`, () => ada.click(secret));
    equal(await ask("Signup/ada, attached", () => ingress.result(run)), "member");
    equal(await ask("Signup/ada/status", () => ada.status()), "member");

    const bob = signupOf("bob");
    const bobsEmail = `${key("bob")}@example.org`;
    const patience = { remindEvery: { milliseconds: 300 }, linkValidFor: { milliseconds: 800 } };
    const expired = await ask("Signup/bob/run, and no click", async () => {
      return ingress.result(await bob.workflowSubmit({ email: bobsEmail, ...patience }));
    });
    equal(expired, "link expired");
    const [link, reminder] = outbox.filter(({ to }) => to === bobsEmail);
    equal(reminder?.subject, "Do you still want to join?");
    const tooLate = await refused("Signup/bob/click", () => bob.click(link!.text));
    deepEqual(tooLate, { status: 410, message: "This link has expired" });
    narrator.moral(
      "While it waited, nothing ran: promise and timers were in Restate, not in a process.",
    );
  },
} satisfies Example;

/** The link arrives by email, as soon as the workflow has sent it. */
function emailedSecret(address: string): Promise<string> {
  return eventually(() => present(outbox.find(({ to }) => to === address)).text);
}

function present<T>(value: T): NonNullable<T> {
  ok(value, "It is not there yet");
  return value;
}
