/** One message's translation to and from protobuf-es. */
import {
  create,
  fromBinary,
  toBinary,
  type DescMessage,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import type { MessageName } from "../../../packages/restate-sdk/src/protocol/message-types.js";
import type { MessageOf } from "../../../packages/restate-sdk/src/protocol/messages.js";

export interface Witness<TMessage> {
  readonly encode: (message: TMessage, version: number) => Uint8Array;
  readonly decode: (payload: Uint8Array) => TMessage;
}

/** Most fields have the same name and type on both sides; the converters deal with the others. */
export function witness<TDesc extends DescMessage, TMessage>(
  schema: TDesc,
  toWitness: (message: TMessage, version: number) => MessageInitShape<TDesc>,
  fromWitness: (seen: MessageShape<TDesc>) => TMessage,
): Witness<TMessage> {
  return {
    encode: (message, version) => toBinary(schema, create(schema, toWitness(message, version))),
    decode: (payload) => fromWitness(fromBinary(schema, payload)),
  };
}

/** For messages whose fields have the same names and types on both sides. */
export function sameFields<TName extends MessageName>(
  type: TName,
  schema: DescMessage,
): Witness<MessageOf<TName>> {
  return {
    encode: ({ type: _, ...fields }) => toBinary(schema, create(schema, fields)),
    decode: (payload) => {
      const { $typeName: _, $unknown: __, ...fields } = fromBinary(schema, payload);
      // The schema and the interface agree, which the tests that use this would show at once.
      return { type, ...fields } as unknown as MessageOf<TName>;
    },
  };
}
