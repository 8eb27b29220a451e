/**
 * The other half of the codec, for tests and test runtimes: it writes what SDKs read, and reads what they
 * write. No entry point of the SDK imports this folder.
 */
import { decodeMessage as decodeReceived, decodeNotification } from "../decode.js";
import { OutputBuffer } from "../encode.js";
import { bool, describe, isDescribing, messageReader, type Table } from "../fields.js";
import {
  formatOf,
  isNotificationName,
  MESSAGE_NAMES,
  type Format,
  type MessageName,
} from "../message-types.js";
import type {
  AwaitingOnMessage,
  FutureTree,
  Message,
  MessageOf,
  NotificationId,
  NotificationMessage,
  NotificationResult,
} from "../messages.js";
import { anyResult, futureTree } from "../parts.js";
import { NO_BYTES, spanOf, startReading, type Span } from "../reader.js";
import type { ProtocolVersion } from "../version.js";
import {
  beginMessage,
  buffer,
  endMessage,
  position,
  startWriting,
  writeString,
  writeUint32,
} from "../writer.js";
import { NO_TREE, readTree, readTreeContent } from "./future-tree.js";

/** An output buffer that takes every message of the protocol. */
export class ServerOutput extends OutputBuffer {
  override append(message: Message, version: ProtocolVersion): void {
    this.appendAs(formatOfAny(message.type), message, version);
  }
}

/**
 * The message without its frame header. Fields come in ascending order and defaults are left out, which
 * is also what the official SDKs write: equal messages have equal bytes.
 */
export function encodePayload(message: Message, version: ProtocolVersion): Uint8Array {
  startWriting(NO_BYTES, 0);
  formatOfAny(message.type).write(message, version);
  return buffer.slice(0, position);
}

/**
 * Reads any payload. Byte fields are views into it; unknown fields are passed over.
 *
 * @throws ProtocolError naming message, field and reason when the payload is malformed or incomplete
 */
export function decodeMessage<TName extends MessageName>(
  name: TName,
  payload: Uint8Array | Span,
): MessageOf<TName> {
  // What each branch gives is the message of this name; TypeScript can't follow that.
  return decodeAny(name, payload) as MessageOf<TName>;
}

function decodeAny(name: MessageName, payload: Uint8Array | Span): Message {
  const span = payload instanceof Uint8Array ? spanOf(payload) : payload;
  if (isNotificationName(name)) {
    const { id, result } = decodeNotification(name, span);
    return { type: name, id, result };
  }
  if (name !== "Suspension" && name !== "AwaitingOn") return decodeReceived(name, span);
  startReading(name, span);
  if (name === "AwaitingOn") return readAwaitingOn();
  // Before version 7 the leaves stand where a tree has its own, from then on there is a tree below.
  const flat = readTreeContent();
  return { type: name, awaitingOn: flat.nested.at(-1) ?? flat };
}

const readAwaitingOn = messageReader<AwaitingOnMessage>({ type: "AwaitingOn" }, (m) => {
  readableTree(1, m.awaitingOn);
  bool(2, m.executingSideEffects);
});

function readableTree(number: number, tree: FutureTree): void {
  if (isDescribing) describe(number, tree, [NO_TREE, () => readTree()]);
  else futureTree(number, tree);
}

// ---- Notifications: one table for all ----

const notificationTable: Table<NotificationMessage> = ({ id, result }) => {
  writeId(id);
  writeResult(result);
};

function writeId(id: NotificationId): void {
  if (id.kind === "completion") writeUint32(1, id.id);
  else if (id.kind === "signal") writeUint32(2, id.idx);
  else writeString(3, id.name);
}

function writeResult(result: NotificationResult): void {
  if (result.kind === "invocationId") writeString(16, result.invocationId);
  else if (result.kind === "stateKeys") {
    const start = beginMessage(17);
    for (const key of result.keys) writeString(1, key);
    endMessage(start);
  } else anyResult(4, result);
}

const TYPE_IDS = new Map([...MESSAGE_NAMES].map(([typeId, name]) => [name, typeId]));

export function typeIdOf(name: MessageName): number {
  return TYPE_IDS.get(name) as number;
}

function formatOfAny(name: MessageName): Pick<Format, "typeId" | "write"> {
  if (!isNotificationName(name)) return formatOf(name);
  // It is only ever given messages of this name.
  return { typeId: typeIdOf(name), write: notificationTable as Table<Message> };
}
