/** Shows jobs that are sent for later, for a given time, collected by their id, ordered twice, and cancelled. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { rpc } from "@restatedev/restate-sdk-clients";
import { open } from "./src/files.js";
import { reports } from "./src/reports.js";
import type { Example } from "../support/contract.js";

const fromNow = (ms: number) => new Date(Date.now() + ms).toISOString();

export default {
  title: "Background jobs: later, at a given time, collected, cancelled",
  endpoint: { services: [reports] },
  play: async ({ narrator, ingress, ask, refused, key }) => {
    const client = ingress.serviceClient<typeof reports>({ name: "Reports" });
    const orderOf = (name: string) => ({ order: key(name), customer: "ada", month: "11" });

    narrator.act("A job for later, sent by a client, who comes back for the result");
    const sending = ingress.serviceSendClient<typeof reports>({ name: "Reports" });
    const later = { delay: { milliseconds: 500 }, idempotencyKey: key("a") };
    const sent = await ask("Reports/create, in half a second", () =>
      sending.create(orderOf("a"), rpc.sendOpts(later)),
    );
    equal(open(`${key("a")}.txt`), undefined);
    const file = await ask("its result", () => ingress.result(sent));
    equal(file, `${key("a")}.txt`);
    ok(open(file)?.startsWith("ada, 11"));

    narrator.act("A job at a given time, ordered twice, collected by its id");
    const timed = { ...orderOf("b"), at: fromNow(500) };
    const id = await ask("Reports/schedule", () => client.schedule(timed));
    equal(await ask("Reports/schedule, again", () => client.schedule(timed)), id);
    equal(await ask("Reports/collect", () => client.collect(id)), `${key("b")}.txt`);
    ok(Date.now() >= Date.parse(timed.at));

    narrator.act("A job for tomorrow, cancelled, and ordered again for now");
    const tomorrow = { ...orderOf("c"), at: fromNow(24 * 60 * 60 * 1000) };
    const cancelled = await ask("Reports/schedule", () => client.schedule(tomorrow));
    await ask("Reports/cancel", () => client.cancel(cancelled));
    // Forgotten, or, if the cancellation is still on its way, cancelled while it is collected.
    const refusal = await refused("Reports/collect", () => client.collect(cancelled));
    ok([404, 409].includes(refusal.status));
    const again = await ask("Reports/schedule", () =>
      client.schedule({ ...tomorrow, at: fromNow(0) }),
    );
    equal(await ask("Reports/collect", () => client.collect(again)), `${key("c")}.txt`);

    narrator.act("What is no time");
    const never = await refused("Reports/schedule", () =>
      client.schedule({ ...orderOf("d"), at: "soon" }),
    );
    deepEqual(never, { status: 400, message: '"soon" is no time' });
  },
} satisfies Example;
