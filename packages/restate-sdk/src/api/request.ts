/** What a handler can find out about the request that started it. */
import type { InvocationId } from "./invocation-id.js";

/** The handler that was called. */
export interface Target {
  service: string;
  handler: string;
  /** The key of the virtual object or workflow; left out for services. */
  key?: string;
  /** `service/handler`, or `service/key/handler`. */
  toString(): string;
}

/**
 * The request that started an invocation. All but the fields about the attempt stay the same on
 * every attempt.
 */
export interface Request {
  readonly target: Target;
  /** The id of this invocation. */
  readonly id: InvocationId;
  /** Headers the caller sent. */
  readonly headers: ReadonlyMap<string, string>;
  /**
   * Headers the server sent with this attempt, such as the trace context. They differ on every
   * attempt.
   */
  readonly attemptHeaders: ReadonlyMap<string, string | string[] | undefined>;
  /** The input before it was deserialised. */
  readonly body: Uint8Array;
  /**
   * What the platform passed along with this attempt: the context on AWS Lambda, environment and
   * execution context on Cloudflare Workers, connection info on Deno, the server on Bun. May differ
   * on every attempt, so do not let the order of operations depend on it.
   */
  readonly extraArgs: unknown[];
  /** The idempotency key the caller sent, if any. */
  readonly idempotencyKey?: string;
  /**
   * The scope the invocation was called in, if any; see `ctx.scope`.
   *
   * @experimental
   */
  readonly scope?: string;
  /**
   * The limit key the caller sent, if any; see `limitKey` of {@link ClientCallOptions}.
   *
   * @experimental
   */
  readonly limitKey?: string;
  /**
   * Aborted when this attempt is over, however it ended. The handler must not do more work then,
   * except to release what it holds, such as a database connection.
   */
  readonly attemptCompletedSignal: AbortSignal;
}
