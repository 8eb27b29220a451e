/** Cancellation exploration: an invocation that is cancelled, wherever it waits, must not go on as if nothing had been. */
import { describeAwaited } from "../environment/describe-waits.js";
import type { TestEnvironment } from "../environment/test-environment.js";
import type { TestInvocation } from "../environment/test-invocation.js";
import { findDifference } from "../checks/values.js";
import type { Difference } from "./compare.js";
import { counterpart } from "./compare.js";
import type { Effects } from "./effects.js";
import { ExplorationError, renderTimelines, type ExplorationFailure } from "./failure.js";
import {
  commandsOf,
  runScenario,
  StuckError,
  type Disturbance,
  type Observation,
} from "./observe.js";
import { InvocationNames, pointsWithId } from "./points.js";
import { findingsOf } from "./problems.js";
import type { Scenario } from "./scenario.js";

export interface CancellationOptions {
  /** Explores this point alone; failures print it. */
  readonly only?: string;
  /** False goes on after a failure and reports all of them. Default: true. */
  readonly bail?: boolean;
  /** Which invocations to cancel, by `Service/key/handler`. Default: those that the scenario starts itself. */
  readonly cancels?: (target: string) => boolean;
  /** Waits during which an invocation may well ignore that it is cancelled, for example behind a point of no return. */
  readonly mayIgnore?: (point: CancellationPoint) => boolean;
  /** Called after each run: the place to assert what has been undone. What it throws fails the exploration. */
  readonly after?: (cancelled: CancelledRun) => void | PromiseLike<void>;
}

/** A wait during which an invocation can be cancelled. */
export interface CancellationPoint {
  /** The invocation and the number of its wait: `Booking/ann/book 3`. */
  readonly id: string;
  readonly target: string;
  /** What it waits for there, in words. */
  readonly waitsFor: readonly string[];
}

export interface CancelledRun {
  readonly point: CancellationPoint;
  readonly invocation: TestInvocation;
  readonly env: TestEnvironment;
  readonly effects: Effects;
}

export interface CancellationReport {
  /** How often the scenario was run. */
  readonly runs: number;
  readonly points: readonly CancellationPoint[];
}

/**
 * Runs a scenario undisturbed, then once for every wait of its invocations, and cancels the invocation there. It fails if a
 * cancelled invocation does all the same and ends the same as if it had not been cancelled, if the run gets stuck, or if
 * {@link CancellationOptions.after} throws.
 *
 * @throws ExplorationError
 *
 * @example
 * ```ts
 * await exploreCancellations(booking, {
 *   after: ({ effects }) => expect(effects.count("refund")).toBe(effects.count("charge")),
 * });
 * ```
 */
export async function exploreCancellations(
  scenario: Scenario,
  options: CancellationOptions = {},
): Promise<CancellationReport> {
  const waits = new WaitCounter(options.cancels);
  const undisturbed = await runScenario(
    scenario,
    { mode: "suspend", choose: () => 0, onStart: (env) => waits.watch(env, () => undefined) },
    (observation) => observation,
  );
  if (undisturbed.outcome.kind === "threw") throw undisturbed.outcome.error;
  const { only } = options;
  const all = only === undefined ? waits.points : pointsWithId(waits.points, only, "wait");
  const failures: ExplorationFailure[] = [];
  for (const point of all) {
    const failure = await cancelAt(point, { scenario, options, undisturbed });
    if (failure === undefined) continue;
    failures.push(failure);
    if (options.bail !== false) break;
  }
  const [first] = failures;
  if (first !== undefined) throw new ExplorationError(first, failures);
  return { runs: all.length + 1, points: all };
}

interface Exploring {
  readonly scenario: Scenario;
  readonly options: CancellationOptions;
  readonly undisturbed: Observation;
}

async function cancelAt(
  point: CancellationPoint,
  { scenario, options, undisturbed }: Exploring,
): Promise<ExplorationFailure | undefined> {
  let cancelled: TestInvocation | undefined;
  const disturbance: Disturbance = {
    mode: "suspend",
    // What the invocation waits for may be on its way already: the cancellation comes before it.
    choose: (steps) =>
      Math.max(
        0,
        steps.findIndex(({ channel }) => channel.endsWith(" cancel")),
      ),
    onStart: (env) => {
      new WaitCounter(options.cancels).watch(env, ({ id }, invocation) => {
        if (id !== point.id || cancelled !== undefined) return;
        cancelled = invocation;
        invocation.cancel();
      });
    },
  };
  return runScenario(scenario, disturbance, async (observation, env) => {
    const differences = problemsOf(observation);
    if (cancelled === undefined) {
      differences.push({ aspect: "check", text: "it did not come to this wait again" });
    } else {
      const isAllowed = options.mayIgnore?.(point) ?? false;
      if (!isAllowed && wasIgnored(cancelled.id, undisturbed, observation)) {
        differences.push({ aspect: "invocations", text: IGNORED });
      }
      const run = { point, invocation: cancelled, env, effects: observation.effects };
      differences.push(...(await failureOf(options.after, run)));
    }
    if (differences.length === 0) return undefined;
    return {
      title: `${point.target} was cancelled while it waited for ${point.waitsFor.join(", ") || "nothing"}.`,
      reproduce: `exploreCancellations(scenario, { only: ${JSON.stringify(point.id)} })`,
      differences,
      timelines: renderTimelines(undisturbed, observation, point.target),
    };
  });
}

const IGNORED =
  "it did all the same and ended the same as if it had not been cancelled. Something caught the CancelledError and went on: rethrow " +
  "TerminalErrors that are not yours to handle";

/** That the scenario itself fails is to be expected, but not that it hangs. */
function problemsOf(observation: Observation): Difference[] {
  const { outcome } = observation;
  const found = findingsOf(observation);
  if (outcome.kind === "threw" && outcome.error instanceof StuckError) {
    found.push({ aspect: "result", text: outcome.error.message });
  }
  return found;
}

function wasIgnored(id: string, undisturbed: Observation, observation: Observation): boolean {
  const actual = observation.invocations.find((each) => each.id === id);
  const expected = actual && counterpart(actual, undisturbed);
  if (actual === undefined || expected === undefined) return false;
  if (actual.test.status !== "completed") return false;
  const isSameEnd = findDifference(expected.end, actual.end) === undefined;
  // Cancelling what it called is what the SDK does by itself.
  const steps = [expected, actual].map((each) =>
    commandsOf(each)
      .filter(({ type }) => type !== "SendSignal")
      .map(({ type, name, target }) => [type, name, target ?? ""]),
  );
  return isSameEnd && findDifference(steps[0], steps[1]) === undefined;
}

async function failureOf(
  after: CancellationOptions["after"],
  run: CancelledRun,
): Promise<Difference[]> {
  try {
    await after?.(run);
    return [];
  } catch (error) {
    return [{ aspect: "check", text: error instanceof Error ? error.message : String(error) }];
  }
}

/** Numbers the waits of every invocation that is to be cancelled. */
class WaitCounter {
  readonly points: CancellationPoint[] = [];
  readonly #cancels: CancellationOptions["cancels"];
  readonly #counts = new Map<string, number>();
  readonly #names = new InvocationNames();

  constructor(cancels: CancellationOptions["cancels"]) {
    this.#cancels = cancels;
  }

  watch(
    env: TestEnvironment,
    onWait: (point: CancellationPoint, invocation: TestInvocation) => void,
  ): void {
    const { world } = env.runtime;
    world.history.listen((event) => {
      if (event.kind !== "status" || event.status !== "suspended") return;
      const found = world.invocations.get(event.invocationId);
      const end = found?.attempts.at(-1)?.end;
      if (found === undefined || end?.kind !== "suspended") return;
      const isChosen = this.#cancels?.(found.targetName) ?? found.request.parentId === undefined;
      if (!isChosen) return;
      const invocation = env.invocation(found.id);
      const name = this.#names.of(invocation.id, invocation.target);
      const count = (this.#counts.get(name) ?? 0) + 1;
      this.#counts.set(name, count);
      const waitsFor = describeAwaited(world, found, end.awaiting);
      const point = { id: `${name} ${count}`, target: invocation.target, waitsFor };
      this.points.push(point);
      onWait(point, invocation);
    });
  }
}
