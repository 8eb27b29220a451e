/** Shows an event that is delivered again and again and booked once, and one that somebody made up. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { paid } from "./src/accounts.js";
import { deliveryOf } from "./src/sender.js";
import { payments, webhook } from "./src/webhook.js";
import { eventually } from "../../test/support/real-server/index.js";
import type { Example } from "../support/contract.js";

export default {
  title: "A webhook that loses no event and processes each once",
  endpoint: { services: [webhook, payments] },
  play: async ({ narrator, ingressUrl, ask, key }) => {
    const post = async (delivery: RequestInit) => {
      const response = await fetch(`${ingressUrl}/PaymentWebhook/receive`, delivery);
      return { status: response.status, answer: (await response.json()) as unknown };
    };
    const invoice = key("invoice-1");
    const event = { type: "invoice.paid", invoice, cents: 4200 };
    const delivery = () => deliveryOf({ id: key("event-1"), event, nowMs: Date.now() });

    narrator.act("An event, delivered three times at the same moment, and once more later");
    const answers = await ask("PaymentWebhook/receive, 3 times", async () => {
      const responses = await Promise.all([1, 2, 3].map(() => post(delivery())));
      return responses.map(({ answer }) => answer);
    });
    await eventually(() => ok(paid(invoice) > 0));
    const late = await ask("PaymentWebhook/receive, later", () => post(delivery()));
    equal(late.status, 200);
    match(String(late.answer), /^inv_/);
    deepEqual(answers, [late.answer, late.answer, late.answer]);
    equal(paid(invoice), 4200);
    narrator.moral("All four were answered with the id of one invocation, which booked it.");

    narrator.act("An event that somebody made up");
    const forged = { ...delivery(), body: JSON.stringify({ ...event, cents: 1 }) };
    const refusal = await ask("PaymentWebhook/receive, forged", () => post(forged));
    equal(refusal.status, 401);
    equal(paid(invoice), 4200);
  },
} satisfies Example;
