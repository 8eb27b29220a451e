/** What a runtime that is not the process may do for an attempt, and is told of it. */

/** Time, order and effects of an attempt in the hands of a runtime, for example one that tests with virtual time. */
export interface AttemptHost {
  /** The clock, in place of `Date.now`. */
  readonly now?: () => number;
  /** Calls back when no microtask is left, in place of the process's own way to find out. */
  readonly whenAtRest?: (callback: () => void) => void;
  /**
   * User code rests, executes no action of a run, and awaits something that only the server can give: what the attempt
   * would suspend on if its input were closed. Called again whenever that is so after something was delivered.
   */
  readonly onBlocked?: () => void;
  /**
   * Executes a `ctx.run` by calling `execute`, which calls the action of the run inside the interceptors; what this
   * returns or throws is what becomes of the run.
   */
  readonly executeRun?: (run: HostedRun, execute: () => unknown) => unknown;
  /** The attempt failed, because of this error if user code threw one. */
  readonly onFailed?: (cause: unknown) => void;
  /** User code does what works by luck at best; it goes on as it would without a host. */
  readonly onMisuse?: (kind: MisuseKind, message: string) => void;
  /** A value was serialised for the journal. `read` gives back what the bytes stand for. */
  readonly onSerialized?: (value: unknown, read: () => unknown) => void;
}

/**
 * The context used inside the action of a run; used after something woke user code that no journal knows of; used after
 * the handler's end; or runs left alone at the handler's end.
 */
export type MisuseKind = "context in run" | "foreign await" | "context after end" | "unawaited";

export interface HostedRun {
  /** Empty if the run has none. */
  readonly name: string;
  readonly completionId: number;
  /** What `execute` will call. A host that executes something else puts it here; interceptors then see that. */
  action: () => unknown;
}
