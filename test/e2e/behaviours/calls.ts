/** Calls between services: results, fan-out, ordering, identity, headers. */
import * as restate from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { ingressErrorOf, uniqueKey } from "../support/test-helpers.js";
import { Tally } from "../support/tally.js";
import type { Behaviour } from "../support/behaviour.js";
import type { World } from "../support/world.js";

const executions = new Tally();

const text = restate.service({
  name: "Text",
  handlers: {
    upper: async (_ctx: restate.Context, value: string) => value.toUpperCase(),
    headers: async (ctx: restate.Context) => Object.fromEntries(ctx.request().headers),
    reverse: restate.handlers.handler(
      { input: restate.serde.binary, output: restate.serde.binary },
      async (_ctx: restate.Context, bytes: Uint8Array) => bytes.slice().reverse(),
    ),
    hidden: restate.handlers.handler({ ingressPrivate: true }, async () => "found"),
  },
});

const notebook = restate.object({
  name: "Notebook",
  handlers: {
    append: async (ctx: restate.ObjectContext<{ notes: string[] }>, note: string) => {
      const notes = [...((await ctx.get("notes")) ?? []), note];
      ctx.set("notes", notes);
      executions.hit(ctx.key);
      return notes.length;
    },
    notes: restate.handlers.object.shared(
      async (ctx: restate.ObjectSharedContext<{ notes: string[] }>) =>
        (await ctx.get("notes")) ?? [],
    ),
    key: async (ctx: restate.ObjectContext) => ctx.key,
  },
});

type Notebook = typeof notebook;
const notebookByName: Notebook = { name: "Notebook" };

const caller = restate.service({
  name: "Caller",
  handlers: {
    upperOf: async (ctx: restate.Context, value: string) => ctx.serviceClient(text).upper(value),

    upperOfAll: async (ctx: restate.Context, values: string[]) => {
      const calls = values.map((value) => ctx.serviceClient(text).upper(value));
      const results: string[] = [];
      for (const call of calls.reverse()) results.unshift(await call);
      return results;
    },

    idAndResult: async (ctx: restate.Context, value: string) => {
      const call = ctx.serviceClient(text).upper(value);
      const id = await call.invocationId;
      return { id, result: await call };
    },

    appendTwiceWithOneKey: async (ctx: restate.Context, key: string) => {
      const client = ctx.objectClient(notebook, key);
      const once = restate.rpc.opts<string, number>({ idempotencyKey: key });
      const first = client.append("a", once);
      const second = client.append("b", once);
      return [await first, await second];
    },

    passHeaders: async (ctx: restate.Context) =>
      ctx.serviceClient(text).headers(restate.rpc.opts({ headers: { "x-tenant": "blue" } })),

    findHidden: async (ctx: restate.Context) => ctx.serviceClient(text).hidden(),

    keyOf: async (ctx: restate.Context, key: string) => ctx.objectClient(notebookByName, key).key(),

    reverseBytes: async (ctx: restate.Context, bytes: number[]) => {
      const reversed = await ctx.genericCall({
        service: "Text",
        method: "reverse",
        parameter: new Uint8Array(bytes),
      });
      return [...reversed];
    },

    genericAppend: async (ctx: restate.Context, key: string) =>
      ctx.genericCall<string, number>({
        service: "Notebook",
        method: "append",
        key,
        parameter: "generic",
        inputSerde: restate.serde.json,
        outputSerde: restate.serde.json,
        name: "append a note",
      }),

    appendInTurn: async (ctx: restate.Context, { key, sent }: { key: string; sent: boolean[] }) => {
      const calls: Promise<number>[] = [];
      sent.forEach((asSend, index) => {
        if (asSend) ctx.objectSendClient(notebook, key).append(String(index));
        else calls.push(ctx.objectClient(notebook, key).append(String(index)));
      });
      for (const call of calls) await call;
    },

    factorial: async (ctx: restate.Context, n: number): Promise<number> =>
      n <= 1 ? 1 : n * (await ctx.serviceClient<CallerApi>({ name: "Caller" }).factorial(n - 1)),
  },
});

/** Written by hand: a handler that calls itself cannot infer its own type. */
interface CallerApi {
  factorial(ctx: restate.Context, n: number): Promise<number>;
}

export const calls: Behaviour = {
  name: "calls",
  services: [text, notebook, caller],
  tests: (world) => {
    resultTests(world);
    identityTests(world);
    orderTests(world);
  },
};

function resultTests(world: World): void {
  it("a call returns the output of the callee", async () => {
    expect(await world.ingress.call("Caller/upperOf", "ping")).toBe("PING");
  });

  it("calls started together are all answered, in whatever order they are awaited", async () => {
    const words = ["a", "b", "c", "d", "e", "f", "g", "h"];
    expect(await world.ingress.call("Caller/upperOfAll", words)).toEqual(
      words.map((word) => word.toUpperCase()),
    );
  });

  it("a service calls itself", async () => {
    expect(await world.ingress.call("Caller/factorial", 6)).toBe(720);
  });

  it("headers given to a call reach the callee", async () => {
    expect(await world.ingress.call("Caller/passHeaders")).toMatchObject({ "x-tenant": "blue" });
  });

  it("headers of an ingress request reach the handler", async () => {
    const headers = { "x-tenant": "green" };
    expect(await world.ingress.call("Text/headers", undefined, { headers })).toMatchObject(headers);
  });

  it("a generic call exchanges bytes", async () => {
    expect(await world.ingress.call("Caller/reverseBytes", [0, 1, 255])).toEqual([255, 1, 0]);
  });

  it("a generic call with serdes reaches an object", async () => {
    const key = uniqueKey();
    expect(await world.ingress.call("Caller/genericAppend", key)).toBe(1);
    expect(await world.ingress.call(`Notebook/${key}/notes`)).toEqual(["generic"]);
  });

  it("a handler hidden from the ingress is only reachable from services", async () => {
    expect((await ingressErrorOf(world.ingress.call("Text/hidden"))).status).toBe(400);
    expect(await world.ingress.call("Caller/findHidden")).toBe("found");
  });
}

function identityTests(world: World): void {
  it("the id of a call is the id of the callee's invocation", async () => {
    const { id, result } = await world.ingress.call<{ id: string; result: string }>(
      "Caller/idAndResult",
      "x",
    );
    expect(result).toBe("X");
    expect(id).toMatch(/^inv_/);
  });

  it("two calls with one idempotency key are one invocation", async () => {
    const key = uniqueKey();
    expect(await world.ingress.call("Caller/appendTwiceWithOneKey", key)).toEqual([1, 1]);
    expect(executions.count(key)).toBe(1);
    expect(await world.ingress.call(`Notebook/${key}/notes`)).toEqual(["a"]);
  });

  it("two ingress calls with one idempotency key are one invocation", async () => {
    const key = uniqueKey();
    const append = (note: string): Promise<unknown> =>
      world.ingress.call(`Notebook/${key}/append`, note, { idempotencyKey: key });
    expect(await append("a")).toBe(1);
    expect(await append("b")).toBe(1);
    expect(executions.count(key)).toBe(1);
  });

  it.for(["plain", "sl/ash", "sp ace", "ünïcödé ☃", "a%2Fb", "?query#hash"])(
    "an object is reached under the key %j, from the ingress and from a service",
    async (key) => {
      expect(await world.ingress.call(`Notebook/${encodeURIComponent(key)}/key`)).toBe(key);
      expect(await world.ingress.call("Caller/keyOf", key)).toBe(key);
    },
  );
}

function orderTests(world: World): void {
  it.for([
    ["send, call, call", [true, false, false]],
    ["call, send, call", [false, true, false]],
    ["send, send, call", [true, true, false]],
  ] as const)("an object sees %s in the order they were made", async ([, sent]) => {
    const key = uniqueKey();
    await world.ingress.call("Caller/appendInTurn", { key, sent });
    expect(await world.ingress.call(`Notebook/${key}/notes`)).toEqual(["0", "1", "2"]);
  });
}
