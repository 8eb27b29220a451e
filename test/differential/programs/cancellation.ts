/** The cancel signal: implicit and explicit, before, while and after something is awaited. */
import type { Context, internal } from "official-sdk";
import { cancelAfter } from "../../support/scripted-server/script.js";
import { describeError, HOUR, type Program } from "../program.js";

const neverCall = ({ type }: { type: string }) =>
  type === "CallCommand" ? ("never" as const) : undefined;

const saga: Program = {
  name: "Saga",
  define: (sdk, host) =>
    sdk.service({
      name: "Saga",
      handlers: {
        run: async (ctx: Context) => {
          const undo: string[] = [];
          try {
            for (const part of ["flight", "car"]) {
              undo.push(part);
              await ctx.run(`book ${part}`, () => host.effect(ctx, `book ${part}`));
            }
            await ctx.genericCall({
              service: "Hotel",
              method: "book",
              parameter: Buffer.from("1"),
            });
            return "booked";
          } catch (error) {
            for (const part of undo.reverse()) {
              await ctx.run(`cancel ${part}`, () => host.effect(ctx, `cancel ${part}`));
            }
            const cancelled = error instanceof sdk.CancelledError;
            throw Object.assign(new sdk.TerminalError("rolled back", { errorCode: 409 }), {
              cancelled,
            });
          }
        },
      },
    }),
  cases: [
    { name: "not cancelled" },
    { name: "cancelled in the call", script: { respond: neverCall, signals: [cancelAfter(4)] } },
    { name: "cancelled from the start", script: { signals: [cancelAfter(1, "now")] } },
    { name: "cancelled at any time", dependsOnOrder: true, script: { signals: [cancelAfter(2)] } },
  ],
};

const cancelledChildren: Program = {
  name: "CancelledChildren",
  define: (sdk) =>
    sdk.service({
      name: "CancelledChildren",
      handlers: {
        run: async (ctx: Context) => {
          const call = (method: string) =>
            ctx.genericCall({ service: "Child", method, parameter: Buffer.from("1") });
          const children = [call("a"), call("b"), call("c")];
          ctx.genericSend({ service: "Child", method: "sent", parameter: Buffer.from("1") });
          try {
            await sdk.RestatePromise.all(children);
            return "all done";
          } catch (error) {
            const caught = describeError(error);
            await ctx.sleep(HOUR);
            return caught;
          }
        },
      },
    }),
  cases: [
    {
      name: "calls are cancelled, sends are not",
      script: { respond: neverCall, signals: [cancelAfter(5)] },
    },
  ],
};

const cancelledTwice: Program = {
  name: "CancelledTwice",
  define: (sdk) =>
    sdk.service({
      name: "CancelledTwice",
      handlers: {
        run: async (ctx: Context) => {
          const seen: unknown[] = [];
          for (const name of ["first", "second", "third"]) {
            try {
              await ctx.sleep(HOUR, name);
              seen.push(name);
            } catch (error) {
              seen.push(describeError(error));
            }
          }
          return seen;
        },
      },
    }),
  cases: [
    {
      name: "each time an await ends",
      script: {
        respond: ({ type, ordinal }) =>
          type === "SleepCommand" && ordinal < 2 ? "never" : undefined,
        signals: [cancelAfter(2), cancelAfter(3)],
      },
    },
  ],
};

const cancelAndRetry: Program = {
  name: "CancelledPromiseAgain",
  define: (sdk) =>
    sdk.service({
      name: "CancelledPromiseAgain",
      handlers: {
        run: async (ctx: Context) => {
          const awakeable = ctx.awakeable<string>();
          try {
            return await awakeable.promise;
          } catch (error) {
            if (!(error instanceof sdk.CancelledError)) throw error;
          }
          await ctx.run("cleanup", () => 0);
          return "cleaned up";
        },
      },
    }),
  cases: [{ name: "an awakeable", script: { signals: [cancelAfter(1)] } }],
};

const explicit: Program = {
  name: "ExplicitCancellation",
  define: (sdk) =>
    sdk.service({
      name: "ExplicitCancellation",
      handlers: {
        run: async (ctx: Context) => {
          const inner = ctx as internal.ContextInternal;
          const child = ctx.genericCall({
            service: "Child",
            method: "m",
            parameter: Buffer.from("1"),
          });
          const winner = await sdk.RestatePromise.race([
            child.map(() => "child"),
            inner.cancellation().map(() => "cancelled"),
          ]);
          const cancelled = winner === "cancelled" ? await inner.cancelPreviousCalls() : [];
          await ctx.sleep(HOUR);
          return { winner, cancelled };
        },
      },
      options: { explicitCancellation: true },
    }),
  cases: [
    { name: "cancelled", script: { respond: neverCall, signals: [cancelAfter(2)] } },
    { name: "not cancelled" },
    {
      name: "cancelled when nobody looks",
      script: { signals: [cancelAfter(3)] },
      dependsOnOrder: true,
    },
  ],
};

export const cancellation = [saga, cancelledChildren, cancelledTwice, cancelAndRetry, explicit];
