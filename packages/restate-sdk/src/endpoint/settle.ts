/** What becomes of an attempt whose handler threw, and what is said about how attempts end: decided here alone. */
import { SuspendedError } from "../errors/internal-errors.js";
import { RestateError } from "../errors/restate-error.js";
import { PauseError, RetryableError } from "../errors/retry-errors.js";
import { TerminalError } from "../errors/terminal-error.js";
import { toError, type AsTerminalError } from "../errors/to-error.js";
import { retryDelayMs, toFailure } from "../futures/run-future.js";
import { CommandFailure } from "../futures/single.js";
import type { InvocationMachine } from "../machine/machine.js";
import { failureOf, type Outcome } from "../machine/outcome.js";

export interface SettleOptions {
  readonly machine: InvocationMachine;
  readonly asTerminalError: AsTerminalError | undefined;
  readonly log: Console;
}

/** A terminal error is the invocation's result; every other one fails the attempt, which the server retries. */
export function settleWithError(thrown: unknown, options: SettleOptions): void {
  const { machine, log } = options;
  if (machine.isClosed) return;
  if (thrown instanceof CommandFailure) {
    const { cause, message, command } = thrown;
    machine.fail({ ...failureOf(toError(cause)), message, relatedCommand: command });
    return;
  }
  const error = toError(thrown, options.asTerminalError);
  if (error instanceof TerminalError) {
    machine.end({ kind: "failure", failure: toFailure(error) });
    if (machine.outcome?.kind === "completed") {
      log.warn(`Invocation failed: ${error.message}`, error);
    }
    return;
  }
  if (error instanceof PauseError) {
    log.warn(
      "A PauseError pauses only inside ctx.run: a resumed handler would throw it again at once.",
    );
  }
  machine.fail({
    ...failureOf(error),
    nextRetryDelayMs: error instanceof RetryableError ? retryDelayMs(error) : undefined,
  });
}

/** Tells the log how an attempt ended, unless the handler saw to that. */
export function reportEnd(outcome: Outcome, log: Console): void {
  switch (outcome.kind) {
    case "completed":
      break;
    case "suspended":
      log.info("Invocation suspended.");
      break;
    case "failed": {
      const { failure } = outcome;
      const line = `Attempt failed${CONSEQUENCES[failure.behavior ?? "retry"]}: ${failure.message}`;
      log.warn(line, ...(failure.cause === undefined ? [] : [failure.cause]));
      break;
    }
    case "aborted":
      log.warn(
        "The connection to the Restate server was lost, or the invocation killed or past its abort timeout. " +
          "What was not recorded will be executed again.",
      );
  }
}

const CONSEQUENCES = {
  retry: " and will be retried",
  pause: "; the invocation is paused until somebody resumes it",
  fail: ", and the invocation with it",
} as const;

/** What interceptors get when an attempt ends without the handler: what was thrown, if anything was. */
export function endAsError(outcome: Outcome): Error {
  if (outcome.kind !== "failed") return new SuspendedError();
  const { cause, code, message } = outcome.failure;
  return cause === undefined ? new RestateError(message, { errorCode: code }) : toError(cause);
}
