/** Calls, sends, their options and failures, attaching and cancelling. */
import type { Context, InvocationId, ObjectContext, WorkflowContext } from "official-sdk";
import type { ScriptedCommand } from "../../support/scripted-server/script.js";
import { describeError, HOUR, type Program } from "../program.js";

interface Callee {
  greet: (ctx: Context, name: string) => Promise<string>;
  poke: (ctx: Context) => Promise<void>;
}
interface Keyed {
  add: (ctx: ObjectContext, amount: number) => Promise<number>;
}
interface Flow {
  run: (ctx: WorkflowContext, input: { n: number }) => Promise<{ n: number }>;
}

const sequentialCalls: Program = {
  name: "SequentialCalls",
  define: (sdk) =>
    sdk.service({
      name: "SequentialCalls",
      handlers: {
        run: async (ctx: Context, name: string) => {
          const greeting = await ctx.serviceClient<Callee>({ name: "Callee" }).greet(name);
          const sum = await ctx.objectClient<Keyed>({ name: "Keyed" }, "a/b").add(3);
          const flow = await ctx.workflowClient<Flow>({ name: "Flow" }, "wf-1").run({ n: 1 });
          await ctx.serviceClient<Callee>({ name: "Callee" }).poke();
          return { greeting, sum, flow };
        },
      },
    }),
  cases: [{ name: "service, object, workflow, void", input: "Ada" }],
};

const callOptions: Program = {
  name: "CallOptions",
  define: (sdk) =>
    sdk.service({
      name: "CallOptions",
      handlers: {
        run: async (ctx: Context) => {
          const client = ctx.serviceClient<Callee>({ name: "Callee" });
          const first = await client.greet(
            "x",
            sdk.rpc.opts({ headers: { b: "2", a: "1" }, idempotencyKey: "idem", name: "named" }),
          );
          const second = await ctx.genericCall<string, string>({
            service: "Keyed",
            method: "add",
            key: "k",
            parameter: "p",
            headers: { h: "v" },
            idempotencyKey: "idem-2",
            name: "generic",
            inputSerde: sdk.serde.json,
            outputSerde: sdk.serde.json,
          });
          const raw = await ctx.genericCall({
            service: "Callee",
            method: "greet",
            parameter: Uint8Array.of(1, 2, 3),
          });
          return [first, second, [...raw]];
        },
      },
    }),
  cases: [{ name: "headers, idempotency keys, names, serdes" }],
};

const failing = (command: ScriptedCommand) =>
  command.type === "CallCommand"
    ? { outcome: { failure: { code: 404, message: "not there", metadata: { where: "else" } } } }
    : undefined;

const callFails: Program = {
  name: "CallFails",
  define: (sdk) =>
    sdk.service({
      name: "CallFails",
      handlers: {
        run: async (ctx: Context, rethrow: boolean) => {
          try {
            return await ctx.serviceClient<Callee>({ name: "Callee" }).greet("x");
          } catch (error) {
            if (rethrow) throw error;
            const isTerminal = error instanceof sdk.TerminalError;
            return { ...describeError(error), isTerminal };
          }
        },
      },
    }),
  cases: [
    { name: "caught", input: false, script: { respond: failing } },
    { name: "passed on, needs version 6", input: true, script: { respond: failing } },
  ],
};

const sends: Program = {
  name: "Sends",
  define: (sdk) =>
    sdk.service({
      name: "Sends",
      handlers: {
        run: async (ctx: Context) => {
          const now = ctx.serviceSendClient<Callee>({ name: "Callee" }).greet("now");
          const later = ctx
            .objectSendClient<Keyed>({ name: "Keyed" }, "k")
            .add(1, sdk.rpc.sendOpts({ delay: HOUR, headers: { h: "v" }, name: "later" }));
          ctx.workflowSendClient<Flow>({ name: "Flow" }, "w").run({ n: 2 });
          const generic = ctx.genericSend({
            service: "Callee",
            method: "greet",
            parameter: Uint8Array.of(7),
            delay: 60_000,
            idempotencyKey: "only-once",
          });
          return [await later.invocationId, await now.invocationId, await generic.invocationId];
        },
      },
    }),
  cases: [{ name: "with and without delay" }],
};

const invocationIds: Program = {
  name: "InvocationIds",
  define: (sdk) =>
    sdk.service({
      name: "InvocationIds",
      handlers: {
        run: async (ctx: Context) => {
          const call = ctx.serviceClient<Callee>({ name: "Callee" }).greet("x");
          const id = await call.invocationId;
          const attached = ctx.invocation(id).attach<string>(sdk.serde.json);
          const [result, again] = [await call, await attached];
          return { id, result, again, parsed: sdk.InvocationIdParser.fromString("inv_1abc") };
        },
      },
    }),
  cases: [{ name: "id before the result, attached as well" }],
};

const deprecatedWays: Program = {
  name: "DeprecatedWays",
  define: (sdk) =>
    sdk.service({
      name: "DeprecatedWays",
      handlers: {
        run: async (ctx: Context, target: string) => {
          /* eslint-disable @typescript-eslint/no-deprecated -- Journals written by these must stay readable. */
          ctx.cancel(target as InvocationId);
          return ctx.attach<string>(target as InvocationId, sdk.serde.json);
          /* eslint-enable @typescript-eslint/no-deprecated */
        },
      },
    }),
  cases: [{ name: "cancel and attach", input: "inv_1someoneelse" }],
};

const otherInvocations: Program = {
  name: "OtherInvocations",
  define: (sdk) =>
    sdk.service({
      name: "OtherInvocations",
      handlers: {
        run: async (ctx: Context, target: string) => {
          const id = target as InvocationId;
          const other = ctx.invocation(id);
          other.cancel();
          other.signal("go", sdk.serde.json).resolve({ value: 1 });
          other.signal("go").resolve();
          other.signal("stop").reject("enough");
          other.signal("stop").reject(new sdk.TerminalError("quite", { errorCode: 499 }));
          return other.attach<string>(sdk.serde.json);
        },
      },
    }),
  cases: [{ name: "cancelled, signalled, attached", input: "inv_1someoneelse" }],
};

const scopedCalls: Program = {
  name: "ScopedCalls",
  define: (sdk) =>
    sdk.service({
      name: "ScopedCalls",
      handlers: {
        run: async (ctx: Context) => {
          const scoped = ctx.scope("tenant");
          const result = await scoped
            .serviceClient<Callee>({ name: "Callee" })
            .greet("x", sdk.rpc.opts({ limitKey: "tenant/user" }));
          scoped.objectSendClient<Keyed>({ name: "Keyed" }, "k").add(1);
          return result;
        },
      },
    }),
  cases: [{ name: "scope and limit key, needs version 7" }],
};

const interfaceClients: Program = {
  name: "InterfaceClients",
  define: (sdk) => {
    const { iface, serde } = sdk;
    const calculator = iface.service("Calculator", {
      double: iface.json<number, number>(),
      raw: iface.serdes({ input: serde.binary, output: serde.binary }),
    });
    const account = iface.object("Account", { deposit: iface.json<number, number>() });
    const self = iface.service("InterfaceClients", { run: iface.json<number, unknown>() });
    return sdk.implement(self, {
      handlers: {
        run: async (ctx: Context, input: number) => {
          const doubled = await ctx.client(calculator).double(input);
          const raw = await ctx.client(calculator).raw(Uint8Array.of(9, 8));
          const sent = await ctx.sendClient(account, "acc").deposit(5).invocationId;
          return [doubled, [...raw], sent, await ctx.client(account, "acc").deposit(6)];
        },
      },
    });
  },
  cases: [{ name: "declared and implemented", input: 21 }],
};

export const calls = [
  sequentialCalls,
  callOptions,
  callFails,
  sends,
  invocationIds,
  deprecatedWays,
  otherInvocations,
  scopedCalls,
  interfaceClients,
];
