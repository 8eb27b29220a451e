/** Compares what was to be seen of two runs of a scenario. */
import { findDifference, showValue } from "../checks/values.js";
import type { CommandView } from "../environment/journal-view.js";
import type { Effect } from "./effects.js";
import { commandsOf, type ObservedInvocation, type Observation } from "./observe.js";

/** What is compared. */
export type Aspect = "result" | "invocations" | "state" | "promises" | "effects";

export const ALL_ASPECTS: readonly Aspect[] = [
  "result",
  "invocations",
  "state",
  "promises",
  "effects",
];

/** One way in which a run differs from the undisturbed one. */
export interface Difference {
  readonly aspect: Aspect | "check";
  /** One or more lines. */
  readonly text: string;
}

export function compareRuns(
  expected: Observation,
  actual: Observation,
  aspects: readonly Aspect[],
): Difference[] {
  const differences: Difference[] = [];
  for (const aspect of aspects) {
    for (const text of COMPARISONS[aspect](expected, actual)) differences.push({ aspect, text });
  }
  return differences;
}

const COMPARISONS: Record<Aspect, (expected: Observation, actual: Observation) => string[]> = {
  result: compareResults,
  invocations: compareInvocations,
  state: (expected, actual) => compareMaps("state of", expected.state, actual.state),
  promises: (expected, actual) => compareMaps("promise", expected.promises, actual.promises),
  effects: compareEffects,
};

function compareResults(
  { outcome: expected }: Observation,
  { outcome: actual }: Observation,
): string[] {
  if (actual.kind === "threw") {
    const { error } = actual;
    return [
      `the scenario failed: ${error instanceof Error ? `${error.name}: ${error.message}` : showValue(error)}`,
    ];
  }
  const value = expected.kind === "returned" ? expected.value : undefined;
  const difference = findDifference(value, actual.value);
  return difference === undefined ? [] : [describe("result of the scenario", difference)];
}

/** As a bag: the order in which invocations were asked for may differ, and their ids with it. */
function compareInvocations(expected: Observation, actual: Observation): string[] {
  const rest = [...actual.invocations];
  const missing = expected.invocations.filter((wanted) => {
    const index = rest.findIndex((other) => isSame(wanted, other));
    if (index >= 0) rest.splice(index, 1);
    return index < 0;
  });
  const lines = missing.map((wanted) => {
    const index = rest.findIndex(
      ({ target, caller }) => target === wanted.target && caller === wanted.caller,
    );
    const [other] = index < 0 ? [] : rest.splice(index, 1);
    if (other === undefined) return `${describeInvocation(wanted)} is missing`;
    const input = findDifference(wanted.input, other.input);
    if (input !== undefined) return describe(`input of ${wanted.target}`, input);
    const end = findDifference(wanted.end, other.end);
    return describe(
      `outcome of ${wanted.target}`,
      end ?? { path: "$", left: wanted.end, right: other.end },
    );
  });
  return [...lines, ...rest.map((extra) => `${describeInvocation(extra)} is one more`)];
}

function isSame(left: ObservedInvocation, right: ObservedInvocation): boolean {
  return (
    left.target === right.target &&
    left.caller === right.caller &&
    findDifference(left.input, right.input) === undefined &&
    findDifference(left.end, right.end) === undefined
  );
}

function describeInvocation({ target, caller, input }: ObservedInvocation): string {
  const by = caller === undefined ? "from outside" : `by ${caller}`;
  return `the invocation of ${target}${input === undefined ? "" : ` with ${showValue(input)}`} ${by}`;
}

function compareMaps(
  what: string,
  expected: ReadonlyMap<string, unknown>,
  actual: ReadonlyMap<string, unknown>,
): string[] {
  return [...new Set([...expected.keys(), ...actual.keys()])].flatMap((name) => {
    const difference = findDifference(expected.get(name), actual.get(name));
    return difference === undefined ? [] : [describe(`${what} ${name}`, difference)];
  });
}

function compareEffects(
  { effects: expected }: Observation,
  { effects: actual }: Observation,
): string[] {
  const wanted = countEffects(expected.happened());
  const found = countEffects(actual.happened());
  return [...new Set([...wanted.keys(), ...found.keys()])].flatMap((id) => {
    const effect = found.get(id) ?? wanted.get(id);
    const [before, after] = [wanted.get(id)?.times ?? 0, found.get(id)?.times ?? 0];
    if (effect === undefined || before === after) return [];
    const { key, details, name } = effect.effect;
    const shown = details === undefined ? "" : ` ${showValue(details)}`;
    const keyed = key === undefined ? "without a key" : `with the key "${key}"`;
    const advice =
      after > before && key === undefined
        ? ". An action that dies before its result is recorded is executed again: give the receiver an idempotency key, " +
          "made outside of the action, for example with ctx.rand.uuidv4()"
        : "";
    return [
      `the effect "${name}"${shown} ${keyed} happened ${count(after)} instead of ${count(before)}${advice}`,
    ];
  });
}

function countEffects(effects: readonly Effect[]): Map<string, { effect: Effect; times: number }> {
  const counts = new Map<string, { effect: Effect; times: number }>();
  for (const effect of effects) {
    const id = `${effect.name} ${effect.key ?? ""} ${showValue(effect.details)}`;
    const known = counts.get(id);
    if (known === undefined) counts.set(id, { effect, times: 1 });
    else known.times++;
  }
  return counts;
}

function count(times: number): string {
  return times === 1 ? "once" : times === 0 ? "not at all" : `${times} times`;
}

function describe(
  what: string,
  { path, left, right }: { readonly path: string; readonly left: unknown; readonly right: unknown },
): string {
  const where = path === "$" ? "" : ` at ${path}`;
  return `${what}${where}: ${showValue(right)} instead of ${showValue(left)}`;
}

/** The first command that two journals do not have in common. */
export interface Divergence {
  readonly invocation: string;
  readonly expected: string;
  readonly actual: string;
}

/** Looks for the invocation whose journal went another way first. */
export function findDivergence(expected: Observation, actual: Observation): Divergence | undefined {
  for (const wanted of expected.invocations) {
    const found = counterpart(wanted, actual);
    if (found === undefined) continue;
    const [left, right] = [commandsOf(wanted), commandsOf(found)];
    for (let index = 0; index < Math.max(left.length, right.length); index++) {
      const [before, after] = [left[index], right[index]].map((command) =>
        describeCommand(command, index),
      );
      if (before === after) continue;
      return { invocation: wanted.target, expected: before ?? "", actual: after ?? "" };
    }
  }
  return undefined;
}

export function counterpart(
  { id, target, caller }: ObservedInvocation,
  { invocations }: Observation,
): ObservedInvocation | undefined {
  return (
    invocations.find((each) => each.id === id) ??
    invocations.find((each) => each.target === target && each.caller === caller)
  );
}

function describeCommand(command: CommandView | undefined, place: number): string {
  if (command === undefined) return "nothing more";
  const { type, name, target, value, result } = command;
  const parts = [`command ${place}:`, type, name === "" ? "" : `"${name}"`, target ?? ""];
  if (value !== undefined) parts.push(showValue(value));
  if (result?.kind === "value") parts.push(`→ ${showValue(result.value)}`);
  if (result?.kind === "failure") parts.push(`✗ [${result.code}] ${result.message}`);
  return parts.filter((part) => part !== "").join(" ");
}
