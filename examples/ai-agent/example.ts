/** Shows a conversation with an agent that remembers, asks before it acts, and can be interrupted. */
import { deepEqual, equal, match } from "node:assert/strict";
import { supportAgent } from "./src/agent.js";
import { policyExpert } from "./src/policy-expert.js";
import { session, type SessionView } from "./src/session.js";
import { refunds } from "./src/shop.js";
import { chatTurn } from "./src/turn.js";
import { eventually } from "../../test/support/real-server/index.js";
import type { Example } from "../support/contract.js";

export default {
  title: "An AI agent with a memory, and manners",
  endpoint: { services: [session, chatTurn, supportAgent, policyExpert] },
  play: async ({ narrator, ingress, ask, refused, key }) => {
    const chat = ingress.objectClient<typeof session>({ name: "ChatSession" }, key("ada"));
    const viewWhen = (...wanted: SessionView["status"][]) =>
      eventually(async () => {
        const view = await chat.view();
        if (wanted.includes(view.status)) return view;
        throw new Error(`The session is still ${view.status}`);
      });
    const say = (text: string) =>
      ask(`“${text}”`, async () => {
        await chat.say(text);
        return answerOf(await viewWhen("answered"));
      });

    narrator.act("Tools, an expert to ask, and a memory");
    match(await say("What is order 7?"), /kettle/);
    match(await say("Can I return it?"), /within 30 days/);
    match(await say("What have I said?"), /3 things, first: What is order 7\?/);

    narrator.act("What costs money needs a human's consent");
    const waiting = await ask("“I want my money back for order 7”", async () => {
      await chat.say("I want my money back for order 7");
      return (await viewWhen("needs approval")).approvals;
    });
    deepEqual(
      waiting.map(({ tool, input }) => ({ tool, input })),
      [{ tool: "refund", input: { order: "7" } }],
    );
    const id = String(waiting[0]?.id);
    equal(refunds.get("7"), undefined);
    narrator.moral("Nothing runs or waits now. The human may take a month.");
    const refusal = await refused("decide something else", () =>
      chat.decide({ id: "guessed", approved: true }),
    );
    equal(refusal.status, 409);
    const refunded = await ask("approved", async () => {
      await chat.decide({ id, approved: true });
      return answerOf(await viewWhen("answered"));
    });
    match(refunded, /order 7 refunded/);
    equal(refunds.get("7"), "done");

    narrator.act("Who changes their mind need not wait for the answer");
    await ask("“think hard about the meaning of tea”", () =>
      chat.say("think hard about the meaning of tea"),
    );
    match(await say("Forget it. What have I said?"), /6 things/);
  },
  tryIt: ({ ingressUrl, key }) =>
    `curl ${ingressUrl}/ChatSession/${key("ada")}/say --json '"What is order 8?"'; curl ${ingressUrl}/ChatSession/${key("ada")}/view`,
} satisfies Example;

function answerOf({ history }: SessionView): string {
  const content = history.at(-1)?.content ?? "";
  if (typeof content === "string") return content;
  return content.map((part) => (part.type === "text" ? part.text : "")).join("");
}
