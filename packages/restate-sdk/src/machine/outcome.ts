/** How an attempt ends, and what it tells the server when it fails. */
import * as codes from "../errors/codes.js";
import { ProtocolError } from "../errors/protocol-error.js";
import { toError } from "../errors/to-error.js";
import { formatOf, type CommandName } from "../protocol/message-types.js";
import type { ErrorBehavior, ErrorMessage } from "../protocol/messages.js";
import { FEATURES_SINCE, type ProtocolFeature, type ProtocolVersion } from "../protocol/version.js";
import { toText } from "../util/to-text.js";

/** Points the server and its UI at the command that an attempt failure belongs to. */
export interface RelatedCommand {
  readonly index: number;
  readonly type: CommandName;
  readonly name: string;
}

/** The content of an ErrorMessage: the attempt failed, the invocation did not (unless `behavior` is "fail"). */
export interface AttemptFailure {
  readonly code: number;
  readonly message: string;
  readonly stacktrace?: string;
  /** The command whose execution failed, if it was one; it may lie one behind the end of the journal. */
  readonly relatedCommand?: RelatedCommand | undefined;
  /** Overrides the server's retry policy for the next attempt only. */
  readonly nextRetryDelayMs?: number | undefined;
  /** What the server is to do. Servers that do not know the field retry. */
  readonly behavior?: ErrorBehavior;
  /** What was thrown, for logs and hooks. It does not travel. */
  readonly cause?: unknown;
}

export type Outcome =
  /** Output and End are written: the invocation is over. */
  | { readonly kind: "completed" }
  /** The server resumes the invocation when something awaited arrives. */
  | { readonly kind: "suspended" }
  | { readonly kind: "failed"; readonly failure: AttemptFailure }
  /** The connection is gone; nothing more can be written. */
  | { readonly kind: "aborted"; readonly reason: unknown };

/** Malformed input carries its own code; anything else that breaks while reading is our fault. */
export function toProtocolFailure(error: unknown): AttemptFailure {
  const failure = failureOf(toError(error));
  return error instanceof ProtocolError ? { ...failure, code: error.code } : failure;
}

/** User code asks for something that came with a later version than the server agreed to. */
export function unsupported(
  feature: ProtocolFeature,
  what: string,
  version: ProtocolVersion,
): AttemptFailure {
  return {
    code: codes.UNSUPPORTED_FEATURE,
    message:
      `${what} needs service protocol V${FEATURES_SINCE[feature]}, but this invocation uses V${version}. ` +
      "Update the Restate server or enable the feature there, or do without it.",
  };
}

export function toErrorMessage(failure: AttemptFailure): ErrorMessage {
  const related = failure.relatedCommand;
  return {
    type: "Error",
    code: failure.code,
    message: toText(failure.message),
    stacktrace: toText(failure.stacktrace ?? ""),
    relatedCommandIndex: related?.index,
    relatedCommandName: related?.name || undefined,
    relatedCommandType: related && formatOf(related.type).typeId,
    nextRetryDelay: toDelay(failure.nextRetryDelayMs),
    behavior: failure.behavior ?? "retry",
  };
}

/** Retry options are not checked before they matter. What is no time at all leaves the delay to the server. */
function toDelay(millis: number | undefined): number | undefined {
  const isTime = millis !== undefined && millis >= 0 && Number.isFinite(millis);
  return isTime ? Math.round(millis) : undefined;
}

/** An error that no one catches before the attempt ends: retried, with all that is known about it. */
export function failureOf(error: Error): AttemptFailure {
  const { message, stack = "" } = error;
  return { code: codes.INTERNAL, message, stacktrace: stack, cause: error };
}
