/** Runs a scenario once, and tells what was to be seen of it from outside. */
import type { CheckError } from "../checks/check.js";
import type { TestEnvironmentOptions } from "../environment/environment-options.js";
import type { CommandView } from "../environment/journal-view.js";
import { decodeValue, viewResult } from "../environment/journal-view.js";
import { createTestEnvironment, type TestEnvironment } from "../environment/test-environment.js";
import type { TestInvocation } from "../environment/test-invocation.js";
import type { HistoryEvent } from "../runtime/history.js";
import type { Invocation } from "../runtime/invocation.js";
import { Effects } from "./effects.js";
import type { Scenario } from "./scenario.js";

/** What a run is like besides the scenario. */
export type Disturbance = Pick<TestEnvironmentOptions, "mode" | "cutsAt" | "choose"> & {
  /** Called before the scenario starts. */
  readonly onStart?: (env: TestEnvironment) => void;
};

export interface Observation {
  /** What the scenario returned or threw. */
  readonly outcome: Outcome;
  /** In the order of their submission. */
  readonly invocations: readonly ObservedInvocation[];
  /** By object or workflow. */
  readonly state: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly promises: ReadonlyMap<string, unknown>;
  readonly effects: Effects;
  /** How often each run was executed. */
  readonly executions: readonly Executions[];
  readonly findings: readonly CheckError[];
}

export type Outcome =
  | { readonly kind: "returned"; readonly value: unknown }
  | { readonly kind: "threw"; readonly error: unknown };

export interface ObservedInvocation {
  readonly id: string;
  readonly target: string;
  /** The target of the invocation that asked for it; undefined if it came from outside. */
  readonly caller: string | undefined;
  readonly input: unknown;
  /** Its result, or what it is in the middle of. */
  readonly end: unknown;
  readonly test: TestInvocation;
}

export interface Executions {
  readonly invocationId: string;
  readonly target: string;
  readonly run: string;
  readonly times: number;
}

/** The scenario waits for what cannot come. */
export class StuckError extends Error {
  override name = "StuckError";
}

/** Where virtual time begins unless the scenario says something else: runs that are compared begin at the same time. */
const START = Date.UTC(2026, 0, 1);

/** How long nothing may happen before a run counts as stuck. The clock is virtual, so whatever can happen does at once. */
const STUCK_AFTER_MS = 100;

/**
 * @param inspect looks at what is there before the environment is disposed
 */
export async function runScenario<T>(
  scenario: Scenario,
  disturbance: Disturbance,
  inspect: (observation: Observation, env: TestEnvironment) => T | Promise<T>,
): Promise<T> {
  const { services, run, ...options } = scenario;
  const { onStart, ...disturbed } = disturbance;
  const effects = new Effects();
  let giveUp: (error: Error) => void = () => undefined;
  const stuck = new Promise<never>((_, reject) => {
    giveUp = reject;
  });
  stuck.catch(() => undefined);
  const env = await createTestEnvironment({
    startAt: START,
    reportStuckAfterMs: STUCK_AFTER_MS,
    ...options,
    ...disturbed,
    services: typeof services === "function" ? services(effects) : services,
    forgetCrashes: true,
    report: (text) => {
      giveUp(new StuckError(text));
    },
  });
  try {
    const seen = watch(env);
    onStart?.(env);
    const outcome = await outcomeOf(
      Promise.race([Promise.resolve().then(() => run(env, effects)), stuck]),
    );
    if (outcome.kind === "returned")
      await Promise.race([env.atRest(), stuck]).catch(() => undefined);
    return await inspect(observe(env, { seen, outcome, effects }), env);
  } finally {
    env.abandon();
  }
}

/** The commands of an invocation, in order. */
export function commandsOf({ test }: ObservedInvocation): CommandView[] {
  return test.journal().filter((entry) => entry.kind === "command");
}

interface Seen {
  readonly invocations: { readonly invocation: Invocation; readonly test: TestInvocation }[];
  readonly executed: Extract<HistoryEvent, { kind: "executed" }>[];
}

function watch(env: TestEnvironment): Seen {
  const seen: Seen = { invocations: [], executed: [] };
  const { world } = env.runtime;
  world.history.listen((event: HistoryEvent) => {
    if (event.kind === "submitted") {
      const invocation = world.invocations.get(event.invocationId);
      // Completed ones are forgotten when their retention ends.
      if (invocation !== undefined) {
        seen.invocations.push({ invocation, test: env.invocation(invocation.id) });
      }
    } else if (event.kind === "executed") seen.executed.push(event);
  });
  return seen;
}

async function outcomeOf(running: Promise<unknown>): Promise<Outcome> {
  try {
    return { kind: "returned", value: snapshot(await running) };
  } catch (error) {
    return { kind: "threw", error };
  }
}

/** Returned from every run, the same array would be equal to itself, whatever later runs have put into it. */
function snapshot(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return value; // What cannot be cloned, such as a function.
  }
}

function observe(
  env: TestEnvironment,
  {
    seen,
    outcome,
    effects,
  }: { readonly seen: Seen; readonly outcome: Outcome; readonly effects: Effects },
): Observation {
  const { world } = env.runtime;
  const targets = new Map(
    seen.invocations.map(({ invocation }) => [invocation.id, invocation.targetName]),
  );
  const state = [...world.state.all()].map(
    ([id, values]) =>
      [
        nameOf(id),
        Object.fromEntries([...values].map(([key, bytes]) => [key, decodeValue(bytes)])),
      ] as const,
  );
  const promises = [...world.promises.completed()].map(
    ([id, name, result]) => [`${nameOf(id)} "${name}"`, viewResult(result)] as const,
  );
  return {
    outcome,
    invocations: seen.invocations.map(({ invocation, test }) => ({
      id: invocation.id,
      target: invocation.targetName,
      caller: targets.get(invocation.request.parentId ?? ""),
      input: decodeValue(invocation.request.body),
      end: invocation.result === undefined ? invocation.status.kind : viewResult(invocation.result),
      test,
    })),
    state: new Map(state.filter(([, values]) => Object.keys(values).length > 0)),
    promises: new Map(promises),
    effects,
    executions: [...countByRun(seen.executed)].map(([id, times]) => {
      const [invocationId = "", run = ""] = JSON.parse(id) as string[];
      return { invocationId, target: targets.get(invocationId) ?? "", run, times };
    }),
    findings: env.findings,
  };
}

/** Not before the end, because what a run without a name was for shows only while it is executed. */
function countByRun(executed: Seen["executed"]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { invocationId, run } of executed) {
    const id = JSON.stringify([invocationId, run]);
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

/** `Service/key`, from what stores call it. */
function nameOf(targetId: string): string {
  const [service = "", key = "", scope] = JSON.parse(targetId) as string[];
  return scope === undefined ? `${service}/${key}` : `${service}/${key} in scope ${scope}`;
}
