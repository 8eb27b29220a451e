/**
 * A schedule: in which order things happened wherever the order was open. It is written down by where it deviates from
 * "first come, first served", so the fewer deviations, the simpler the schedule.
 */
import { createRandom, type Random } from "../runtime/random.js";
import type { Chooser, Step } from "../runtime/scheduler.js";

export interface Schedule {
  /** Whether attempts suspend at every wait or stay open. */
  readonly mode: "stream" | "suspend";
  /** By the number of the choice: how far behind the first the chosen step was. */
  readonly deviations: ReadonlyMap<number, number>;
}

/** For example `suspend 3:1 17:2`. */
export function formatSchedule({ mode, deviations }: Schedule): string {
  return [mode, ...[...deviations].map(([choice, picked]) => `${choice}:${picked}`)].join(" ");
}

/** @throws TypeError for a text that is no schedule */
export function parseSchedule(text: string): Schedule {
  const [mode, ...pairs] = text.trim().split(/\s+/);
  const deviations = new Map<number, number>();
  for (const pair of pairs) {
    const match = /^(\d+):(\d+)$/.exec(pair);
    if (match === null) throw notASchedule(text);
    deviations.set(Number(match[1]), Number(match[2]));
  }
  if (mode !== "stream" && mode !== "suspend") throw notASchedule(text);
  return { mode, deviations };
}

function notASchedule(text: string): TypeError {
  return new TypeError(
    `${JSON.stringify(text)} is no schedule. A schedule is "stream" or "suspend" and pairs like 3:1; failures print theirs.`,
  );
}

/** What a run has done wherever it had the choice. */
export interface RecordedChoices {
  readonly choose: Chooser;
  /** What was picked, without the picks of the first. */
  readonly deviations: Map<number, number>;
  /** What each deviation did, in words. */
  readonly descriptions: string[];
}

/** Follows a schedule; picks that are not possible any more become the nearest ones that are. */
export function follow({ deviations }: Schedule): RecordedChoices {
  return record((choice, { length }) => Math.min(deviations.get(choice) ?? 0, length - 1));
}

/**
 * Deviates by chance, in one of two ways. At every choice with some likelihood, often or rarely, since rare deviations find
 * what many of them hide. Or by letting some invocations go ahead of others throughout, with a change of mind now and
 * then, which finds what needs one of them to be much slower than another.
 */
export function wander(seed: string): RecordedChoices {
  const random = createRandom(seed);
  return record(random() < 0.5 ? anywhere(random) : byPriority(random));
}

type Pick = (choice: number, steps: readonly Step[]) => number;

function anywhere(random: Random): Pick {
  const likelihood = LIKELIHOODS[Math.floor(random() * LIKELIHOODS.length)] ?? 1;
  return (_, { length }) => (random() < likelihood ? Math.floor(random() * length) : 0);
}

const LIKELIHOODS = [1, 0.5, 0.2, 0.05];
const CHANGE_OF_MIND = 0.03;

function byPriority(random: Random): Pick {
  const priorities = new Map<string, number>();
  return (_, steps) => {
    let [picked, highest] = [0, -1];
    steps.forEach(({ channel }, index) => {
      const who = channel.split(" ", 1)[0] ?? "";
      const isNew = !priorities.has(who) || random() < CHANGE_OF_MIND / steps.length;
      if (isNew) priorities.set(who, random());
      const priority = priorities.get(who) ?? 0;
      if (priority > highest) [picked, highest] = [index, priority];
    });
    return picked;
  };
}

function record(pick: Pick): RecordedChoices {
  const deviations = new Map<number, number>();
  const descriptions: string[] = [];
  let choices = 0;
  const choose = (steps: readonly Step[]) => {
    const choice = choices++;
    const picked = pick(choice, steps);
    if (picked !== 0) {
      deviations.set(choice, picked);
      descriptions.push(describeDeviation(steps[picked], steps[0]));
    }
    return picked;
  };
  return { choose, deviations, descriptions };
}

function describeDeviation(picked: Step | undefined, first: Step | undefined): string {
  if (picked === undefined || first === undefined) return "";
  if (picked.label !== first.label) return `"${picked.label}" goes ahead of "${first.label}"`;
  return `"${picked.label}" of ${picked.channel} goes ahead of the one of ${first.channel}`;
}

/**
 * The simplest schedule that still fails: drops deviations, many at a time at first, then one by one, then makes the
 * remaining ones smaller. Each candidate is tried by running it.
 */
export async function shrink(
  failing: Schedule,
  fails: (candidate: Schedule) => Promise<boolean>,
): Promise<Schedule> {
  let best = failing;
  const attempt = async (deviations: ReadonlyMap<number, number>) => {
    const candidate = { ...best, deviations };
    if (!(await fails(candidate))) return false;
    best = candidate;
    return true;
  };
  for (let size = best.deviations.size; size >= 1; size = size > 1 ? Math.ceil(size / 2) : 0) {
    for (let start = 0; start < best.deviations.size;) {
      const entries = [...best.deviations];
      const kept = new Map([...entries.slice(0, start), ...entries.slice(start + size)]);
      if (!(await attempt(kept))) start += size;
    }
  }
  for (const [choice, picked] of best.deviations) {
    for (let smaller = 1; smaller < picked; smaller++) {
      if (await attempt(new Map(best.deviations).set(choice, smaller))) break;
    }
  }
  return best;
}
