/** The one place where this package meets the wire format: everything comes from the SDK's own codec. */
import { FrameDecoder, type Frame } from "../../restate-sdk/src/protocol/frame-decoder.js";
import { FRAME_HEADER_BYTES, REQUESTED_ACK } from "../../restate-sdk/src/protocol/frame.js";
import {
  isCommandName,
  MESSAGE_NAMES,
  type CommandName,
  type MessageName,
  type NotificationName,
} from "../../restate-sdk/src/protocol/message-types.js";
import type { Message, MessageOf } from "../../restate-sdk/src/protocol/messages.js";
import {
  decodeMessage,
  encodePayload,
  ServerOutput,
  typeIdOf,
} from "../../restate-sdk/src/protocol/server/codec.js";
import { contentTypeOf, type ProtocolVersion } from "../../restate-sdk/src/protocol/version.js";

export {
  encodeAwakeableId,
  parseAwakeableId,
} from "../../restate-sdk/src/protocol/awakeable-id.js";
export { describeCommand } from "../../restate-sdk/src/machine/mismatch-report.js";
export { sipHash13 } from "../../restate-sdk/src/util/siphash.js";
export { mix, rotateLeft } from "../../restate-sdk/src/util/word64.js";
export { CANCEL_SIGNAL, FIRST_AWAKEABLE_SIGNAL } from "../../restate-sdk/src/machine/signals.js";
export type {
  CommandMessage,
  ErrorMessage,
  Failure,
  FutureTree,
  Header,
  InvocationTarget,
  Message,
  MessageOf,
  NotificationId,
  NotificationMessage,
  NotificationResult,
  Result,
  SignalId,
  StartMessage,
  StateEntry,
  ValueOrFailure,
} from "../../restate-sdk/src/protocol/messages.js";
export { contentTypeOf, decodeMessage, encodePayload, FrameDecoder, MESSAGE_NAMES };
export type { CommandName, Frame, MessageName, NotificationName, ProtocolVersion };

/** A message with the flag that asks for an ack, which is not part of the message itself. */
export interface Received {
  readonly message: Message;
  readonly requestsAck: boolean;
}

/**
 * Reads a frame of an endpoint. The message holds views into it.
 *
 * @throws ProtocolError when the payload is malformed
 */
export function decodeFrame(frame: Frame): Received {
  return {
    message: decodeMessage(frame.name, frame),
    requestsAck: (frame.flags & REQUESTED_ACK) !== 0,
  };
}

/** A message as a whole frame. */
export function encodeFrame(message: Message, version: ProtocolVersion): Uint8Array {
  const buffer = new ServerOutput();
  buffer.append(message, version);
  return buffer.take() ?? new Uint8Array();
}

/** A payload, as {@link encodePayload} makes it, as a whole frame. */
export function frameOf(name: MessageName, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(FRAME_HEADER_BYTES + payload.length);
  const header = new DataView(frame.buffer);
  header.setUint16(0, typeIdOf(name));
  header.setUint32(4, payload.length);
  frame.set(payload, FRAME_HEADER_BYTES);
  return frame;
}

export function isCommand(message: Message): message is MessageOf<CommandName> {
  return isCommandName(message.type);
}

/** The name of a command by its number, as errors refer to it. */
export function commandNameOf(typeId: number): string | undefined {
  return MESSAGE_NAMES.get(typeId);
}
