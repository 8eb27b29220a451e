/** Shows an approval by somebody outside, an escalation, and what becomes of a question that nobody answers. */
import { deepEqual, equal } from "node:assert/strict";
import { chat, type Message } from "./src/chat.js";
import { expenseApproval, type Expense } from "./src/expense-approval.js";
import type { Example } from "../support/contract.js";

const trip = { employee: "ada", cents: 42_000, purpose: "a train ride" };
const noTime = { milliseconds: 300 };
/** Long enough for an answer on a slow machine, where there is one. */
const answerWithin = { seconds: 1 };

export default {
  title: "A workflow that waits for a human decision, and does not wait for ever",
  endpoint: { services: [expenseApproval] },
  play: async ({ narrator, ingress, ingressUrl, ask, key }) => {
    const handIn = async (id: string, expense: Expense) => {
      const workflow = ingress.workflowClient<typeof expenseApproval>(
        { name: "ExpenseApproval" },
        key(id),
      );
      narrator.request(`ExpenseApproval/${id}/run`, { managers: expense.managers });
      return { workflow, run: await workflow.workflowSubmit(expense) };
    };
    /** What the chat does when somebody presses a button: it knows an id and a URL, and nothing of Restate. */
    const press = async ({ answerTo }: Message, answer: unknown) => {
      const path = `/restate/awakeables/${answerTo}/resolve`;
      const status = await ask(`POST ${path.slice(0, 32)}…/resolve`, async () => {
        const response = await fetch(ingressUrl + path, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(answer),
        });
        return response.status;
      });
      equal(status, 202);
    };
    // One chat for all plays of this process, so every play has managers of its own.
    const [mona, omar] = [key("mona"), key("omar")];

    narrator.act("A manager approves");
    const first = await handIn("trip", { ...trip, managers: [mona] });
    await press(await messageTo(mona), { approved: true, comment: "Enjoy" });
    const approved = await ask("the decision", () => ingress.result(first.run));
    deepEqual(approved, { approved: true, by: mona, comment: "Enjoy" });

    narrator.act("One manager is silent, the next one is asked as well");
    const managers = [mona, omar];
    const second = await handIn("dinner", { ...trip, managers, answerWithin });
    await press(await messageTo(omar), { approved: false, comment: "Not this year" });
    const rejected = await ask("the decision", () => ingress.result(second.run));
    deepEqual(rejected, { approved: false, by: omar, comment: "Not this year" });

    narrator.act("Nobody answers");
    const third = await handIn("yacht", { ...trip, managers: [mona], answerWithin: noTime });
    const byDefault = await ask("the decision", () => ingress.result(third.run));
    deepEqual(byDefault, { approved: false, by: null, comment: "Nobody answered in time" });
    const progress = await ask("ExpenseApproval/yacht/progress", () => third.workflow.progress());
    deepEqual(progress, { asked: [mona], decision: byDefault });
    narrator.moral("While people think, nothing runs. Restate keeps the question and the timer.");
  },
} satisfies Example;

/** The chat delivers as soon as the workflow has posted, which may take another attempt. */
async function messageTo(manager: string): Promise<Message> {
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline) {
    const message = chat.delivered.find(({ to }) => to === manager);
    if (message !== undefined) return message;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${manager} was not asked within ten seconds`);
}
