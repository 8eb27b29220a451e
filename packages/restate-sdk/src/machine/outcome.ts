/** How an attempt ends, and what it tells the server when it fails. */
import type { MessageName } from "../protocol/message-types.js";

/** Points the server and its UI at the command that an attempt failure belongs to. */
export interface RelatedCommand {
  readonly index: number;
  readonly type: MessageName;
  readonly name: string;
}

/** The content of an ErrorMessage: the attempt failed, the invocation did not (unless `behavior` is "fail"). */
export interface AttemptFailure {
  readonly code: number;
  readonly message: string;
  readonly stacktrace?: string;
  readonly relatedCommand?: RelatedCommand;
  /** Overrides the server's retry policy for the next attempt only. */
  readonly nextRetryDelayMs?: number;
  /** Pausing and failing need protocol V7; older servers always retry. */
  readonly behavior?: "retry" | "pause" | "fail";
}

export type Outcome =
  /** Output and End are written: the invocation is over. */
  | { readonly kind: "completed" }
  /** The server resumes the invocation when something awaited arrives. */
  | { readonly kind: "suspended" }
  | { readonly kind: "failed"; readonly failure: AttemptFailure }
  /** The connection is gone; nothing more can be written. */
  | { readonly kind: "aborted"; readonly reason: unknown };
