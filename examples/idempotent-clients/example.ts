/** Shows clients on a bad network, a client in another process that asks later, and a workflow that is submitted twice. */
import { deepEqual, equal } from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { bank } from "./src/bank.js";
import { connectTo, pay, requestPayout } from "./src/client.js";
import { loseEverySecondAnswer } from "./src/flaky-network.js";
import { accountOpening, payouts, type Receipt } from "./src/payouts.js";
import type { Example } from "../support/contract.js";

export default {
  title: "Clients that get an answer and never pay twice, on a network that loses answers",
  endpoint: { services: [payouts, accountOpening] },
  play: async ({ narrator, ingressUrl, ask, key }) => {
    const client = connectTo(ingressUrl, loseEverySecondAnswer(fetch));
    const paidTo = (account: string) => bank.transfers.filter((each) => each.account === account);

    narrator.act("Every second answer gets lost, and is asked for again");
    const ada = { id: key("payout-1"), account: key("ada"), cents: 4_200 };
    const receipt = await ask("Payouts/pay", () => pay(client, ada));
    const same = await ask("Payouts/pay, by another client", () => pay(connectTo(ingressUrl), ada));
    deepEqual(same, receipt);
    equal(paidTo(ada.account).length, 1);

    narrator.act("Requested here, collected later by another process");
    const after = { milliseconds: 300 };
    const bob = { id: key("payout-2"), account: key("bob"), cents: 900, after };
    const sent = await ask("Payouts/pay, sent", () => requestPayout(client, bob));
    const collected = await ask("collect.ts in a process of its own", () =>
      collectElsewhere(ingressUrl, sent.invocationId),
    );
    deepEqual([collected.cents, paidTo(bob.account).length], [900, 1]);
    const again = await ask("Payouts/pay, sent again", () => requestPayout(client, bob));
    deepEqual([again.status, again.invocationId], ["PreviouslyAccepted", sent.invocationId]);

    narrator.act("A workflow that is submitted twice");
    const opening = client.workflowClient(accountOpening, key("eve"));
    await ask("AccountOpening/eve/run", () => opening.workflowSubmit("Eve"));
    const second = await ask("AccountOpening/eve/run", () => opening.workflowSubmit("Mallory"));
    equal(second.status, "PreviouslyAccepted");
    const account = await ask("AccountOpening/eve, attached", () => opening.workflowAttach());
    equal(account.startsWith("Eve "), true);
    narrator.moral(
      "The key says which request it is. Whoever asks, and however often: one answer.",
    );
  },
} satisfies Example;

async function collectElsewhere(url: string, invocationId: string): Promise<Receipt> {
  const script = fileURLToPath(new URL("src/collect.ts", import.meta.url));
  const args = ["--import", "tsx", script, url, invocationId];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 });
  return JSON.parse(stdout) as Receipt;
}
