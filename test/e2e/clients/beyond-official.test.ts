/** What our ingress client has and the official one has not. */
import * as clients from "@restatedev/restate-sdk-clients";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { eventually } from "../../support/real-server/index.js";
import { modes } from "../support/modes.js";
import { uniqueKey } from "../support/test-helpers.js";
import { World } from "../support/world.js";
import { awakeables, counter, greeter, services, shop } from "./services.js";

const world = new World(modes.default);
let rs: clients.Connection;

beforeAll(async () => {
  await world.start(services);
  rs = clients.connect({ url: `${world.server.ingressUrl}/` });
});

afterAll(() => world.stop());

describe.concurrent("any invocation", () => {
  it("is waited for, with or without an idempotency key", async () => {
    const key = uniqueKey();
    const sent = await rs.serviceSendClient(greeter).wait(key);
    expect(await rs.output(sent)).toEqual({ ready: false });
    await eventually(() => expect(awakeables.has(key)).toBe(true));
    const waiting = rs.attach<{ answer: number }>(sent.invocationId);
    await rs.resolveAwakeable(awakeables.get(key) ?? "", { answer: 1 });
    expect(await waiting).toEqual({ answer: 1 });
    expect(await rs.output(sent)).toEqual({ ready: true, result: { answer: 1 } });
  });

  it("that does not exist is refused", async () => {
    await expect(rs.attach("inv_1")).rejects.toMatchObject({ status: 400, source: "ingress" });
    const { invocationId } = await rs.serviceSendClient(greeter).greet("Ada");
    // The same id with another invocation in it.
    const other = `${invocationId.slice(0, -6)}zzzzzz`;
    await expect(rs.output(other)).rejects.toMatchObject({ status: 404, source: "ingress" });
  });
});

describe.concurrent("errors", () => {
  it("say what the server said, and whose they are", async () => {
    const error = await rs
      .serviceClient(greeter)
      .fail(70)
      .then(undefined, (it: unknown) => it);
    expect(error).toMatchObject({
      name: "HttpCallError",
      status: 500,
      code: 70,
      source: "invocation",
      invocationId: expect.stringMatching(/^inv_/) as string,
      body: { code: 70, message: "sold out", metadata: { item: "hat" } },
    });
    const unknown = rs.call({ service: "Nobody", handler: "h", parameter: 1 });
    await expect(unknown).rejects.toMatchObject({ status: 404, code: 404, source: "ingress" });
  });

  it("of handlers are told from passing ones also where headers are hidden", async () => {
    let requests = 0;
    const hiding = clients.connect({
      url: world.server.ingressUrl,
      retry: { initialInterval: 1 },
      fetch: async (input, init) => {
        requests++;
        const { status, body } = await fetch(input, init);
        return new Response(body, { status });
      },
    });
    const opts = clients.rpc.opts<number, never>({ idempotencyKey: uniqueKey() });
    const call = hiding.serviceClient(greeter).fail(503, opts);
    await expect(call).rejects.toMatchObject({ code: 503, source: "invocation" });
    expect(requests).toBe(1);
  });
});

it("the empty key is a key", async () => {
  expect(await rs.objectClient(counter, "").add(1)).toEqual({ key: "", total: 1 });
  await rs.objectSendClient(counter, "").add(1);
  await eventually(async () =>
    expect(await rs.objectClient(counter, "").add(0)).toEqual({ key: "", total: 2 }),
  );
});

describe.concurrent("interfaces", () => {
  it("are remembered for the result of a send", async () => {
    const opts = clients.rpc.sendOpts<Uint8Array>({ idempotencyKey: uniqueKey() });
    const sent = await rs.sendClient(shop.orders).sign(new Uint8Array([1]), opts);
    expect([...(await rs.result(sent))]).toEqual([1, 0]);
  });

  it("of workflows are enough to submit and attach", async () => {
    const client = rs.workflowClient(shop.delivery, uniqueKey());
    const submission = await client.workflowSubmit(new Uint8Array([1, 2]));
    expect([...(await rs.result(submission))]).toEqual([2, 1]);
    expect([...(await client.workflowAttach())]).toEqual([2, 1]);
    expect(await client.where()).toBe("on the way");
    const sent = await rs.sendClient(shop.delivery, uniqueKey()).run(new Uint8Array([3, 4]));
    expect([...(await rs.result(sent))]).toEqual([4, 3]);
  });
});
