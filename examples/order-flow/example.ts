/** Shows an order that is watched while it runs, needs another card, and can be asked for its result afterwards. */
import { deepEqual, equal } from "node:assert/strict";
import { orderFlow } from "./src/order-flow.js";
import type { Order, Stage } from "./src/order.js";
import type { Example } from "../support/contract.js";

const quick = { cardWithin: { seconds: 30 }, trackEvery: { milliseconds: 200 } };
const order: Order = {
  items: ["kettle", "spoons", "cups"],
  centsPerItem: 1_000,
  card: "expired",
  ...quick,
};

export default {
  title: "A workflow with loops and branches, watched while it runs and afterwards",
  endpoint: { services: [orderFlow] },
  play: async ({ narrator, ingress, ingressUrl, ask, refused, key }) => {
    narrator.act("An order whose first card is declined");
    const orderOf = (id: string) =>
      ingress.workflowClient<typeof orderFlow>({ name: "OrderFlow" }, key(id));
    const flow = orderOf("o1");
    const { invocationId } = await ask("OrderFlow/o1/run", () => flow.workflowSubmit(order));
    const atStage = async (stage: Stage) => {
      const deadline = Date.now() + 10_000;
      while ((await flow.progress())?.stage !== stage) {
        if (Date.now() > deadline) throw new Error(`The order did not come to "${stage}"`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return flow.progress();
    };
    const waiting = await ask("OrderFlow/o1/progress", () => atStage("waiting for another card"));
    deepEqual(waiting?.items, { kettle: "Lyon", spoons: null, cups: "Gdansk" });
    equal((await ask("OrderFlow/o1, its output", () => flow.workflowOutput())).ready, false);

    await ask("OrderFlow/o1/useCard", () => flow.useCard("4242"));
    const outcome = await ask("OrderFlow/o1, attached", () => flow.workflowAttach());
    deepEqual(outcome, { kind: "delivered", paidCents: 2_000, parcels: 2 });

    narrator.act("Afterwards");
    const over = await ask("OrderFlow/o1/progress", () => flow.progress());
    deepEqual([over?.stage, over?.outcome], ["over", outcome]);
    const byId = await ask("the output, by the invocation's id", async () => {
      const response = await fetch(`${ingressUrl}/restate/invocation/${invocationId}/output`);
      return (await response.json()) as unknown;
    });
    deepEqual(byId, outcome);
    const again = await ask("OrderFlow/o1/run, again", () => flow.workflowSubmit(order));
    equal(again.status, "PreviouslyAccepted");
    const late = await refused("OrderFlow/o1/useCard", () => flow.useCard("4242"));
    deepEqual(late, { status: 409, message: "This order needs no card now" });

    narrator.act("An order of which nothing is there");
    const soldOut = await ask("OrderFlow/o2/run", async () => {
      await orderOf("o2").workflowSubmit({ ...order, items: ["spoons"] });
      return orderOf("o2").workflowAttach();
    });
    deepEqual(soldOut, { kind: "cancelled", because: "everything is sold out" });
    narrator.moral("The program is the process: if, for and await, with a history that stays.");
  },
} satisfies Example;
