/** What a handler learns about its invocation. */
import * as restate from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { eventually } from "../../support/real-server/index.js";
import { uniqueKey } from "../support/test-helpers.js";
import type { Behaviour } from "../support/behaviour.js";

const attemptEnds = new Map<string, number>();

function describeRequest(ctx: restate.Context): Record<string, unknown> {
  const request = ctx.request();
  return {
    id: request.id,
    service: request.target.service,
    handler: request.target.handler,
    key: request.target.key,
    target: request.target.toString(),
    idempotencyKey: request.idempotencyKey,
    body: new TextDecoder().decode(request.body),
    tenant: request.headers.get("x-tenant"),
    attemptHasHeaders: request.attemptHeaders.has("content-type"),
  };
}

const mirror = restate.object({
  name: "Mirror",
  handlers: {
    look: async (ctx: restate.ObjectContext) => describeRequest(ctx),
    lookWithInput: async (ctx: restate.ObjectContext, _input: unknown) => describeRequest(ctx),
    stayUntilEnd: async (ctx: restate.ObjectContext) => {
      const { attemptCompletedSignal } = ctx.request();
      attemptCompletedSignal.addEventListener("abort", () => {
        attemptEnds.set(ctx.key, (attemptEnds.get(ctx.key) ?? 0) + 1);
      });
      return attemptCompletedSignal.aborted;
    },
  },
});

const pool = restate.service({
  name: "Pool",
  handlers: { look: async (ctx: restate.Context) => describeRequest(ctx) },
});

const stranger = restate.service({
  name: "Stranger",
  handlers: {
    idOf: async (ctx: restate.Context, key: string) => {
      const call = ctx.objectClient(mirror, key).look();
      const id = await call.invocationId;
      return (await call)["id"] === id;
    },
  },
});

export const request: Behaviour = {
  name: "request",
  services: [mirror, pool, stranger],
  tests: (world) => {
    it("an object handler knows its id, target, body, headers and idempotency key", async () => {
      const key = uniqueKey();
      const { invocationId } = await world.ingress.send(
        `Mirror/${key}/lookWithInput`,
        { a: 1 },
        { idempotencyKey: "once", headers: { "X-Tenant": "blue" } },
      );
      expect(await world.ingress.attach(invocationId)).toEqual({
        id: invocationId,
        service: "Mirror",
        handler: "lookWithInput",
        key,
        target: `Mirror/${key}/lookWithInput`,
        // The server tells it since protocol V7.
        ...(world.hasV7 && { idempotencyKey: "once" }),
        body: '{"a":1}',
        tenant: "blue",
        attemptHasHeaders: true,
      });
    });

    it("a service handler has no key", async () => {
      const seen = await world.ingress.call<Record<string, unknown>>("Pool/look");
      expect(seen).toMatchObject({ target: "Pool/look", body: "" });
      expect(seen).not.toHaveProperty("key");
    });

    it("the id a handler sees is the one its caller got", async () => {
      expect(await world.ingress.call("Stranger/idOf", uniqueKey())).toBe(true);
    });

    it("the attempt signal is aborted when the attempt is over, not before", async () => {
      const key = uniqueKey();
      expect(await world.ingress.call(`Mirror/${key}/stayUntilEnd`)).toBe(false);
      await eventually(() => expect(attemptEnds.get(key)).toBe(1));
    });
  },
};
