/** Combinators over promises of which some have been awaited, some are ready, and some are pending. */
import type { Context, RestatePromise } from "official-sdk";
import { neverAnswer, settle } from "./combinators.js";
import { HOUR, type Program, type Sdk } from "../program.js";

/** A promise as data: the name of a leaf, or an operation over such. */
export type Shape = string | readonly [Operation, ...Shape[]];
type Operation =
  | "all"
  | "race"
  | "any"
  | "allSettled"
  | "map"
  | "mapLater"
  | "refuse"
  | "orTimeout"
  | "constant"
  | "native";

/** What to do once most leaves are ready: await some of them, then the shapes. */
export interface Scene {
  /** Shapes built before anything is awaited. */
  readonly early?: readonly Shape[];
  readonly awaited?: readonly Shape[];
  readonly late?: readonly Shape[];
}

export const readyShapes: Program = {
  name: "ReadyShapes",
  define: (sdk) =>
    sdk.service({
      name: "ReadyShapes",
      handlers: {
        run: async (ctx: Context, scenes: readonly Scene[]) => {
          const outcomes: unknown[] = [];
          for (const scene of scenes) outcomes.push(await play(sdk, ctx, scene));
          return outcomes;
        },
      },
    }),
  cases: [],
};

async function play(sdk: Sdk, ctx: Context, scene: Scene): Promise<unknown> {
  const build = builder(sdk, leavesOf(ctx));
  await ctx.sleep(HOUR, "barrier");
  const early = (scene.early ?? []).map((shape) => build(shape));
  const outcomes: unknown[] = [];
  for (const shape of scene.awaited ?? []) outcomes.push(await settle(build(shape)));
  for (const promise of early) outcomes.push(await settle(promise));
  for (const shape of scene.late ?? []) outcomes.push(await settle(build(shape)));
  return outcomes;
}

type Leaves = Record<string, () => RestatePromise<unknown>>;

function leavesOf(ctx: Context): Leaves {
  const leaves: Record<string, RestatePromise<unknown>> = {};
  const call = (name: string) =>
    ctx.genericCall({
      service: "Callee",
      method: name,
      parameter: name,
      inputSerde: text,
      outputSerde: text,
    });
  for (const name of ["a", "b", "c", "failing1", "failing2", "pending"]) leaves[name] = call(name);
  leaves["nap"] = ctx.sleep(HOUR, "nap");
  leaves["nap2"] = ctx.sleep(HOUR, "nap2");
  leaves["awakeable"] = ctx.awakeable<string>().promise;
  leaves["signal"] = ctx.signal("go");
  const made: Leaves = {};
  for (const [name, leaf] of Object.entries(leaves)) made[name] = () => leaf;
  made["fresh"] = () => call("a") ;
  return made;
}

function builder(sdk: Sdk, leaves: Leaves) {
  const { all, any, race, allSettled, resolve } = sdk.RestatePromise;
  const build = (shape: Shape): RestatePromise<unknown> => {
    if (typeof shape === "string") {
      const leaf = leaves[shape];
      if (leaf === undefined) throw new Error(`No leaf ${shape}`);
      return leaf();
    }
    const [operation, ...rest] = shape;
    const children = rest.map((child) => build(child));
    const [first] = children as [RestatePromise<unknown>];
    switch (operation) {
      case "all":
        return all(children);
      case "race":
        return race(children);
      case "any":
        return any(children);
      case "allSettled":
        return allSettled(children);
      case "map":
        return first.map((value, failure) => ({ mapped: value ?? failure?.message ?? null }));
      case "mapLater":
        return first.map(async (value, failure) => ({ later: value ?? failure?.message ?? null }));
      case "refuse":
        return first.map(() => {
          throw new sdk.TerminalError("refused");
        });
      case "orTimeout":
        return first.orTimeout(HOUR);
      case "constant":
        return resolve("constant");
      case "native":
        return resolve(Promise.resolve("native"));
    }
  };
  return build;
}

const text = {
  contentType: "text/plain",
  serialize: (value: string) => Buffer.from(value),
  deserialize: (bytes: Uint8Array) => Buffer.from(bytes).toString(),
};

export const readyPromises = [readyShapes];
void neverAnswer;
