/** What commands read: for each its defaults, and for every field number where its content goes. */
import {
  NO_BYTES,
  NO_RESULT,
  NO_TARGET,
  readFailureResult,
  readFields,
  readHeader,
  readIdempotentRequest,
  readKeys,
  readValue,
  readValueResult,
  readVoid,
  readWorkflow,
  type Draft,
  type FieldReaders,
} from "./decode-parts.js";
import type { CommandName } from "./message-types.js";
import type { InvocationTarget, MessageOf, SignalId } from "./messages.js";
import type { ProtoReader } from "./reader.js";

/** The fields that most commands share: 11 is the id under which the result comes, 12 the entry's name. */
const NAME: FieldReaders<{ name: string }> = {
  12: (draft, reader) => (draft.name = reader.string()),
};
const COMPLETION_ID_AND_NAME: FieldReaders<{ resultCompletionId: number; name: string }> = {
  11: (draft, reader) => (draft.resultCompletionId = reader.uint32()),
  ...NAME,
};
const BYTES_KEY: FieldReaders<{ key: Uint8Array }> = {
  1: (draft, reader) => (draft.key = reader.bytes()),
};
const STRING_KEY: FieldReaders<{ key: string }> = {
  1: (draft, reader) => (draft.key = reader.string()),
};
const TARGET: FieldReaders<{ target: InvocationTarget }> = {
  1: (draft, reader) => (draft.target = { kind: "invocationId", invocationId: reader.string() }),
  3: (draft, reader) => (draft.target = reader.nested(readIdempotentRequest)),
  4: (draft, reader) => (draft.target = reader.nested(readWorkflow)),
};
const NO_SIGNAL: SignalId = { kind: "idx", idx: 0 };

/** Placeholders for what must come: one left in a message means that it didn't. */
const PLACEHOLDERS: ReadonlySet<unknown> = new Set([NO_RESULT, NO_TARGET, NO_SIGNAL]);

export const COMMAND_DECODERS: {
  readonly [TName in CommandName]: (reader: ProtoReader) => MessageOf<TName>;
} = {
  InputCommand: decoder<"InputCommand">(
    () => ({ type: "InputCommand", headers: [], value: NO_BYTES, name: "" }),
    {
      1: (draft, reader) => draft.headers.push(reader.nested(readHeader)),
      14: (draft, reader) => (draft.value = reader.nested(readValue)),
      ...NAME,
    },
  ),

  OutputCommand: decoder<"OutputCommand">(
    () => ({ type: "OutputCommand", result: NO_RESULT, name: "" }),
    {
      14: (draft, reader) => (draft.result = readValueResult(reader)),
      15: (draft, reader) => (draft.result = readFailureResult(reader)),
      ...NAME,
    },
    "result",
  ),

  GetLazyStateCommand: decoder<"GetLazyStateCommand">(
    () => ({ type: "GetLazyStateCommand", key: NO_BYTES, resultCompletionId: 0, name: "" }),
    { ...BYTES_KEY, ...COMPLETION_ID_AND_NAME },
  ),

  SetStateCommand: decoder<"SetStateCommand">(
    () => ({ type: "SetStateCommand", key: NO_BYTES, value: NO_BYTES, name: "" }),
    { 3: (draft, reader) => (draft.value = reader.nested(readValue)), ...BYTES_KEY, ...NAME },
  ),

  ClearStateCommand: decoder<"ClearStateCommand">(
    () => ({ type: "ClearStateCommand", key: NO_BYTES, name: "" }),
    {
      ...BYTES_KEY,
      ...NAME,
    },
  ),

  ClearAllStateCommand: decoder<"ClearAllStateCommand">(
    () => ({ type: "ClearAllStateCommand", name: "" }),
    NAME,
  ),

  GetLazyStateKeysCommand: decoder<"GetLazyStateKeysCommand">(
    () => ({ type: "GetLazyStateKeysCommand", resultCompletionId: 0, name: "" }),
    COMPLETION_ID_AND_NAME,
  ),

  GetEagerStateCommand: decoder<"GetEagerStateCommand">(
    () => ({ type: "GetEagerStateCommand", key: NO_BYTES, result: NO_RESULT, name: "" }),
    {
      13: (draft, reader) => (draft.result = readVoid(reader)),
      14: (draft, reader) => (draft.result = readValueResult(reader)),
      ...BYTES_KEY,
      ...NAME,
    },
    "result",
  ),

  GetEagerStateKeysCommand: decoder<"GetEagerStateKeysCommand">(
    () => ({ type: "GetEagerStateKeysCommand", keys: [], name: "" }),
    { 14: (draft, reader) => (draft.keys = reader.nested(readKeys)), ...NAME },
  ),

  GetPromiseCommand: decoder<"GetPromiseCommand">(
    () => ({ type: "GetPromiseCommand", key: "", resultCompletionId: 0, name: "" }),
    { ...STRING_KEY, ...COMPLETION_ID_AND_NAME },
  ),

  PeekPromiseCommand: decoder<"PeekPromiseCommand">(
    () => ({ type: "PeekPromiseCommand", key: "", resultCompletionId: 0, name: "" }),
    { ...STRING_KEY, ...COMPLETION_ID_AND_NAME },
  ),

  CompletePromiseCommand: decoder<"CompletePromiseCommand">(
    () => ({
      type: "CompletePromiseCommand",
      key: "",
      completion: NO_RESULT,
      resultCompletionId: 0,
      name: "",
    }),
    {
      2: (draft, reader) => (draft.completion = readValueResult(reader)),
      3: (draft, reader) => (draft.completion = readFailureResult(reader)),
      ...STRING_KEY,
      ...COMPLETION_ID_AND_NAME,
    },
    "completion",
  ),

  SleepCommand: decoder<"SleepCommand">(
    () => ({ type: "SleepCommand", wakeUpTime: 0, resultCompletionId: 0, name: "" }),
    { 1: (draft, reader) => (draft.wakeUpTime = reader.uint64()), ...COMPLETION_ID_AND_NAME },
  ),

  CallCommand: decoder<"CallCommand">(
    () => ({
      type: "CallCommand",
      serviceName: "",
      handlerName: "",
      parameter: NO_BYTES,
      headers: [],
      key: "",
      idempotencyKey: undefined,
      scope: undefined,
      limitKey: undefined,
      invocationIdCompletionId: 0,
      resultCompletionId: 0,
      name: "",
    }),
    {
      1: (draft, reader) => (draft.serviceName = reader.string()),
      2: (draft, reader) => (draft.handlerName = reader.string()),
      3: (draft, reader) => (draft.parameter = reader.bytes()),
      4: (draft, reader) => draft.headers.push(reader.nested(readHeader)),
      5: (draft, reader) => (draft.key = reader.string()),
      6: (draft, reader) => (draft.idempotencyKey = reader.string()),
      7: (draft, reader) => (draft.scope = reader.string()),
      8: (draft, reader) => (draft.limitKey = reader.string()),
      10: (draft, reader) => (draft.invocationIdCompletionId = reader.uint32()),
      ...COMPLETION_ID_AND_NAME,
    },
  ),

  OneWayCallCommand: decoder<"OneWayCallCommand">(
    () => ({
      type: "OneWayCallCommand",
      serviceName: "",
      handlerName: "",
      parameter: NO_BYTES,
      invokeTime: 0,
      headers: [],
      key: "",
      idempotencyKey: undefined,
      scope: undefined,
      limitKey: undefined,
      invocationIdCompletionId: 0,
      name: "",
    }),
    {
      1: (draft, reader) => (draft.serviceName = reader.string()),
      2: (draft, reader) => (draft.handlerName = reader.string()),
      3: (draft, reader) => (draft.parameter = reader.bytes()),
      4: (draft, reader) => (draft.invokeTime = reader.uint64()),
      5: (draft, reader) => draft.headers.push(reader.nested(readHeader)),
      6: (draft, reader) => (draft.key = reader.string()),
      7: (draft, reader) => (draft.idempotencyKey = reader.string()),
      8: (draft, reader) => (draft.scope = reader.string()),
      9: (draft, reader) => (draft.limitKey = reader.string()),
      10: (draft, reader) => (draft.invocationIdCompletionId = reader.uint32()),
      ...NAME,
    },
  ),

  SendSignalCommand: decoder<"SendSignalCommand">(
    () => ({
      type: "SendSignalCommand",
      targetInvocationId: "",
      signalId: NO_SIGNAL,
      result: NO_RESULT,
      name: "",
    }),
    {
      1: (draft, reader) => (draft.targetInvocationId = reader.string()),
      2: (draft, reader) => (draft.signalId = { kind: "idx", idx: reader.uint32() }),
      3: (draft, reader) => (draft.signalId = { kind: "name", name: reader.string() }),
      4: (draft, reader) => (draft.result = readVoid(reader)),
      5: (draft, reader) => (draft.result = readValueResult(reader)),
      6: (draft, reader) => (draft.result = readFailureResult(reader)),
      ...NAME,
    },
    "signalId",
    "result",
  ),

  RunCommand: decoder<"RunCommand">(
    () => ({ type: "RunCommand", resultCompletionId: 0, name: "" }),
    COMPLETION_ID_AND_NAME,
  ),

  AttachInvocationCommand: decoder<"AttachInvocationCommand">(
    () => ({
      type: "AttachInvocationCommand",
      target: NO_TARGET,
      resultCompletionId: 0,
      name: "",
    }),
    { ...TARGET, ...COMPLETION_ID_AND_NAME },
    "target",
  ),

  GetInvocationOutputCommand: decoder<"GetInvocationOutputCommand">(
    () => ({
      type: "GetInvocationOutputCommand",
      target: NO_TARGET,
      resultCompletionId: 0,
      name: "",
    }),
    { ...TARGET, ...COMPLETION_ID_AND_NAME },
    "target",
  ),

  CompleteAwakeableCommand: decoder<"CompleteAwakeableCommand">(
    () => ({ type: "CompleteAwakeableCommand", awakeableId: "", result: NO_RESULT, name: "" }),
    {
      1: (draft, reader) => (draft.awakeableId = reader.string()),
      2: (draft, reader) => (draft.result = readValueResult(reader)),
      3: (draft, reader) => (draft.result = readFailureResult(reader)),
      ...NAME,
    },
    "result",
  ),
};

function decoder<TName extends CommandName>(
  draft: () => Draft<MessageOf<TName>>,
  fields: FieldReaders<Draft<MessageOf<TName>>>,
  ...required: readonly (keyof MessageOf<TName>)[]
): (reader: ProtoReader) => MessageOf<TName> {
  return (reader) => {
    const message = readFields(reader, draft(), fields) as MessageOf<TName>;
    for (const field of required) {
      if (PLACEHOLDERS.has(message[field])) throw reader.missing(String(field));
    }
    return message;
  };
}
