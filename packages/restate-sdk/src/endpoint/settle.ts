/** What becomes of an attempt whose handler returned or threw: the only place that decides it. */
import { millisOrDurationToMillis } from "@restatedev/restate-sdk-core";
import { codes } from "../errors/codes.js";
import { PauseError, RetryableError } from "../errors/retry-errors.js";
import { TerminalError } from "../errors/terminal-error.js";
import { toError } from "../errors/to-error.js";
import { toFailure } from "../futures/run-future.js";
import { CommandFailure } from "../futures/single.js";
import type { InvocationMachine } from "../machine/machine.js";
import type { AttemptFailure } from "../machine/outcome.js";

export interface SettleOptions {
  readonly machine: InvocationMachine;
  readonly asTerminalError: ((error: unknown) => TerminalError | undefined) | undefined;
  readonly log: Console;
}

/** A terminal error is the invocation's result; every other one fails the attempt, which the server retries. */
export function settleWithError(thrown: unknown, options: SettleOptions): void {
  const { machine, log } = options;
  if (machine.isClosed) return;
  if (thrown instanceof CommandFailure) {
    log.warn(`Attempt failed: ${thrown.message}`, thrown.cause);
    machine.fail(toCommandFailure(thrown));
    return;
  }
  const error = toError(thrown, options.asTerminalError);
  if (error instanceof TerminalError) {
    log.warn(`Invocation failed: ${error.message}`, error);
    machine.end({ kind: "failure", failure: toFailure(error) });
    return;
  }
  if (error instanceof PauseError) {
    log.warn(
      "A PauseError thrown by the handler is retried like any other error, because a resumed invocation would throw it again at once. Throw it inside ctx.run.",
    );
  } else log.warn(`Attempt failed and will be retried: ${error.message}`, error);
  machine.fail(toAttemptFailure(error));
}

function toAttemptFailure(error: Error): AttemptFailure {
  const base = { code: codes.INTERNAL, message: error.message, stacktrace: error.stack ?? "" };
  if (!(error instanceof RetryableError) || error.retryAfter === undefined) return base;
  return { ...base, nextRetryDelayMs: millisOrDurationToMillis(error.retryAfter) };
}

function toCommandFailure(failure: CommandFailure): AttemptFailure {
  const { cause, command } = failure;
  return {
    code: codes.INTERNAL,
    message: failure.message,
    stacktrace: cause instanceof Error ? (cause.stack ?? "") : "",
    ...(command !== undefined && { relatedCommand: command }),
  };
}
