/** Inputs are checked by the schemas of every library, and callers learn which field is wrong. */
import * as restate from "@restatedev/restate-sdk";
import { serde as zodSerde } from "@restatedev/restate-sdk-zod";
import { type } from "arktype";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import * as mini from "zod/mini";
import { World } from "../support/world.js";
import { modes } from "../support/modes.js";
import { ingressErrorOf } from "../support/test-helpers.js";

const { handlers, serde } = restate;

interface Order {
  readonly id: string;
  readonly lines: readonly { readonly cents: number }[];
}

interface Serdes {
  readonly order: restate.Serde<Order>;
  readonly note: restate.Serde<string | undefined>;
  readonly nothing: restate.Serde<unknown>;
}

const zodOrder = z.object({ id: z.string(), lines: z.array(z.object({ cents: z.number() })) });

const libraries: Record<string, Serdes> = {
  Zod: {
    order: serde.schema(zodOrder),
    note: serde.schema(z.string().optional()),
    nothing: serde.schema(z.void()),
  },
  ZodMini: {
    order: serde.schema(
      mini.object({ id: mini.string(), lines: mini.array(mini.object({ cents: mini.number() })) }),
    ),
    note: serde.schema(mini.optional(mini.string())),
    nothing: serde.schema(mini.void()),
  },
  Valibot: {
    order: serde.schema(
      v.object({ id: v.string(), lines: v.array(v.object({ cents: v.number() })) }),
    ),
    note: serde.schema(v.optional(v.string())),
    nothing: serde.schema(v.void()),
  },
  ArkType: {
    order: serde.schema(type({ id: "string", lines: type({ cents: "number" }).array() })),
    note: serde.schema(type("string | undefined")),
    nothing: serde.schema(type("undefined")),
  },
  ZodSerde: {
    order: zodSerde.zod(zodOrder),
    note: zodSerde.zod(z.string().optional()),
    nothing: zodSerde.zod(z.void()),
  },
};

const services = Object.entries(libraries).map(([name, { order, note, nothing }]) =>
  restate.service({
    name,
    handlers: {
      total: handlers.handler({ input: order }, async (_ctx: restate.Context, { lines }) =>
        lines.reduce((sum, { cents }) => sum + cents, 0),
      ),
      shout: handlers.handler({ input: note }, async (_ctx: restate.Context, text) =>
        (text ?? "nothing").toUpperCase(),
      ),
      ping: handlers.handler({ input: nothing, output: nothing }, async () => undefined),
    },
  }),
);

const world = new World(modes.default);
beforeAll(() => world.start(services));
afterAll(() => world.stop());

describe.each(Object.keys(libraries))("%s", (name) => {
  it("lets a matching input through", async () => {
    const order = { id: "a", lines: [{ cents: 1 }, { cents: 2 }] };
    expect(await world.ingress.call(`${name}/total`, order)).toBe(3);
  });

  it("refuses another one with code 400 and the path of the wrong field, without a retry", async () => {
    const order = { id: "a", lines: [{ cents: 1 }, { cents: "2" }] };
    const error = await ingressErrorOf(world.ingress.call(`${name}/total`, order));
    expect(error.status).toBe(400);
    expect(error.message.replaceAll(/[\s"]|\\n/g, "")).toMatch(/lines[/,]1[/,]cents/);
  });

  it("refuses no input where there must be one", async () => {
    const error = await ingressErrorOf(world.ingress.call(`${name}/total`));
    expect(error.status).toBe(400);
  });

  it("takes an optional input, and none", async () => {
    expect(await world.ingress.call(`${name}/shout`, "hey")).toBe("HEY");
    expect(await world.ingress.call(`${name}/shout`)).toBe("NOTHING");
  });

  it("takes and gives nothing", async () => {
    const response = await world.ingress.callRaw(`${name}/ping`);
    expect(response.status).toBe(200);
    expect((await response.arrayBuffer()).byteLength).toBe(0);
    expect(await ingressErrorOf(world.ingress.call(`${name}/ping`, {}))).toMatchObject({
      status: 400,
    });
  });
});

it("the server publishes what the schemas say", async () => {
  const { handlers: published } = (await world.admin.service("Zod")) as {
    handlers: { name: string; input_json_schema?: object }[];
  };
  expect(published.find(({ name }) => name === "total")?.input_json_schema).toMatchObject({
    properties: { id: { type: "string" } },
  });
});
