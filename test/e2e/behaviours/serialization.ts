/** How values become bytes and back: JSON, bytes, schemas, custom serdes, nothing at all, and a lot. */
import * as restate from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { ingressErrorOf, uniqueKey } from "../support/test-helpers.js";
import type { Behaviour } from "../support/behaviour.js";
import type { World } from "../support/world.js";

const csv: restate.Serde<string[]> = {
  contentType: "text/csv",
  serialize: (cells) => new TextEncoder().encode(cells.join(",")),
  deserialize: (bytes) => new TextDecoder().decode(bytes).split(","),
};

/** A Standard Schema by hand, to need no library. */
const positive = {
  "~standard": {
    version: 1 as const,
    vendor: "test",
    validate: (value: unknown) =>
      typeof value === "number" && value > 0
        ? { value }
        : { issues: [{ message: "must be positive" }] },
    types: undefined as unknown as { input: number; output: number },
  },
};

const MEGABYTE = 1024 * 1024;

const parcel = restate.object({
  name: "Parcel",
  handlers: {
    same: async (_ctx: restate.ObjectContext, value: unknown) => value,

    nothing: async () => undefined,

    inputWasUndefined: async (_ctx: restate.ObjectContext, value?: unknown) => value === undefined,

    bytes: restate.handlers.object.exclusive(
      { input: restate.serde.binary, output: restate.serde.binary },
      async (_ctx: restate.ObjectContext, bytes: Uint8Array) => bytes,
    ),

    cells: restate.handlers.object.exclusive(
      { input: csv, output: csv, accept: "text/*" },
      async (_ctx: restate.ObjectContext, cells: string[]) => cells.reverse(),
    ),

    half: restate.handlers.object.exclusive(
      { input: restate.serde.schema(positive), output: restate.serde.schema(positive) },
      async (_ctx: restate.ObjectContext, value: number) => value / 2,
    ),

    lossy: async () => ({ date: new Date(0), missing: undefined, list: [undefined, NaN] }),

    store: async (ctx: restate.ObjectContext, text: string) => {
      const repeated = await ctx.run("repeat", () => text.repeat(2));
      ctx.set("text", repeated);
      return repeated.length;
    },

    load: restate.handlers.object.shared(async (ctx: restate.ObjectSharedContext) =>
      ctx.get<string>("text"),
    ),
  },
});

const courier = restate.service({
  name: "Courier",
  handlers: {
    passCells: async (ctx: restate.Context, key: string) =>
      ctx
        .objectClient(parcel, key)
        .cells(["a", "b"], restate.rpc.opts({ input: csv, output: csv })),

    passText: async (ctx: restate.Context, { key, text }: { key: string; text: string }) => {
      const echoed = await ctx.objectClient(parcel, key).same(text);
      return (echoed as string).length;
    },
  },
});

export const serialization: Behaviour = {
  name: "serialization",
  services: [parcel, courier],
  tests: (world) => {
    emptinessTests(world);
    serdeTests(world);
    sizeTests(world);
  },
};

function emptinessTests(world: World): void {
  it("undefined is an empty body", async () => {
    const response = await world.ingress.callRaw(`Parcel/${uniqueKey()}/nothing`);
    expect((await response.arrayBuffer()).byteLength).toBe(0);
  });

  it("an empty body is undefined", async () => {
    expect(await world.ingress.call(`Parcel/${uniqueKey()}/inputWasUndefined`)).toBe(true);
  });

  it("null stays null", async () => {
    expect(await world.ingress.call(`Parcel/${uniqueKey()}/same`, null)).toBeNull();
    expect(await world.ingress.call(`Parcel/${uniqueKey()}/inputWasUndefined`, null)).toBe(false);
  });

  it("values JSON has no word for become what JSON makes of them", async () => {
    expect(await world.ingress.call(`Parcel/${uniqueKey()}/lossy`)).toEqual({
      date: "1970-01-01T00:00:00.000Z",
      list: [null, null],
    });
  });
}

function serdeTests(world: World): void {
  it("bytes go through untouched", async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const response = await world.ingress.callRaw(`Parcel/${uniqueKey()}/bytes`, bytes);
    expect(response.headers.get("content-type")).toBe("application/octet-stream");
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
  });

  it("a custom serde sets the content type", async () => {
    const response = await world.ingress.callRaw(
      `Parcel/${uniqueKey()}/cells`,
      new TextEncoder().encode("a,b,c"),
      { headers: { "content-type": "text/csv" } },
    );
    expect(response.headers.get("content-type")).toBe("text/csv");
    expect(await response.text()).toBe("c,b,a");
  });

  it("input of a content type the handler doesn't accept is refused", async () => {
    const error = await ingressErrorOf(world.ingress.call(`Parcel/${uniqueKey()}/cells`, ["a"]));
    expect(error.status).toBe(400);
  });

  it("a caller passes the serdes of its callee", async () => {
    expect(await world.ingress.call("Courier/passCells", uniqueKey())).toEqual(["b", "a"]);
  });

  it("a schema lets valid input through and refuses the rest", async () => {
    expect(await world.ingress.call(`Parcel/${uniqueKey()}/half`, 8)).toBe(4);
    const error = await ingressErrorOf(world.ingress.call(`Parcel/${uniqueKey()}/half`, -8));
    expect(error.status).toBe(400);
    expect(error.message).toContain("must be positive");
  });
}

function sizeTests(world: World): void {
  it.for([1, 5])("%i MB of JSON come back whole", async (megabytes) => {
    const text = "é☃".repeat((megabytes * MEGABYTE) / 5);
    const echoed = await world.ingress.call(`Parcel/${uniqueKey()}/same`, text);
    expect(echoed === text).toBe(true);
  });

  it("5 MB of bytes come back whole", async () => {
    const bytes = new Uint8Array(5 * MEGABYTE).map((_, i) => i % 251);
    const response = await world.ingress.callRaw(`Parcel/${uniqueKey()}/bytes`, bytes);
    expect(Buffer.compare(Buffer.from(await response.arrayBuffer()), bytes)).toBe(0);
  });

  it("2 MB go through a step and into state", async () => {
    const key = uniqueKey();
    const text = "x".repeat(MEGABYTE);
    expect(await world.ingress.call(`Parcel/${key}/store`, text)).toBe(2 * MEGABYTE);
    expect(await world.ingress.call<string>(`Parcel/${key}/load`)).toHaveLength(2 * MEGABYTE);
  });

  it("2 MB go through a call", async () => {
    const input = { key: uniqueKey(), text: "x".repeat(2 * MEGABYTE) };
    expect(await world.ingress.call("Courier/passText", input)).toBe(2 * MEGABYTE);
  });
}
