/** What a check is: it watches an environment and reports what a test must not overlook. */
import type { Duration } from "@restatedev/restate-sdk-core";
import type { Invocation } from "../runtime/invocation.js";

/** What an environment looks out for. All are on but the last two; `false` turns one off. */
export interface CheckOptions {
  /** Values that come back from the journal as something else: a Date as text, a Map as `{}`. */
  roundTrip?: boolean;
  /** The context used inside the action of a run. */
  contextInRun?: boolean;
  /** Handlers that wait for something that no journal knows of, such as `fetch` or a timer outside of `ctx.run`. */
  foreignAwait?: boolean;
  /** Runs, calls and sleeps that are still open when the handler ends and that nobody ever awaited. */
  unawaited?: boolean;
  /** Attempts that do not repeat what their journal says. */
  journalMismatch?: boolean;
  /** Invocations that wait for each other in a circle. */
  deadlock?: boolean;
  /** Invocations that are paused because they have failed too often, while the test waits for them. */
  givenUp?: boolean;
  /** Requests to the ingress from inside a handler without an idempotency key. */
  ingressCall?: boolean;
  /** Exclusive handlers that keep their key for longer than this, by the environment's clock. Default: no limit. */
  keyHeldFor?: Duration | number;
  /**
   * The system's clock, randomness, timers and `fetch`, used by handlers outside of `ctx.run`. Default: false, since it
   * patches globals of the process while the environment lives.
   */
  globals?: boolean | GlobalsOptions;
}

export type CheckName = keyof CheckOptions;

export interface GlobalsOptions {
  /** Answers true for uses that do no harm, for example because only a log line depends on them. */
  readonly allow?: (use: GlobalUse) => boolean;
}

/** A use of something that differs from attempt to attempt. */
export interface GlobalUse {
  /** For example `Date.now()`. */
  readonly what: string;
  /** `Service/key/handler` of the invocation. */
  readonly target: string;
  /** Where it happened. */
  readonly stack: string;
}

/** What a check has found. The test fails with it. */
export class CheckError extends Error {
  override name = "CheckError";

  constructor(
    readonly check: CheckName,
    message: string,
    readonly invocationId: string | undefined,
  ) {
    super(
      `${message}\n(To turn this check off: createTestEnvironment({ checks: { ${check}: false } }))`,
    );
  }
}

/** Tells of a finding. */
export type Report = (check: CheckName, invocation: Invocation, message: string) => void;
