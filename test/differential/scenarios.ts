/** The ways in which a program is run: schedules, crashes, suspensions and handovers. */
import type { AttemptPlan } from "../support/scripted-server/attempt.js";
import type { Schedule } from "../support/scripted-server/script.js";

export interface Scenario {
  readonly name: string;
  readonly schedule: Schedule;
  readonly plan?: (attempt: number) => AttemptPlan;
  readonly wakeUp?: "hasty" | "stubborn";
  /** An attempt that is cut off may or may not have got to its next side effect. */
  readonly luckyEffects?: boolean;
}

/** Nothing goes wrong; the connection stays open. */
export function undisturbed(seeds: readonly number[]): Scenario[] {
  return [
    {
      name: "at once",
      schedule: { seed: 0, timing: "now" },
      plan: () => ({ delivery: "together" }),
    },
    ...seeds.map((seed) => ({
      name: `schedule ${seed}`,
      schedule: { seed, timing: "mixed" } as const,
    })),
    {
      name: "byte by byte",
      schedule: { seed: 5, timing: "later" },
      plan: () => ({ delivery: "bytes" }),
    },
  ];
}

/** Every attempt sees a closed request behind the journal, so each await that is not replayed suspends. */
export function requestResponse(seeds: readonly number[]): Scenario[] {
  const plan = (): AttemptPlan => ({ closeInput: "after-replay" });
  return seeds.flatMap((seed) =>
    (["hasty", "stubborn"] as const).map((wakeUp) => ({
      name: `request-response ${seed}, ${wakeUp}`,
      schedule: { seed, timing: "mixed" } as const,
      plan,
      wakeUp,
    })),
  );
}

/** One scenario for every command or proposal behind which the first attempt can die. */
export function crashes(entries: number, seed: number): Scenario[] {
  return points(entries).map((point) => ({
    name: `crash after ${point} received`,
    schedule: { seed, timing: "mixed" },
    plan: (attempt) => (attempt === 1 ? { cutAfterReceived: point } : {}),
    luckyEffects: true,
  }));
}

/** The first attempt dies after the n-th message it got, Start being the first. */
export function crashesAfterSent(entries: number, seed: number): Scenario[] {
  return points(Math.ceil(entries / 2)).map((point) => ({
    name: `crash after ${point + 1} sent`,
    schedule: { seed, timing: "mixed" },
    plan: (attempt) => (attempt === 1 ? { cutAfterSent: point + 1 } : {}),
    luckyEffects: true,
  }));
}

/** Every attempt dies after one more entry, until none is left. */
export function crashEveryTime(seed: number): Scenario {
  return {
    name: "a crash after each entry",
    schedule: { seed, timing: "mixed" },
    plan: () => ({ cutAfterReceived: 1 }),
    luckyEffects: true,
  };
}

/** The request is closed somewhere in the middle of the first attempt. */
export function closings(entries: number, seed: number): Scenario[] {
  return points(entries).map((point) => ({
    name: `closed after ${point} received`,
    schedule: { seed, timing: "mixed" },
    plan: (attempt) => (attempt === 1 ? { closeInput: { afterReceived: point } } : {}),
  }));
}

function points(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
