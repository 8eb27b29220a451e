/** Shows records of three Kafka topics meeting in objects, by their keys and in their order. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { missingKcat, startKafka, type Kafka } from "./kafka.js";
import { parcels } from "./src/courier.js";
import { customers } from "./src/customers.js";
import { orders, type OrderStatus } from "./src/orders.js";
import { eventually } from "../../test/support/real-server/index.js";
import type { Example, Stage } from "../support/contract.js";

let kafka: Kafka | undefined;
// A broker that is given may have records of the last time, and a new subscription reads a topic from its beginning.
const suffix =
  process.env["KAFKA_BROKERS"] === undefined ? "" : `-${randomBytes(3).toString("hex")}`;
const [ORDERS, PAYMENTS, CUSTOMERS] = [
  `orders${suffix}`,
  `payments${suffix}`,
  `customers${suffix}`,
];

export default {
  title: "Kafka events, joined by key",
  endpoint: { services: [orders, customers] },
  missing: missingKcat,
  beside: async () => {
    const broker = await startKafka();
    kafka = broker;
    const clusters = `[{name="local",brokers=["PLAINTEXT://${broker.brokers}"]}]`;
    return {
      serverEnv: { RESTATE_INGRESS__KAFKA_CLUSTERS: clusters },
      close: () => broker.close(),
    };
  },
  play: async (stage) => {
    const { narrator, ingress, ask, admin, key } = stage;
    ok(kafka && admin);
    narrator.act("Three topics, two kinds of objects");
    narrator.fact("broker", kafka.brokers);
    await ask(`${ORDERS} → Orders/happened`, () => subscribe(stage, ORDERS, "Orders/happened"));
    await ask(`${PAYMENTS} → Orders/paid`, () => subscribe(stage, PAYMENTS, "Orders/paid"));
    await ask(`${CUSTOMERS} → Customers/changed`, () =>
      subscribe(stage, CUSTOMERS, "Customers/changed"),
    );

    narrator.act("An order that changes before it is paid, a payment that comes first, and twice");
    const statusWhen = (order: string, isSo: (status: OrderStatus) => boolean) =>
      eventually(async () => {
        const object = ingress.objectClient<typeof orders>({ name: "Orders" }, key(order));
        const status = await object.status();
        if (isSo(status)) return status;
        throw new Error(`Still only ${JSON.stringify(status)}`);
      });
    await kafka.produce(PAYMENTS, [
      [key("o2"), { id: "p1", cents: 500 }],
      [key("o2"), { id: "p1", cents: 500 }],
    ]);
    const early = await ask("Orders/o2/status", () =>
      statusWhen("o2", ({ paidCents }) => paidCents > 0),
    );
    deepEqual(early, { item: null, paidCents: 500, parcel: null });

    await kafka.produce(ORDERS, [
      [key("o1"), { type: "placed", customer: key("ada"), item: "tea", cents: 900 }],
      [key("o2"), { type: "placed", customer: key("ada"), item: "jam", cents: 500 }],
      [key("o1"), { type: "changed", item: "two teas", cents: 1800 }],
      [key("o1"), { type: "changed", item: "three teas", cents: 2700 }],
    ]);
    await ask("Orders/o1/status", () => statusWhen("o1", ({ item }) => item === "three teas"));
    await kafka.produce(PAYMENTS, [
      [key("o1"), { id: "p2", cents: 1800 }],
      [key("o1"), { id: "p3", cents: "oops" }],
      [key("o1"), { id: "p4", cents: 900 }],
    ]);
    const paid = await ask("Orders/o1/status", () =>
      statusWhen("o1", ({ paidCents }) => paidCents >= 2700),
    );
    deepEqual(paid, { item: "three teas", paidCents: 2700, parcel: null });

    narrator.act("The customer's address is the last to arrive");
    await kafka.produce(CUSTOMERS, [[key("ada"), { name: "Ada", street: "Byron Row 1" }]]);
    for (const order of ["o1", "o2"]) {
      const sent = await ask(`Orders/${order}/status`, () =>
        statusWhen(order, ({ parcel }) => parcel !== null),
      );
      equal(sent.parcel, `parcel-${key(order)}`);
    }
    equal(parcels.get(key("o1"))?.label, "three teas for Ada, Byron Row 1");

    narrator.act("The record that made no sense held nobody up, and is not lost");
    const [failed] = await ask("SELECT … FROM sys_invocation", () =>
      admin.query<{ completion_failure: string }>(
        `SELECT completion_failure FROM sys_invocation
         WHERE target = 'Orders/${key("o1")}/paid' AND completion_result = 'failure'`,
      ),
    );
    match(failed?.completion_failure ?? "", /\/cents/);
  },
} satisfies Example;

/** From now on, the server hands every record of the topic to the handler, and remembers how far it is. */
async function subscribe({ admin }: Stage, topic: string, sink: string): Promise<void> {
  const response = await fetch(`${admin?.url}/subscriptions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      source: `kafka://local/${topic}`,
      sink: `service://${sink}`,
      options: { "auto.offset.reset": "earliest" },
    }),
  });
  if (!response.ok) throw new Error(`The server does not subscribe: ${await response.text()}`);
}
