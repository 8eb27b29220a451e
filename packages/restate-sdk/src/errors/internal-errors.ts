/**
 * Errors of the SDK's own making, and the texts in which they explain themselves. Not part of the
 * public surface.
 */
import { brand } from "./brand.js";
import { codes } from "./codes.js";
import { RestateError } from "./restate-error.js";

/** One field in which the recorded and the executed command differ. */
export interface FieldDifference {
  readonly field: string;
  readonly recorded: string;
  readonly executed: string;
}

export interface JournalMismatch {
  /** Position in the journal, counting commands from 0 (the input). */
  readonly commandIndex: number;
  /**
   * The command found in the journal, for example `run "charge"`; undefined when the journal ended
   * before it.
   */
  readonly recorded?: string | undefined;
  /** What the handler did instead, in the same words; undefined when it ended. */
  readonly executed?: string | undefined;
  /** For two commands of the same type: the fields that differ. */
  readonly differences?: readonly FieldDifference[] | undefined;
  /** `Service/handler`. */
  readonly target?: string | undefined;
}

/** The handler took another path on replay than the one its journal recorded. Code 570. */
export class JournalMismatchError extends RestateError {
  static {
    brand(this, "JournalMismatchError");
  }

  override name = "JournalMismatchError";
  readonly mismatch: JournalMismatch;

  constructor(mismatch: JournalMismatch) {
    super(describeMismatch(mismatch), { errorCode: codes.JOURNAL_MISMATCH });
    this.mismatch = mismatch;
    // Keeps the enumerable fields to code and name, as in every error of the SDK.
    Object.defineProperty(this, "mismatch", { enumerable: false });
  }
}

/**
 * The attempt ended without a result: the invocation is suspended, paused, or its connection is
 * gone. Code 599.
 */
export class SuspendedError extends RestateError {
  static {
    brand(this, "SuspendedError");
  }

  override name = "SuspendedError";

  constructor(
    message = "The attempt ended without a result; the invocation will be resumed later.",
  ) {
    super(message, { errorCode: codes.SUSPENDED });
  }
}

/** A context was used although its attempt is over. Code 598. */
export class ClosedError extends RestateError {
  static {
    brand(this, "ClosedError");
  }

  override name = "ClosedError";

  /**
   * @param operation what was called, for example `ctx.sleep`. @param target `Service/handler`, if
   * known.
   */
  constructor(operation: string, target?: string) {
    super(
      `${operation} was called${inTarget(target)} after the attempt had ended: it has no effect. ` +
        "Likely cause: an asynchronous function that uses ctx was started, but not awaited before " +
        "the handler returned, or ctx was kept in a variable that outlives the handler. " +
        "Await everything that uses ctx before returning from the handler.",
      { errorCode: codes.CLOSED },
    );
  }
}

/**
 * Tells whether an error only says that the attempt is ending, without a failure: the invocation
 * suspends or pauses, or the connection to the server is gone. Handler interceptors use it to tell
 * such endings from real errors, for example to not report them.
 */
export function isSuspendedError(e: unknown): boolean {
  return e instanceof RestateError && e.code === codes.SUSPENDED;
}

function describeMismatch(mismatch: JournalMismatch): string {
  const { commandIndex, recorded, executed, differences = [], target } = mismatch;
  const lines = [
    `At command ${commandIndex} the handler did not do what its journal recorded${inTarget(target)}:`,
    `  recorded: ${recorded ?? "(nothing, the journal ends here)"}`,
    `  executed: ${executed ?? "(nothing, the handler ended here)"}`,
    ...differences.flatMap(({ field, recorded: before, executed: now }) => [
      `  ${field} recorded: ${before}`,
      `  ${field} executed: ${now}`,
    ]),
    "Likely cause: the code was changed while this invocation was in flight, or the handler " +
      "depends on something that is not in the journal, such as the time, a random number, an " +
      "environment variable or the result of I/O.",
    "What to do: read such values inside ctx.run, or from ctx.date and ctx.rand. If the code was " +
      "changed, register it as a new deployment, so that invocations in flight go on with the old.",
  ];
  return lines.join("\n");
}

function inTarget(target: string | undefined): string {
  return target === undefined ? "" : ` in ${target}`;
}
