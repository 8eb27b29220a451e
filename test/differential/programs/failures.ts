/** How handlers fail: terminally, with retries, with things that are no errors, and by changing their code. */
import type { Context, Serde } from "official-sdk";
import { attemptNumber, HOUR, type Program } from "../program.js";

const throwsTerminal: Program = {
  name: "ThrowsTerminal",
  define: (sdk) =>
    sdk.service({
      name: "ThrowsTerminal",
      handlers: {
        run: async (ctx: Context, options: { errorCode?: number }) => {
          await ctx.run("before", () => 1);
          throw new sdk.TerminalError("this is final", options);
        },
      },
    }),
  cases: [
    { name: "default code", input: {} },
    { name: "code 402", input: { errorCode: 402 } },
    { name: "metadata, needs version 6", input: { metadata: { a: "1", b: "2" } } },
  ],
};

const throwsOther: Program = {
  name: "ThrowsOther",
  define: (sdk) =>
    sdk.service({
      name: "ThrowsOther",
      handlers: {
        run: async (ctx: Context, what: string) => {
          await ctx.run("before", () => 1);
          if (attemptNumber(ctx) > 3) return "recovered";
          switch (what) {
            case "error":
              throw new Error("plain");
            case "string":
              throw "just a string";
            case "retryable":
              throw new sdk.RetryableError("slowly", { retryAfter: 2_500 });
            case "pause":
              throw new sdk.PauseError("please pause");
            default:
              throw new sdk.RestateError("with code", { errorCode: 555 });
          }
        },
      },
    }),
  cases: ["error", "string", "retryable", "pause", "restate"].map((input) => ({
    name: input,
    input,
    dependsOnAttempt: true,
  })),
};

const asTerminal: Program = {
  name: "AsTerminal",
  define: (sdk) =>
    sdk.service({
      name: "AsTerminal",
      handlers: {
        run: async (ctx: Context, where: string) => {
          if (where === "run") {
            return ctx.run("inside", () => {
              throw new RangeError("out of range");
            });
          }
          throw new RangeError("out of range");
        },
      },
      options: {
        asTerminalError: (error) =>
          error instanceof RangeError
            ? new sdk.TerminalError(`mapped: ${error.message}`, { errorCode: 416 })
            : undefined,
      },
    }),
  cases: [
    { name: "thrown by the handler", input: "handler" },
    { name: "thrown in a run", input: "run" },
  ],
};

/** Every attempt but the first does something else than the journal says. */
const changedCode: Program = {
  name: "ChangedCode",
  define: (sdk) =>
    sdk.service({
      name: "ChangedCode",
      handlers: {
        run: async (ctx: Context, change: string) => {
          const changed = attemptNumber(ctx) > 1;
          if (changed && change === "other command") await ctx.sleep(HOUR);
          if (changed && change === "fewer commands") return "early";
          const other = changed && change === "other name";
          const result = await ctx.run(other ? "renamed" : "first", () => "one");
          const parameter = changed && change === "other parameter" ? "b" : "a";
          await ctx.genericCall({
            service: "Callee",
            method: changed && change === "other handler" ? "n" : "m",
            parameter: Buffer.from(parameter),
          });
          if (changed && change === "await added") await ctx.awakeable().promise;
          ctx.genericSend({ service: "Callee", method: "m", parameter: Buffer.from("1") });
          await ctx.sleep(HOUR);
          return result;
        },
      },
    }),
  cases: [
    "nothing",
    "other command",
    "fewer commands",
    "other name",
    "other parameter",
    "other handler",
    "await added",
  ].map((input) => ({ name: input, input, dependsOnAttempt: true })),
};

const mismatchBehavior: Program = {
  name: "MismatchBehavior",
  define: (sdk) =>
    sdk.service({
      name: "MismatchBehavior",
      handlers: {
        run: async (ctx: Context) => {
          if (attemptNumber(ctx) > 1) await ctx.run("unexpected", () => 1);
          await ctx.sleep(HOUR);
          await ctx.sleep(HOUR);
        },
      },
      options: { onJournalMismatchErrors: "fail" },
    }),
  cases: [{ name: "fails the invocation, needs version 7", dependsOnAttempt: true }],
};

const badUse: Program = {
  name: "BadUse",
  define: (sdk) =>
    sdk.service({
      name: "BadUse",
      handlers: {
        run: async (ctx: Context, what: string) => {
          switch (what) {
            case "unserializable output":
              return 1n;
            case "unserializable run":
              return ctx.run("big", () => 1n);
            case "bad call result":
              return ctx.genericCall({
                service: "Callee",
                method: "m",
                parameter: Buffer.from("{no json"),
                outputSerde: sdk.serde.json as Serde<string>,
              });
            case "empty idempotency key":
              return ctx.genericCall({
                service: "Callee",
                method: "m",
                parameter: new Uint8Array(),
                idempotencyKey: "",
              });
            default:
              return "fine";
          }
        },
      },
    }),
  cases: [
    { name: "unserializable output", input: "unserializable output" },
    { name: "unserializable run", input: "unserializable run" },
    { name: "bad call result", input: "bad call result" },
    { name: "empty idempotency key", input: "empty idempotency key" },
  ],
};

export const failures = [
  throwsTerminal,
  throwsOther,
  asTerminal,
  changedCode,
  mismatchBehavior,
  badUse,
];
