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

/** A terminal error is the invocation's result; every other one fails the attempt, which the server retries. */
export function settleWithError(
  thrown: unknown,
  asTerminalError: AsTerminalError | undefined,
  { machine, log }: { readonly machine: InvocationMachine; readonly log: Console },
): void {
  if (machine.isClosed) return;
  if (thrown instanceof CommandFailure) {
    const { cause, command } = thrown;
    machine.fail({ ...failureOf(toError(cause)), relatedCommand: command });
    return;
  }
  const error = toError(thrown, asTerminalError);
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
  if (outcome.kind === "suspended") log.info("Invocation suspended.");
  if (outcome.kind === "failed") {
    const { behavior = "retry", message, cause } = outcome.failure;
    log.warn(`Attempt failed${CONSEQUENCES[behavior]}: ${message}`, ...(cause ? [cause] : []));
  }
  if (outcome.kind === "aborted") {
    log.warn(
      "The connection to the Restate server was lost, or the invocation killed or past its abort timeout. " +
        "What was not recorded will be executed again.",
    );
  }
}

const CONSEQUENCES = {
  retry: " and will be retried",
  pause: "; the invocation is paused until resumed",
  fail: ", and the invocation with it",
} as const;

/** What interceptors get when an attempt ends without the handler: what was thrown, if anything was. */
export function endAsError(outcome: Outcome): Error {
  if (outcome.kind !== "failed") return new SuspendedError();
  const { cause, code, message } = outcome.failure;
  return cause ? toError(cause) : new RestateError(message, { errorCode: code });
}
