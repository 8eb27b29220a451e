/** Bytes to messages. */
import { COMMAND_DECODERS } from "./decode-commands.js";
import { CONTROL_DECODERS } from "./decode-control.js";
import { readNotification } from "./decode-notification.js";
import { isNotificationName, type MessageName } from "./message-types.js";
import type { Message, MessageOf, Notification } from "./messages.js";
import { ProtoReader } from "./reader.js";

const DECODERS = { ...CONTROL_DECODERS, ...COMMAND_DECODERS };

/**
 * Reads a payload. Byte fields are views into it; fields this SDK does not know are passed over.
 *
 * @throws ProtocolError naming message, field and reason when the payload is malformed or incomplete
 */
export function decodeMessage<TName extends MessageName>(
  name: TName,
  payload: Uint8Array,
): MessageOf<TName> {
  // The tables pair each name with its own interface; TypeScript can't follow that.
  return decode(name, new ProtoReader(name, payload)) as MessageOf<TName>;
}

function decode(name: MessageName, reader: ProtoReader): Message {
  if (isNotificationName(name)) return { type: name, ...readNotification(reader) };
  return DECODERS[name](reader);
}

/**
 * Reads a notification of whatever type: all have one shape.
 *
 * @throws ProtocolError naming message, field and reason when the payload is malformed or incomplete
 */
export function decodeNotification(name: MessageName, payload: Uint8Array): Notification {
  return readNotification(new ProtoReader(name, payload));
}
