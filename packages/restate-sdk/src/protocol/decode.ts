/** Bytes to messages. */
import { formatOf, type CommandName, type ControlName, type MessageName } from "./message-types.js";
import type { MessageOf, Notification, NotificationId, NotificationResult } from "./messages.js";
import { readFailureResult, readValueResult, readVoid, readKeys } from "./parts.js";
import {
  missing,
  nextField,
  readLenientString,
  readString,
  readUint32,
  skipField,
  startReading,
  type Span,
} from "./reader.js";

/** Trees of futures, which these two are about, only servers read. */
export type ReadableName = Exclude<ControlName, "Suspension" | "AwaitingOn"> | CommandName;

/**
 * Reads a payload. Byte fields are views into it; fields this SDK does not know are passed over.
 *
 * @throws ProtocolError naming message, field and reason when the payload is malformed or incomplete
 */
export function decodeMessage<TName extends ReadableName>(
  name: TName,
  payload: Span,
): MessageOf<TName> {
  startReading(name, payload);
  // The table pairs each name with its own interface; TypeScript can't follow that.
  return formatOf(name).read() as MessageOf<TName>;
}

/**
 * Reads a notification of whatever type: all have one shape.
 *
 * @throws ProtocolError naming message, field and reason when the payload is malformed or incomplete
 */
export function decodeNotification(name: MessageName, payload: Span): Notification {
  startReading(name, payload);
  let id: NotificationId | undefined;
  let result: NotificationResult | undefined;
  for (let number = nextField(); number !== 0; number = nextField()) {
    const readId = ID_READS[number];
    const readResult = RESULT_READS[number];
    if (readId) id = readId();
    else if (readResult) result = readResult();
    else skipField();
  }
  if (!id) throw missing("id");
  if (!result) throw missing("result");
  return { id, result, next: undefined };
}

const ID_READS: Readonly<Record<number, () => NotificationId>> = {
  1: () => ({ kind: "completion", id: readUint32() }),
  2: () => ({ kind: "signal", idx: readUint32() }),
  3: () => ({ kind: "namedSignal", name: readString() }),
};

const RESULT_READS: Readonly<Record<number, () => NotificationResult>> = {
  4: readVoid,
  5: readValueResult,
  6: readFailureResult,
  16: () => ({ kind: "invocationId", invocationId: readString() }),
  17: () => ({ kind: "stateKeys", keys: readKeys(readLenientString) }),
};
