/** Reaching other invocations by their id: signals, cancellation, results. */
import type { Serde } from "@restatedev/restate-sdk-core";
import type { TerminalError } from "../errors/terminal-error.js";
import type { RestatePromise } from "./promise.js";

/** Another invocation; made with `ctx.invocation(id)`. */
export interface InvocationReference {
  /**
   * A signal of that invocation, which it waits for with `ctx.signal(name)`.
   *
   * @param serde how the value is encoded; default: the service's serde (JSON). The receiver has to
   * use the same.
   */
  signal<T>(name: string, serde?: Serde<T>): SignalReference<T>;

  /**
   * Asks that invocation to stop: what it awaits rejects with a `CancelledError`, and so do the
   * calls it waits for. Returns at once; has no effect on an invocation that has ended. Journaled.
   */
  cancel(): void;

  /**
   * The result of that invocation; rejects as it failed. Journaled.
   *
   * @param serde how the result is encoded; default: the service's serde (JSON).
   */
  attach<T>(serde?: Serde<T>): RestatePromise<T>;
}

/** A signal of another invocation. It may be sent before the receiver waits for it. */
export interface SignalReference<T> {
  /** Sends a value. Returns at once. Journaled. */
  resolve(payload?: T): void;
  /**
   * Sends a failure: the receiver's promise rejects with a `TerminalError`, with code 500 if
   * `reason` is a string. Returns at once. Journaled.
   */
  reject(reason: string | TerminalError): void;
}
