/**
 * The options of services, virtual objects and workflows. Handlers have them, too; see
 * `handler.ts`.
 */
import type { Duration, Serde } from "@restatedev/restate-sdk-core";
import type { TerminalError } from "../errors/terminal-error.js";
import type { HooksProvider } from "./hooks.js";

/**
 * How Restate retries invocations that fail with anything but a `TerminalError`. What is left out
 * comes from the next level up: handler, service, endpoint, configuration of the server.
 *
 * Durations are a {@link Duration} or a number of milliseconds. Needs a server 1.5 or newer.
 */
export type RetryPolicy = {
  /** How often to try, the first time included, before {@link onMaxAttempts} applies. */
  maxAttempts?: number;
  /** Whether the invocation is then paused, to be resumed by hand, or killed, which fails it. */
  onMaxAttempts?: "pause" | "kill";
  /** The delay before the first retry. */
  initialInterval?: Duration | number;
  /** The longest delay between two attempts. */
  maxInterval?: Duration | number;
  /** What each delay is multiplied with to get the next. */
  exponentiationFactor?: number;
};

/**
 * Options of a service. Each can be overridden for a handler, and be given a default for all
 * services of an endpoint.
 *
 * Those that Restate itself enforces (retention, timeouts, `ingressPrivate`) are sent in discovery
 * and need a server 1.4 or newer; an older one refuses to register the endpoint.
 *
 * Durations are a {@link Duration} or a number of milliseconds.
 */
export type ServiceOptions = {
  /**
   * How long Restate keeps the result of an invocation that had an idempotency key, to answer
   * repetitions.
   */
  idempotencyRetention?: Duration | number;

  /**
   * How long Restate keeps the journal of an invocation after its end, for inspection. With an
   * idempotency key, not longer than `idempotencyRetention`.
   */
  journalRetention?: Duration | number;

  /**
   * How long an attempt may produce nothing before Restate asks it to suspend, which it does as
   * soon as it waits for something only Restate can deliver. If it does not, `abortTimeout` starts.
   */
  inactivityTimeout?: Duration | number;

  /**
   * How long Restate then waits before it cuts the connection, wherever the handler is, and
   * retries.
   */
  abortTimeout?: Duration | number;

  /**
   * Hides the handlers from the ingress (HTTP and Kafka); other services can still call them.
   * Default: false.
   */
  ingressPrivate?: boolean;

  /** How failed attempts are retried. */
  retryPolicy?: RetryPolicy;

  /**
   * Says which errors are terminal although they are not a `TerminalError`: return what they are to
   * become, or `undefined` to leave them retryable. Applies to errors thrown by handlers and by the
   * actions of `ctx.run`.
   *
   * @example
   * ```ts
   * asTerminalError: (error) =>
   *   error instanceof ValidationError
   *     ? new TerminalError(error.message, { errorCode: 400 })
   *     : undefined,
   * ```
   */
  // Anything can be thrown, and `unknown` would break functions written for the official type.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  asTerminalError?: (error: any) => TerminalError | undefined;

  /**
   * How values are encoded where no other serde is given: input, output, state, results of runs,
   * awakeables, promises. Default: `serde.json`.
   */
  // One serde for values of every type.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  serde?: Serde<any>;

  /**
   * Hooks around every attempt. Those of a service are outside of those of its handlers, and within
   * one list the first is the outermost. See {@link HooksProvider}.
   */
  hooks?: HooksProvider[];

  /**
   * Leaves cancellation to the handler: what it awaits does not reject when the invocation is
   * cancelled. It learns of it from `cancellation()` of `internal.ContextInternal`. Default: false.
   *
   * @experimental
   */
  explicitCancellation?: boolean;

  /**
   * What becomes of an invocation whose handler takes another path than its journal recorded:
   * `"retry"` (default) retries it like any failure, `"pause"` pauses it until somebody has looked
   * at it, `"fail"` fails it for good. A server that knows neither of the last two retries.
   *
   * @experimental
   */
  onJournalMismatchErrors?: "retry" | "pause" | "fail";
};

/** Options of keyed services that keep state. */
export type StateOptions = {
  /**
   * Has the server send state values one by one when the handler reads them, instead of all of them
   * along with the invocation. For large states of which little is read. Default: false. Needs a
   * server 1.4 or newer.
   */
  enableLazyState?: boolean;
};

/** Options of a virtual object. See {@link ServiceOptions}. */
export type ObjectOptions = ServiceOptions & StateOptions;

/** Options of a workflow. See {@link ServiceOptions}. */
export type WorkflowOptions = ServiceOptions &
  StateOptions & {
    /**
     * How long Restate keeps a workflow after its `run` handler has ended: its result, state and
     * promises. Meanwhile its shared handlers can be called and its key cannot be used again. Needs
     * a server 1.4 or newer.
     */
    workflowRetention?: Duration | number;
  };

/**
 * Defaults for all services of an endpoint; options that do not apply to a kind of service are
 * ignored for it.
 */
export type DefaultServiceOptions = ServiceOptions & ObjectOptions & WorkflowOptions;
