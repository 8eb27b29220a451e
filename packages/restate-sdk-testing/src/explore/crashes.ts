/** Crash exploration: a scenario must come to the same end wherever an attempt dies or suspends. */
import type { AttemptPoint } from "../runtime/attempt.js";
import type { World } from "../runtime/world.js";
import { ALL_ASPECTS, type Aspect } from "./compare.js";
import { ExplorationError, renderTimelines, type ExplorationFailure } from "./failure.js";
import { runScenario, type Disturbance, type Observation } from "./observe.js";
import { assertSound, findProblems } from "./problems.js";
import { PointCounter, pointsWithId, type ExploredPoint } from "./points.js";
import type { Scenario } from "./scenario.js";

export interface CrashOptions {
  /** Explores this point alone; failures print it. */
  readonly only?: string;
  /** What has to be the same as in the undisturbed run. Default: everything. */
  readonly compare?: readonly Aspect[];
  /** False goes on after a failure and reports all of them. Default: true. */
  readonly bail?: boolean;
  /** Explores so many points at most, evenly spread. Default: all of them. */
  readonly maxPoints?: number;
}

/** What an exploration without failures has done. */
export interface CrashReport {
  /** How often the scenario was run. */
  readonly runs: number;
  readonly points: readonly ExploredPoint[];
  /** How many points there are besides, because of `maxPoints` or `only`. */
  readonly skipped: number;
  /**
   * Runs whose action was executed more often than in the undisturbed run, because an attempt died before the result was
   * recorded. That is how `ctx.run` works; whatever these do has to be idempotent.
   */
  readonly repeatedRuns: readonly RepeatedRun[];
}

export interface RepeatedRun {
  readonly target: string;
  /** Its name; "ctx.date" if it is the one in which the context reads the clock. */
  readonly run: string;
  /** How often it was executed at most. */
  readonly times: number;
  /** Ids of the points at which that happened. */
  readonly points: readonly string[];
}

/**
 * Runs a scenario undisturbed, then once for every point at which an attempt can die (before and after every command, run
 * and notification) or suspend, and compares what it returned, the outcomes of all invocations, state, promises and
 * effects. The attempts stay open as long as they can, so that nothing is replayed but after a crash or a suspension;
 * one more run suspends at every wait.
 *
 * @throws ExplorationError with the first difference, both journals, and how to repeat it
 * @throws whatever the scenario throws undisturbed
 *
 * @example
 * ```ts
 * const report = await exploreCrashes({
 *   services: [checkout],
 *   run: (env) => env.call(checkout, "ann").pay({ cents: 4200 }),
 * });
 * expect(report.repeatedRuns.map(({ run }) => run)).toEqual(["charge card"]);
 * ```
 */
export async function exploreCrashes(
  scenario: Scenario,
  options: CrashOptions = {},
): Promise<CrashReport> {
  const exploration = new CrashExploration(scenario, options);
  return exploration.run();
}

class CrashExploration {
  readonly #scenario: Scenario;
  readonly #options: CrashOptions;
  readonly #mode: "stream" | "suspend";
  readonly #failures: ExplorationFailure[] = [];
  readonly #repeated = new Map<string, RepeatedRun & { points: string[]; times: number }>();
  #runs = 0;

  constructor(scenario: Scenario, options: CrashOptions) {
    this.#scenario = scenario;
    this.#options = options;
    this.#mode = scenario.mode ?? "stream";
  }

  async run(): Promise<CrashReport> {
    const all: ExploredPoint[] = [];
    const undisturbed = await this.#undisturbed(all);
    const { only } = this.#options;
    if (only === undefined || only === AGAIN) await this.#again(undisturbed);
    if (this.#scenario.mode === undefined && (only === undefined || only === SUSPENDING)) {
      await this.#suspending(undisturbed);
    }
    const points = this.#select(all);
    for (const point of points) await this.#explore(point, undisturbed);
    if (this.#failures.length > 0) {
      throw new ExplorationError(this.#failures[0] as ExplorationFailure, this.#failures);
    }
    const repeatedRuns = [...this.#repeated.values()];
    return { runs: this.#runs, points, skipped: all.length - points.length, repeatedRuns };
  }

  async #undisturbed(points: ExploredPoint[]): Promise<Observation> {
    const observation = await this.#observe((counter, point) => {
      const next = counter.next(point);
      if (next.isNew) points.push(counter.describe(next, point));
      return false;
    }, keep);
    assertSound(observation);
    return observation;
  }

  /** What differs without any disturbance would make every comparison meaningless. */
  async #again(undisturbed: Observation): Promise<void> {
    await this.#observe(never, (observation) => {
      this.#judge(undisturbed, observation, {
        title:
          "Two undisturbed runs of the scenario differ, so it depends on something that outlives a run or that nobody controls: " +
          "variables of a module, a real database, Math.random(), the real clock.",
        id: AGAIN,
      });
    });
  }

  async #suspending(undisturbed: Observation): Promise<void> {
    await this.#observe(
      never,
      (observation) => {
        this.#judge(undisturbed, observation, {
          title: "Suspended at every wait, and replayed each time, the scenario ends differently.",
          id: SUSPENDING,
        });
      },
      "suspend",
    );
  }

  async #explore(point: ExploredPoint, undisturbed: Observation): Promise<void> {
    let isReached = false;
    const cutsAt = (counter: PointCounter, reached: AttemptPoint) => {
      if (isReached || counter.next(reached).id !== point.id) return false;
      isReached = true;
      return true;
    };
    await this.#observe(cutsAt, (observation) => {
      const { id, target, description } = point;
      const what = point.kind === "crash" ? "an attempt dies" : "an attempt suspends";
      const title = isReached
        ? `It makes a difference when ${what}: ${target}, ${description}.`
        : `${target} did not come to the point "${description}", so runs differ without being disturbed.`;
      this.#judge(undisturbed, observation, { title, id, target });
      this.#noteRepeated(undisturbed, observation, id);
    });
  }

  async #observe<T>(
    cutsAt: (counter: PointCounter, point: AttemptPoint) => boolean,
    inspect: (observation: Observation) => T,
    mode: Disturbance["mode"] = this.#mode,
  ): Promise<T> {
    this.#runs++;
    let world: World | undefined;
    const counter = new PointCounter(() => world as World);
    const disturbance: Disturbance = {
      mode,
      cutsAt: (point) => cutsAt(counter, point),
      onStart: (env) => {
        world = env.runtime.world;
      },
    };
    return runScenario(this.#scenario, disturbance, inspect);
  }

  #judge(
    undisturbed: Observation,
    observation: Observation,
    {
      title,
      id,
      target,
    }: { readonly title: string; readonly id: string; readonly target?: string },
  ): void {
    const differences = findProblems(
      undisturbed,
      observation,
      this.#options.compare ?? ALL_ASPECTS,
    );
    if (differences.length === 0) return;
    const failure: ExplorationFailure = {
      title,
      reproduce: `exploreCrashes(scenario, { only: ${JSON.stringify(id)} })`,
      differences,
      timelines: renderTimelines(undisturbed, observation, target),
    };
    this.#failures.push(failure);
    if (this.#options.bail !== false) throw new ExplorationError(failure);
  }

  #noteRepeated(undisturbed: Observation, observation: Observation, point: string): void {
    for (const { invocationId, target, run, times } of observation.executions) {
      const usual = undisturbed.executions.find(
        (each) => each.invocationId === invocationId && each.run === run,
      );
      if (times <= (usual?.times ?? 0)) continue;
      const id = JSON.stringify([target, run]);
      const known = this.#repeated.get(id);
      if (known === undefined) this.#repeated.set(id, { target, run, times, points: [point] });
      else {
        known.points.push(point);
        known.times = Math.max(known.times, times);
      }
    }
  }

  #select(all: readonly ExploredPoint[]): readonly ExploredPoint[] {
    const { only, maxPoints = Infinity } = this.#options;
    if (only === AGAIN || only === SUSPENDING) return [];
    if (only !== undefined) return pointsWithId(all, only, "point");
    if (all.length <= maxPoints) return all;
    const step = all.length / Math.max(1, maxPoints);
    return Array.from({ length: maxPoints }, (_, i) => all[Math.floor(i * step)] as ExploredPoint);
  }
}

const AGAIN = "undisturbed";
const SUSPENDING = "suspending";

const never = (): boolean => false;
const keep = (observation: Observation): Observation => observation;
