/** Combinators over promises of which some have been awaited, some are ready, and some are pending. */
import type { Context, RestatePromise } from "official-sdk";
import type {
  Outcome,
  Reply,
  Script,
  ScriptedCommand,
  ScriptedSignal,
} from "../../support/scripted-server/script.js";
import { HOUR, settle, type Program, type Sdk } from "../program.js";

/** A promise as data: the name of a leaf, or an operation over such. */
export type Shape = string | readonly [Operation, ...Shape[]];
type Operation = Combinator | Mapping | "orTimeout" | "constant";
type Combinator = "all" | "race" | "any" | "allSettled";
type Mapping = "map" | "mapLater" | "refuse";

/** What to do with a set of leaves of which most are ready. */
export interface Scene {
  /**
   * Combined before anything is awaited, awaited after `awaited`. None may reject meanwhile: in the official SDK that
   * is an unhandled rejection, which ends the process.
   */
  readonly early?: readonly Shape[];
  readonly awaited?: readonly Shape[];
  readonly late?: readonly Shape[];
}

const scenes: Record<string, readonly Scene[]> = {
  "position decides": [
    { late: [["race", "b", "a"]] },
    { late: [["any", "failing2", "b", "a"]] },
    { late: [["all", "b", "failing2", "a", "failing1"]] },
    { late: [["race", "failing1", "a"]] },
  ],
  "position decides, of aggregates": [
    { late: [["all", "failing2", "failing1"]] },
    { late: [["allSettled", "b", "failing2", "nap", "awakeable"]] },
    { late: [["any", "failing2", "failing1"]] },
  ],
  "what was awaited before is first": [
    { awaited: ["b"], late: [["race", "a", "b"]] },
    { awaited: ["c", "b"], late: [["race", "a", "b", "c"]] },
    { awaited: ["failing2"], late: [["all", "failing1", "failing2"]] },
    { awaited: ["b"], late: [["any", "a", "b"]] },
  ],
  "what was below something awaited before is first": [
    { awaited: [["race", "b", "c"]], late: [["race", "a", "c"]] },
    { awaited: [["all", "pending", "failing1", "c"]], late: [["race", "a", "c"]] },
    { awaited: [["any", ["map", "failing1"], "c"]], late: [["race", "a", ["map", "failing1"]]] },
  ],
  "what was awaited first since it was made is first": [
    { early: [["race", "a", "b", "c"]], awaited: ["c", "b"] },
    { early: [["any", "a", ["map", "b"]]], awaited: ["b"] },
    { early: [["race", "pending", ["map", ["race", "a", "b"]]]], awaited: ["b", "a"] },
  ],
  "timers before results before signals": [
    { late: [["race", "awakeable", "signal", "failing1", "a", "nap"]] },
    { late: [["race", "awakeable", "signal", "b", "a"]] },
    { late: [["race", "signal", "awakeable"]] },
    { late: [["all", "refused", "failing1"]] },
  ],
  "ids of invocations like timers": [
    { late: [["race", "signal", "failing1", "invocationId"]] },
    { late: [["race", "nap", "invocationId"]] },
  ],
  "mapped promises take longer": [
    { late: [["race", ["map", "a"], "b"]] },
    { late: [["race", ["mapLater", "a"], ["map", "b"]]] },
    { late: [["race", ["map", "pending"], ["constant"], "nap"]] },
    { awaited: ["a"], late: [["race", "b", ["map", "a"], ["constant"]]] },
  ],
  "combinators take longer": [
    { late: [["race", ["all", "a", "b"], ["any", "c"], ["allSettled", "nap"]]] },
    { late: [["race", ["all", "a", "nap"], "awakeable"]] },
    {
      awaited: ["a"],
      late: [
        ["race", "nap", ["race", "a"]],
        ["race", "awakeable", ["race", "b"]],
      ],
    },
  ],
  "mappings and combinators, nested": [
    { late: [["race", ["map", ["map", "a"]], ["race", ["race", "b"]], ["map", "awakeable"]]] },
    { late: [["race", ["all", "failing1"], ["refuse", "nap"], ["map", "failing2"]]] },
    { late: [["any", ["refuse", "a"], ["map", "failing1"], ["race", "awakeable"]]] },
  ],
  "mixed with what is pending": [
    { late: [["race", "pending", ["all", "pending2", "a"], "awakeable", "b"]] },
    { late: [["any", ["all", "pending", "failing1"], ["map", "failing2"]]] },
    { early: [["race", "pending", "b"]], awaited: ["a"], late: [["race", "b", "a"]] },
  ],
  "mixed with what is asked for now": [
    { late: [["orTimeout", ["all", "a", "b"]]] },
    { late: [["race", ["orTimeout", "pending"], "c"]] },
    { late: [["all", "fresh", "a", ["map", "fresh"]]] },
  ],
};

const readyShapes: Program = {
  name: "ReadyShapes",
  define: (sdk) =>
    sdk.service({
      name: "ReadyShapes",
      handlers: {
        run: async (ctx: Context, played: readonly Scene[]) => {
          const outcomes: unknown[] = [];
          for (const [number, scene] of played.entries()) {
            const leaves = leavesOf(ctx, number);
            await ctx.sleep(HOUR, "meanwhile");
            outcomes.push(await play(sdk, leaves, scene));
          }
          return outcomes;
        },
      },
    }),
  // Few scenes a case: the server must not take a long replay of the official SDK for a rest.
  cases: Object.entries(scenes).map(([name, input]) => ({ name, input, script: world() })),
};

async function play(sdk: Sdk, leaves: Leaves, scene: Scene): Promise<unknown> {
  const build = (shape: Shape) => promiseOf(sdk, leaves, shape);
  const outcomes: unknown[] = [];
  const early = (scene.early ?? []).map(build);
  for (const shape of scene.awaited ?? []) outcomes.push(await settle(build(shape)));
  for (const promise of early) outcomes.push(await settle(promise));
  for (const shape of scene.late ?? []) outcomes.push(await settle(build(shape)));
  return outcomes;
}

type Leaves = (name: string) => RestatePromise<unknown>;

function leavesOf(ctx: Context, scene: number): Leaves {
  const call = (name: string) =>
    ctx.genericCall({
      service: "Callee",
      method: name,
      parameter: name,
      inputSerde: text,
      outputSerde: text,
    });
  const calls = ["a", "b", "c", "failing1", "failing2", "pending", "pending2"];
  const leaves = new Map<string, RestatePromise<unknown>>();
  for (const name of calls) leaves.set(name, call(name));
  const reference = ctx.genericSend({ service: "Callee", method: "sent", parameter: bytes });
  leaves.set("invocationId", reference.invocationId as RestatePromise<unknown>);
  leaves.set("nap", ctx.sleep(HOUR, "nap"));
  leaves.set("awakeable", ctx.awakeable().promise);
  leaves.set("refused", ctx.awakeable().promise);
  leaves.set("signal", ctx.signal(`go ${scene}`));
  return (name) => {
    const leaf = name === "fresh" ? call("fresh") : leaves.get(name);
    if (leaf === undefined) throw new Error(`No leaf ${name}`);
    return leaf;
  };
}

function promiseOf(sdk: Sdk, leaves: Leaves, shape: Shape): RestatePromise<unknown> {
  if (typeof shape === "string") return leaves(shape);
  const [operation, ...rest] = shape;
  const children = rest.map((child) => promiseOf(sdk, leaves, child));
  const child = children[0] ?? sdk.RestatePromise.resolve("constant");
  switch (operation) {
    case "all":
    case "race":
    case "any":
    case "allSettled":
      return sdk.RestatePromise[operation](children);
    case "map":
      return child.map((value, failure) => ["mapped", value, failure?.message]);
    case "mapLater":
      return child.map(async (value, failure) => ["later", value, failure?.message]);
    case "refuse":
      return child.map(() => {
        throw new sdk.TerminalError("refused by the mapper", { errorCode: 422 });
      });
    case "orTimeout":
      return child.orTimeout(HOUR);
    case "constant":
      return child;
  }
}

const bytes = Buffer.from("payload");
const text = {
  contentType: "text/plain",
  serialize: (value: string) => Buffer.from(value),
  deserialize: (encoded: Uint8Array) => Buffer.from(encoded).toString(),
};

/** Whatever is answered at all is in the journal right behind its command. Every scene has signals of its own. */
function world(): Script {
  const signals = [0, 1, 2, 3].flatMap((scene) => [
    signalled({ idx: 17 + scene * 2 }, scene),
    { ...signalled({ idx: 18 + scene * 2 }, scene), outcome: failure("refused") },
    signalled({ name: `go ${scene}` }, scene),
  ]);
  return { respond: answer, signals };
}

function signalled(signal: ScriptedSignal["signal"], scene: number): ScriptedSignal {
  return { signal, outcome: { value: "signalled" }, afterCommands: 1 + scene * 10, when: "now" };
}

function answer({ type, message }: ScriptedCommand): Reply | undefined {
  if (type === "SleepCommand") return { outcome: { void: true }, when: "now" };
  if (type !== "CallCommand" || !("handlerName" in message)) return undefined;
  const name = message.handlerName;
  if (name.startsWith("pending")) return "never";
  const fails = name.startsWith("failing");
  return { outcome: fails ? failure(name) : { bytes: Buffer.from(name) }, when: "now" };
}

function failure(message: string): Outcome {
  return { failure: { code: 400, message } };
}

export const readyPromises = [readyShapes];
