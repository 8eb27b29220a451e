/** Bytes to messages. */
import { COMMAND_DECODERS } from "./decode-commands.js";
import { CONTROL_DECODERS } from "./decode-control.js";
import { readNotification } from "./decode-notification.js";
import type { MessageName } from "./message-types.js";
import type { Message, MessageOf, Notification } from "./messages.js";
import { ProtoReader } from "./reader.js";

/**
 * Reads a payload. Byte fields are views into it; fields this SDK does not know are passed over.
 *
 * @throws ProtocolError naming message, field and reason when the payload is malformed or incomplete
 */
export function decodeMessage<TName extends MessageName>(
  name: TName,
  payload: Uint8Array,
): MessageOf<TName> {
  const reader = new ProtoReader(name, payload);
  const read = DECODERS.get(name);
  // The table pairs each name with its own interface; TypeScript can't follow that.
  return (read?.(reader) ?? { type: name, ...readNotification(reader) }) as MessageOf<TName>;
}

/**
 * Reads a notification of whatever type: all have one shape.
 *
 * @throws ProtocolError naming message, field and reason when the payload is malformed or incomplete
 */
export function decodeNotification(name: MessageName, payload: Uint8Array): Notification {
  return readNotification(new ProtoReader(name, payload));
}

type Decoder = (reader: ProtoReader) => Message;

/** All but the notifications. A map finds its entry twice as fast as a plain object. */
const DECODERS: ReadonlyMap<string, Decoder> = new Map<string, Decoder>(
  Object.entries({ ...CONTROL_DECODERS, ...COMMAND_DECODERS }),
);
