/** Input, output, request facts, random values and the clock. */
import type { Context, ObjectContext } from "official-sdk";
import type { Program } from "../program.js";

const echo: Program = {
  name: "Echo",
  define: (sdk) =>
    sdk.service({
      name: "Echo",
      handlers: { run: async (_ctx: Context, input: unknown) => input },
    }),
  cases: [
    { name: "object", input: { text: "grüß dich \u{1f600}", list: [1, null, true] } },
    { name: "string", input: "plain" },
    { name: "null", input: null },
    { name: "100 KB", input: "x".repeat(100_000) },
  ],
};

const emptyIo: Program = {
  name: "EmptyIo",
  define: (sdk) => sdk.service({ name: "EmptyIo", handlers: { run: async (_ctx: Context) => {} } }),
  cases: [{ name: "no input, no output" }, { name: "ignored input", input: 1 }],
};

const badInput: Program = {
  name: "BadInput",
  define: (sdk) =>
    sdk.service({
      name: "BadInput",
      handlers: { run: async (_ctx: Context, input: unknown) => input },
    }),
  cases: [
    { name: "no JSON", rawInput: Buffer.from("{not json") },
    { name: "no input where one is expected" },
  ],
};

const requestFacts: Program = {
  name: "RequestFacts",
  define: (sdk) =>
    sdk.object({
      name: "RequestFacts",
      handlers: {
        run: async (ctx: ObjectContext, input: unknown) => {
          const { id, target, headers, idempotencyKey, scope, limitKey, body } = ctx.request();
          return {
            input,
            key: ctx.key,
            id,
            target: [target.service, target.handler, target.key, target.toString()],
            headers: [...headers].sort(),
            idempotencyKey: idempotencyKey ?? "none",
            scope: scope ?? "none",
            limitKey: limitKey ?? "none",
            body: Buffer.from(body).toString(),
          };
        },
      },
    }),
  cases: [
    {
      name: "keyed",
      key: "a key",
      input: { n: 1 },
      headers: { "x-tenant": "acme", "X-Case": "y" },
    },
    {
      name: "with idempotency key, scope and limit key",
      key: "k",
      input: 1,
      idempotencyKey: "once",
      scope: "tenant",
      limitKey: "tenant/user",
    },
  ],
};

const binaryIo: Program = {
  name: "BinaryIo",
  define: (sdk) =>
    sdk.service({
      name: "BinaryIo",
      handlers: {
        run: sdk.handlers.handler(
          { input: sdk.serde.binary, output: sdk.serde.binary },
          async (ctx: Context, input: Uint8Array) => {
            const reversed = await ctx.run("reverse", () => Uint8Array.from(input).reverse(), {
              serde: sdk.serde.binary,
            });
            return Uint8Array.from([...reversed, ...input]);
          },
        ),
      },
    }),
  cases: [
    { name: "bytes", rawInput: Uint8Array.of(0, 255, 1, 254) },
    { name: "nothing", rawInput: new Uint8Array() },
  ],
};

const randomValues: Program = {
  name: "RandomValues",
  define: (sdk) =>
    sdk.service({
      name: "RandomValues",
      handlers: {
        run: async (ctx: Context) => {
          const values: unknown[] = [ctx.rand.random(), ctx.rand.uuidv4(), ctx.rand.random()];
          await ctx.run("between", () => "x");
          for (let index = 0; index < 5; index++) values.push(ctx.rand.random());
          values.push(ctx.rand.uuidv4(), ctx.rand.uuidv4());
          return values;
        },
      },
    }),
  cases: [{ name: "random numbers and uuids" }],
};

const clock: Program = {
  name: "Clock",
  define: (sdk) =>
    sdk.service({
      name: "Clock",
      handlers: {
        run: async (ctx: Context) => [await ctx.date.now(), await ctx.date.toJSON()],
      },
    }),
  cases: [{ name: "now and toJSON" }],
};

export const basics = [echo, emptyIo, badInput, requestFacts, binaryIo, randomValues, clock];
