/** Random messages of every type, with a taste for the sizes and numbers where encodings change. */
import fc from "fast-check";
import {
  isNotificationName,
  MESSAGE_NAMES as NAMES_BY_ID,
  type MessageName,
  type NotificationName,
} from "../../../packages/restate-sdk/src/protocol/message-types.js";
import type {
  FutureTree,
  Message,
  MessageOf,
  NotificationMessage,
} from "../../../packages/restate-sdk/src/protocol/messages.js";

/** Plain objects, as our decoders make them; fast-check would mix in some without a prototype. */
function record<TFields extends object>(fields: {
  [TField in keyof TFields]: fc.Arbitrary<TFields[TField]>;
}): fc.Arbitrary<TFields> {
  return fc.record<TFields>(fields, { noNullPrototype: true });
}

export const MESSAGE_NAMES: readonly MessageName[] = [...NAMES_BY_ID.values()];

export function messageOf(name: MessageName): fc.Arbitrary<Message> {
  return isNotificationName(name) ? notification(name) : MESSAGES[name];
}

export const anyMessage: fc.Arbitrary<Message> = fc.constantFrom(...MESSAGE_NAMES).chain(messageOf);

/** Numbers whose varints change length, and the ends of the range. */
const uint32 = fc.oneof(
  fc.nat({ max: 300 }),
  fc.constantFrom(0, 127, 128, 16_383, 16_384, 2 ** 21, 2 ** 28, 2 ** 31, 2 ** 32 - 1),
  fc.nat({ max: 0x7fff_ffff }),
);
const milliseconds = fc.oneof(
  fc.maxSafeNat(),
  fc.constantFrom(0, 127, 128, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 35, Number.MAX_SAFE_INTEGER),
);
const uint64 = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom(0n, 2n ** 64n - 1n),
);

/** Lengths around one-byte length prefixes and around the limits of our short-string paths. */
const length = fc.constantFrom(23, 24, 25, 41, 42, 43, 48, 127, 128, 129, 4095, 4096);
const bytes = fc.oneof(
  { weight: 5, arbitrary: fc.uint8Array({ maxLength: 40 }) },
  { weight: 1, arbitrary: length.map((count) => new Uint8Array(count).fill(0xa5)) },
);
const string = fc.oneof(
  { weight: 3, arbitrary: fc.string({ maxLength: 30 }) },
  { weight: 3, arbitrary: fc.string({ unit: "binary", maxLength: 30 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(length, fc.constantFrom("x", "é", "語", "🦀"))
      .map(([count, unit]) => unit.repeat(count)),
  },
  { weight: 1, arbitrary: fc.constant("\ufeffafter a byte order mark") },
);
const optionalString = fc.option(string, { nil: undefined });

const header = record({ key: string, value: string });
const headers = fc.array(header, { maxLength: 4 });
const failure = record({ code: uint32, message: string, metadata: headers });

const voidResult = fc.constant({ kind: "void" } as const);
const valueResult = record({ kind: fc.constant("value" as const), value: bytes });
const failureResult = record({ kind: fc.constant("failure" as const), failure });
const valueOrFailure = fc.oneof(valueResult, failureResult);
const result = fc.oneof(voidResult, valueResult, failureResult);

/** Trees of futures with so many levels below the root. */
function futureTreeOf(levels: number): fc.Arbitrary<FutureTree> {
  return record({
    combinator: fc.constantFrom(
      "unknown",
      "firstCompleted",
      "allCompleted",
      "firstSucceededOrAllFailed",
      "allSucceededOrFirstFailed",
    ),
    completions: fc.array(uint32, { maxLength: 40 }),
    signals: fc.array(uint32, { maxLength: 5 }),
    namedSignals: fc.array(string, { maxLength: 3 }),
    nested: levels === 0 ? fc.constant([]) : fc.array(futureTreeOf(levels - 1), { maxLength: 2 }),
  });
}

export const futureTree: fc.Arbitrary<FutureTree> = futureTreeOf(3);

const target = fc.oneof(
  record({ kind: fc.constant("invocationId" as const), invocationId: string }),
  record({
    kind: fc.constant("idempotentRequest" as const),
    serviceName: string,
    serviceKey: optionalString,
    handlerName: string,
    idempotencyKey: string,
    scope: optionalString,
  }),
  record({
    kind: fc.constant("workflow" as const),
    workflowName: string,
    workflowKey: string,
    scope: optionalString,
  }),
);

function notification(type: NotificationName): fc.Arbitrary<NotificationMessage> {
  return record({
    type: fc.constant(type),
    id: fc.oneof(
      record({ kind: fc.constant("completion" as const), id: uint32 }),
      record({ kind: fc.constant("signal" as const), idx: uint32 }),
      record({ kind: fc.constant("namedSignal" as const), name: string }),
    ),
    result: fc.oneof(
      result,
      record({ kind: fc.constant("invocationId" as const), invocationId: string }),
      record({
        kind: fc.constant("stateKeys" as const),
        keys: fc.array(string, { maxLength: 4 }),
      }),
    ),
  });
}

function typed<TName extends MessageName>(type: TName): fc.Arbitrary<TName> {
  return fc.constant(type);
}

const MESSAGES: {
  readonly [TName in Exclude<MessageName, NotificationName>]: fc.Arbitrary<MessageOf<TName>>;
} = {
  Start: record({
    type: typed("Start"),
    id: bytes,
    debugId: string,
    knownEntries: uint32,
    stateMap: fc.array(record({ key: bytes, value: bytes }), { maxLength: 5 }),
    partialState: fc.boolean(),
    key: string,
    retryCountSinceLastStoredEntry: uint32,
    durationSinceLastStoredEntry: milliseconds,
    randomSeed: uint64,
    scope: optionalString,
    limitKey: optionalString,
    idempotencyKey: optionalString,
  }),
  Suspension: record({ type: typed("Suspension"), awaitingOn: futureTree }),
  Error: record({
    type: typed("Error"),
    code: uint32,
    message: string,
    stacktrace: string,
    relatedCommandIndex: fc.option(uint32, { nil: undefined }),
    relatedCommandName: optionalString,
    relatedCommandType: fc.option(uint32, { nil: undefined }),
    nextRetryDelay: fc.option(milliseconds, { nil: undefined }),
    behavior: fc.constantFrom("retry", "pause", "fail"),
  }),
  End: record({ type: typed("End") }),
  ProposeRunCompletion: record({
    type: typed("ProposeRunCompletion"),
    resultCompletionId: uint32,
    result: valueOrFailure,
  }),
  AwaitingOn: record({
    type: typed("AwaitingOn"),
    awaitingOn: futureTree,
    executingSideEffects: fc.boolean(),
  }),
  ProposeRunCompletionAck: record({
    type: typed("ProposeRunCompletionAck"),
    completionId: uint32,
  }),
  InputCommand: record({ type: typed("InputCommand"), headers, value: bytes, name: string }),
  OutputCommand: record({ type: typed("OutputCommand"), result: valueOrFailure, name: string }),
  GetLazyStateCommand: record({
    type: typed("GetLazyStateCommand"),
    key: bytes,
    resultCompletionId: uint32,
    name: string,
  }),
  SetStateCommand: record({
    type: typed("SetStateCommand"),
    key: bytes,
    value: bytes,
    name: string,
  }),
  ClearStateCommand: record({ type: typed("ClearStateCommand"), key: bytes, name: string }),
  ClearAllStateCommand: record({ type: typed("ClearAllStateCommand"), name: string }),
  GetLazyStateKeysCommand: record({
    type: typed("GetLazyStateKeysCommand"),
    resultCompletionId: uint32,
    name: string,
  }),
  GetEagerStateCommand: record({
    type: typed("GetEagerStateCommand"),
    key: bytes,
    result: fc.oneof(voidResult, valueResult),
    name: string,
  }),
  GetEagerStateKeysCommand: record({
    type: typed("GetEagerStateKeysCommand"),
    keys: fc.array(bytes, { maxLength: 4 }),
    name: string,
  }),
  GetPromiseCommand: record({
    type: typed("GetPromiseCommand"),
    key: string,
    resultCompletionId: uint32,
    name: string,
  }),
  PeekPromiseCommand: record({
    type: typed("PeekPromiseCommand"),
    key: string,
    resultCompletionId: uint32,
    name: string,
  }),
  CompletePromiseCommand: record({
    type: typed("CompletePromiseCommand"),
    key: string,
    completion: valueOrFailure,
    resultCompletionId: uint32,
    name: string,
  }),
  SleepCommand: record({
    type: typed("SleepCommand"),
    wakeUpTime: milliseconds,
    resultCompletionId: uint32,
    name: string,
  }),
  CallCommand: record({
    type: typed("CallCommand"),
    serviceName: string,
    handlerName: string,
    parameter: bytes,
    headers,
    key: string,
    idempotencyKey: optionalString,
    scope: optionalString,
    limitKey: optionalString,
    invocationIdCompletionId: uint32,
    resultCompletionId: uint32,
    name: string,
  }),
  OneWayCallCommand: record({
    type: typed("OneWayCallCommand"),
    serviceName: string,
    handlerName: string,
    parameter: bytes,
    invokeTime: milliseconds,
    headers,
    key: string,
    idempotencyKey: optionalString,
    scope: optionalString,
    limitKey: optionalString,
    invocationIdCompletionId: uint32,
    name: string,
  }),
  SendSignalCommand: record({
    type: typed("SendSignalCommand"),
    targetInvocationId: string,
    signalId: fc.oneof(
      record({ kind: fc.constant("idx" as const), idx: uint32 }),
      record({ kind: fc.constant("name" as const), name: string }),
    ),
    result,
    name: string,
  }),
  RunCommand: record({ type: typed("RunCommand"), resultCompletionId: uint32, name: string }),
  AttachInvocationCommand: record({
    type: typed("AttachInvocationCommand"),
    target,
    resultCompletionId: uint32,
    name: string,
  }),
  GetInvocationOutputCommand: record({
    type: typed("GetInvocationOutputCommand"),
    target,
    resultCompletionId: uint32,
    name: string,
  }),
  CompleteAwakeableCommand: record({
    type: typed("CompleteAwakeableCommand"),
    awakeableId: string,
    result: valueOrFailure,
    name: string,
  }),
};
