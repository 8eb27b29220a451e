/** Shows that an order is carried out to the end, and paid once, although the services it needs fail all the time. */
import { deepEqual, equal } from "node:assert/strict";
import { rpc } from "@restatedev/restate-sdk-clients";
import { subscriptionsOf } from "./src/catalogue.js";
import { paymentsMade } from "./src/payment-provider.js";
import { subscriptions } from "./src/subscriptions.js";
import type { Example } from "../support/contract.js";

export default {
  title: "A service that orchestrates others, and pays once",
  endpoint: { services: [subscriptions] },
  play: async ({ narrator, ingress, ask, refused, key }) => {
    narrator.act("One payment, three subscriptions, and a provider whose answers get lost");
    const client = ingress.serviceClient<typeof subscriptions>({ name: "Subscriptions" });
    const order = {
      user: key("ada"),
      card: `4242 ${key("ada")}`,
      subscriptions: ["news", "music", "films"],
    };
    const once = { idempotencyKey: key("order-1") };
    const confirmation = await ask("Subscriptions/add", () => client.add(order, rpc.opts(once)));
    deepEqual(
      confirmation.subscribed.map((name) => `${name}, paid with ${confirmation.payment}`),
      subscriptionsOf(order.user),
    );
    const again = await ask("Subscriptions/add, once more", () =>
      client.add(order, rpc.opts(once)),
    );
    deepEqual(again, confirmation);
    equal(paymentsMade().filter(({ card }) => card === order.card).length, 1);
    narrator.moral(
      "The payment was asked for again and again, and made once: all who asked used the same id.",
    );

    narrator.act("A card without money");
    const poor = { ...order, user: key("bob"), card: "0000" };
    const refusal = await refused("Subscriptions/add", () => client.add(poor));
    deepEqual(refusal, { status: 402, message: "The card 0000 was declined" });
    deepEqual(subscriptionsOf(poor.user), []);
  },
  tryIt: ({ ingressUrl }) =>
    `curl ${ingressUrl}/Subscriptions/add --json '{"user": "eve", "card": "4242", "subscriptions": ["news"]}'`,
} satisfies Example;
