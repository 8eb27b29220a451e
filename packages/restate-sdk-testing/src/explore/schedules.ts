/** Schedule exploration: a scenario must hold in whatever order results arrive and invocations take turns. */
import type { Aspect, Difference } from "./compare.js";
import { ExplorationError, renderTimelines, type ExplorationFailure } from "./failure.js";
import { runScenario, type Observation } from "./observe.js";
import { assertSound, findProblems } from "./problems.js";
import type { Scenario } from "./scenario.js";
import {
  follow,
  formatSchedule,
  parseSchedule,
  shrink,
  wander,
  type RecordedChoices,
  type Schedule,
} from "./schedule.js";

export interface ScheduleOptions {
  /** How many schedules to try. Default: 100. */
  readonly runs?: number;
  /** The same seed tries the same schedules. Default: 0. */
  readonly seed?: number | string;
  /** Tries this schedule alone; failures print it. */
  readonly schedule?: string;
  /**
   * What has to be the same in every schedule. Default: what the scenario returns, and the effects. Outcomes and state may
   * well depend on who comes first, so they are compared on request only.
   */
  readonly compare?: readonly Aspect[];
}

/** What an exploration without failures has done. */
export interface ScheduleReport {
  /** How many schedules were tried. */
  readonly runs: number;
  /** How many of them were different; if few, the scenario leaves little to choose. */
  readonly distinct: number;
}

/**
 * Runs a scenario in many orders that a real server may produce: which invocation runs next, which of several results
 * arrives first. Half of the runs suspend attempts at every wait. A failing schedule is reduced to its fewest deviations
 * from "first come, first served".
 *
 * @throws ExplorationError with what differs, the schedule step by step, and how to repeat it
 * @throws whatever the scenario throws undisturbed
 *
 * @example
 * ```ts
 * await exploreSchedules({
 *   services: [account],
 *   run: async (env) => {
 *     await Promise.all([env.call(account, "a").withdraw(80), env.call(account, "a").withdraw(80)].map((each) => each.catch(() => undefined)));
 *     expect(env.stateOf(account, "a").get("balance")).toBeGreaterThanOrEqual(0);
 *   },
 * }, { runs: 200, seed: 1 });
 * ```
 */
export async function exploreSchedules(
  scenario: Scenario,
  options: ScheduleOptions = {},
): Promise<ScheduleReport> {
  const { compare: aspects = DEFAULT_ASPECTS, runs = 100, seed = 0, schedule } = options;
  const undisturbed = await runUndisturbed(scenario);
  const exploration = new ScheduleExploration({ scenario, aspects, undisturbed });
  if (schedule !== undefined) {
    await exploration.repeat(parseSchedule(schedule));
    return { runs: 1, distinct: 1 };
  }
  const tried = new Set<string>();
  for (let run = 0; run < runs; run++) {
    const mode = scenario.mode ?? (run % 2 === 0 ? "suspend" : "stream");
    // The first one of each mode does not deviate at all.
    const choices = run < 2 ? follow(FIRST_COME) : wander(`${seed} ${run}`);
    tried.add(await exploration.explore(mode, choices));
  }
  return { runs, distinct: tried.size };
}

async function runUndisturbed(scenario: Scenario): Promise<Observation> {
  const { choose } = follow(FIRST_COME);
  const mode = scenario.mode ?? "stream";
  const undisturbed = await runScenario(scenario, { mode, choose }, (observation) => observation);
  assertSound(undisturbed);
  return undisturbed;
}

interface ExplorationSetup {
  readonly scenario: Scenario;
  readonly aspects: readonly Aspect[];
  readonly undisturbed: Observation;
}

class ScheduleExploration {
  readonly #setup: ExplorationSetup;

  constructor(setup: ExplorationSetup) {
    this.#setup = setup;
  }

  /** Answers which schedule it was. */
  async explore(mode: Schedule["mode"], choices: RecordedChoices): Promise<string> {
    const hasFailed = await this.#run(mode, choices, (differences) => differences.length > 0);
    const schedule = { mode, deviations: choices.deviations };
    if (!hasFailed) return formatSchedule(schedule);
    const simplest = await shrink(schedule, (candidate) => {
      return this.#run(candidate.mode, follow(candidate), (differences) => differences.length > 0);
    });
    await this.repeat(simplest);
    // Nothing that a schedule decides has made it fail.
    const title =
      "The scenario failed once, and not again with the same schedule: it depends on something that nobody controls, such as " +
      "Math.random(), the real clock, or real I/O.";
    throw new ExplorationError(
      toFailure({ title, schedule, differences: [], choices, timelines: "" }),
    );
  }

  async repeat(schedule: Schedule): Promise<void> {
    const choices = follow(schedule);
    const failure = await this.#run(schedule.mode, choices, (differences, observation) => {
      if (differences.length === 0) return undefined;
      const timelines = renderTimelines(this.#setup.undisturbed, observation, undefined);
      const title =
        choices.deviations.size === 0
          ? "The scenario fails without any change of order, when attempts " +
            (schedule.mode === "suspend" ? "suspend at every wait." : "stay open.")
          : "The order in which things happen makes a difference:";
      return toFailure({ title, schedule, differences, choices, timelines });
    });
    if (failure !== undefined) throw new ExplorationError(failure);
  }

  async #run<T>(
    mode: Schedule["mode"],
    { choose }: RecordedChoices,
    inspect: (differences: readonly Difference[], observation: Observation) => T,
  ): Promise<T> {
    const { scenario, aspects, undisturbed } = this.#setup;
    return runScenario(scenario, { mode, choose }, (observation) =>
      inspect(findProblems(undisturbed, observation, aspects), observation),
    );
  }
}

interface FailureParts {
  readonly title: string;
  readonly schedule: Schedule;
  readonly differences: readonly Difference[];
  readonly choices: RecordedChoices;
  readonly timelines: string;
}

function toFailure({
  title,
  schedule,
  differences,
  choices,
  timelines,
}: FailureParts): ExplorationFailure {
  const steps = choices.descriptions.map((text) => `  ${text}`);
  return {
    title: [title, ...steps].join("\n"),
    reproduce: `exploreSchedules(scenario, { schedule: ${JSON.stringify(formatSchedule(schedule))} })`,
    differences,
    timelines,
  };
}

const DEFAULT_ASPECTS: readonly Aspect[] = ["result", "effects"];
const FIRST_COME: Schedule = { mode: "stream", deviations: new Map() };
