/** What a job is, what its target gets, and what can be asked about it. */
import { TerminalError } from "@restatedev/restate-sdk";
import { parseSchedule } from "./schedule.js";

export interface Job {
  /** Five fields, or six with seconds in front; in UTC. */
  readonly schedule: string;
  /** The handler that gets a {@link Run}. */
  readonly target: Target;
  readonly input?: unknown;
  /**
   * A run is missed when the next one is due before it could start: nothing was up, or the job was paused. Such runs are left
   * out, or made up for by a single one. Default: "skip".
   */
  readonly missedRuns?: "skip" | "catch up once";
}

export interface Target {
  readonly service: string;
  readonly handler: string;
  /** Of objects and workflows. */
  readonly key?: string;
}

/** What the target gets. */
export interface Run {
  readonly job: string;
  /** When it was due, in ISO 8601; it may have become later. */
  readonly dueAt: string;
  readonly input?: unknown;
}

export interface JobStatus {
  readonly job: Job;
  readonly isPaused: boolean;
  /** While it is paused, the first one that was left out. */
  readonly nextRun: string;
  readonly runs: number;
}

/** Refused at once, instead of retried for ever. */
export function assertSchedule({ schedule }: Job): void {
  try {
    parseSchedule(schedule);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new TerminalError(error.message, { errorCode: 400 });
  }
}
