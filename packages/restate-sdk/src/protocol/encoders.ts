/** What each message writes: one encoder a message, fields in ascending order of their numbers. */
import type { MessageName } from "./message-types.js";
import type {
  Combinator,
  ErrorBehavior,
  Failure,
  FutureTree,
  Header,
  InvocationTarget,
  Message,
  MessageOf,
  NotificationId,
  NotificationMessage,
  NotificationResult,
  ValueOrFailure,
} from "./messages.js";
import { supportsFeature, type ProtocolVersion } from "./version.js";
import type { ProtoWriter } from "./writer.js";

export type Encoder<TMessage extends Message> = (
  writer: ProtoWriter,
  message: TMessage,
  version: ProtocolVersion,
) => void;

export const ENCODERS: { readonly [TName in MessageName]: Encoder<MessageOf<TName>> } = {
  Start(writer, message) {
    writer.bytes(1, message.id);
    writer.string(2, message.debugId);
    writer.uint32(3, message.knownEntries);
    for (const entry of message.stateMap) {
      const start = writer.begin(4);
      writer.bytes(1, entry.key);
      writer.bytes(2, entry.value);
      writer.end(start);
    }
    writer.bool(5, message.partialState);
    writer.string(6, message.key);
    writer.uint32(7, message.retryCountSinceLastStoredEntry);
    writer.uint64(8, message.durationSinceLastStoredEntry);
    writer.bigUint64(9, message.randomSeed);
    writer.optionalString(10, message.scope);
    writer.optionalString(11, message.limitKey);
    writer.optionalString(12, message.idempotencyKey);
  },

  Suspension(writer, message, version) {
    if (supportsFeature(version, "futureTree")) writeTree(writer, 4, message.awaitingOn);
    else writeLeaves(writer, allLeaves(message.awaitingOn));
  },

  Error(writer, message) {
    writer.uint32(1, message.code);
    writer.string(2, message.message);
    writer.string(3, message.stacktrace);
    if (message.relatedCommandIndex !== undefined) {
      writer.presentUint32(4, message.relatedCommandIndex);
    }
    writer.optionalString(5, message.relatedCommandName);
    if (message.relatedCommandType !== undefined) {
      writer.presentUint32(6, message.relatedCommandType);
    }
    if (message.nextRetryDelay !== undefined) writer.presentUint64(8, message.nextRetryDelay);
    writer.uint32(9, BEHAVIOR_NUMBERS[message.behavior]);
  },

  End() {
    // Its type says it all.
  },

  ProposeRunCompletion(writer, message) {
    writer.uint32(1, message.resultCompletionId);
    const { result } = message;
    // The one message whose value is bare bytes.
    if (result.kind === "value") writer.presentBytes(14, result.value);
    else writeFailure(writer, 15, result.failure);
  },

  AwaitingOn(writer, message) {
    writeTree(writer, 1, message.awaitingOn);
    writer.bool(2, message.executingSideEffects);
  },

  ProposeRunCompletionAck(writer, message) {
    writer.uint32(1, message.completionId);
  },

  InputCommand(writer, message) {
    writeHeaders(writer, 1, message.headers);
    writer.string(12, message.name);
    writer.value(14, message.value);
  },

  OutputCommand(writer, message) {
    writer.string(12, message.name);
    writeValueOrFailure(writer, 14, message.result);
  },

  GetLazyStateCommand(writer, message) {
    writer.bytes(1, message.key);
    writer.uint32(11, message.resultCompletionId);
    writer.string(12, message.name);
  },

  SetStateCommand(writer, message) {
    writer.bytes(1, message.key);
    writer.value(3, message.value);
    writer.string(12, message.name);
  },

  ClearStateCommand(writer, message) {
    writer.bytes(1, message.key);
    writer.string(12, message.name);
  },

  ClearAllStateCommand(writer, message) {
    writer.string(12, message.name);
  },

  GetLazyStateKeysCommand(writer, message) {
    writer.uint32(11, message.resultCompletionId);
    writer.string(12, message.name);
  },

  GetEagerStateCommand(writer, message) {
    writer.bytes(1, message.key);
    writer.string(12, message.name);
    if (message.result.kind === "void") writer.end(writer.begin(13));
    else writer.value(14, message.result.value);
  },

  GetEagerStateKeysCommand(writer, message) {
    writer.string(12, message.name);
    const start = writer.begin(14);
    for (const key of message.keys) writer.presentBytes(1, key);
    writer.end(start);
  },

  GetPromiseCommand(writer, message) {
    writer.string(1, message.key);
    writer.uint32(11, message.resultCompletionId);
    writer.string(12, message.name);
  },

  PeekPromiseCommand(writer, message) {
    writer.string(1, message.key);
    writer.uint32(11, message.resultCompletionId);
    writer.string(12, message.name);
  },

  CompletePromiseCommand(writer, message) {
    writer.string(1, message.key);
    writeValueOrFailure(writer, 2, message.completion);
    writer.uint32(11, message.resultCompletionId);
    writer.string(12, message.name);
  },

  SleepCommand(writer, message) {
    writer.uint64(1, message.wakeUpTime);
    writer.uint32(11, message.resultCompletionId);
    writer.string(12, message.name);
  },

  CallCommand(writer, message) {
    writer.string(1, message.serviceName);
    writer.string(2, message.handlerName);
    writer.bytes(3, message.parameter);
    writeHeaders(writer, 4, message.headers);
    writer.string(5, message.key);
    writer.optionalString(6, message.idempotencyKey);
    writer.optionalString(7, message.scope);
    writer.optionalString(8, message.limitKey);
    writer.uint32(10, message.invocationIdCompletionId);
    writer.uint32(11, message.resultCompletionId);
    writer.string(12, message.name);
  },

  OneWayCallCommand(writer, message) {
    writer.string(1, message.serviceName);
    writer.string(2, message.handlerName);
    writer.bytes(3, message.parameter);
    writer.uint64(4, message.invokeTime);
    writeHeaders(writer, 5, message.headers);
    writer.string(6, message.key);
    writer.optionalString(7, message.idempotencyKey);
    writer.optionalString(8, message.scope);
    writer.optionalString(9, message.limitKey);
    writer.uint32(10, message.invocationIdCompletionId);
    writer.string(12, message.name);
  },

  SendSignalCommand(writer, message) {
    writer.string(1, message.targetInvocationId);
    if (message.signalId.kind === "idx") writer.presentUint32(2, message.signalId.idx);
    else writer.presentString(3, message.signalId.name);
    writeResult(writer, message.result);
    writer.string(12, message.name);
  },

  RunCommand(writer, message) {
    writer.uint32(11, message.resultCompletionId);
    writer.string(12, message.name);
  },

  AttachInvocationCommand: writeTargetCommand,
  GetInvocationOutputCommand: writeTargetCommand,

  CompleteAwakeableCommand(writer, message) {
    writer.string(1, message.awakeableId);
    writeValueOrFailure(writer, 2, message.result);
    writer.string(12, message.name);
  },

  GetLazyStateCompletionNotification: writeNotification,
  GetLazyStateKeysCompletionNotification: writeNotification,
  GetPromiseCompletionNotification: writeNotification,
  PeekPromiseCompletionNotification: writeNotification,
  CompletePromiseCompletionNotification: writeNotification,
  SleepCompletionNotification: writeNotification,
  CallCompletionNotification: writeNotification,
  CallInvocationIdCompletionNotification: writeNotification,
  RunCompletionNotification: writeNotification,
  AttachInvocationCompletionNotification: writeNotification,
  GetInvocationOutputCompletionNotification: writeNotification,
  SignalNotification: writeNotification,
};

function writeTargetCommand(
  writer: ProtoWriter,
  message: MessageOf<"AttachInvocationCommand" | "GetInvocationOutputCommand">,
): void {
  writeTarget(writer, message.target);
  writer.uint32(11, message.resultCompletionId);
  writer.string(12, message.name);
}

function writeTarget(writer: ProtoWriter, target: InvocationTarget): void {
  if (target.kind === "invocationId") {
    writer.presentString(1, target.invocationId);
    return;
  }
  const start = writer.begin(target.kind === "idempotentRequest" ? 3 : 4);
  if (target.kind === "idempotentRequest") {
    writer.string(1, target.serviceName);
    writer.optionalString(2, target.serviceKey);
    writer.string(3, target.handlerName);
    writer.string(4, target.idempotencyKey);
    writer.optionalString(5, target.scope);
  } else {
    writer.string(1, target.workflowName);
    writer.string(2, target.workflowKey);
    writer.optionalString(3, target.scope);
  }
  writer.end(start);
}

function writeNotification(writer: ProtoWriter, message: NotificationMessage): void {
  writeNotificationId(writer, message.id);
  writeResult(writer, message.result);
}

function writeNotificationId(writer: ProtoWriter, id: NotificationId): void {
  switch (id.kind) {
    case "completion":
      writer.presentUint32(1, id.id);
      return;
    case "signal":
      writer.presentUint32(2, id.idx);
      return;
    case "namedSignal":
      writer.presentString(3, id.name);
      return;
  }
}

function writeResult(writer: ProtoWriter, result: NotificationResult): void {
  switch (result.kind) {
    case "void":
      writer.end(writer.begin(4));
      return;
    case "value":
      writer.value(5, result.value);
      return;
    case "failure":
      writeFailure(writer, 6, result.failure);
      return;
    case "invocationId":
      writer.presentString(16, result.invocationId);
      return;
    case "stateKeys": {
      const start = writer.begin(17);
      for (const key of result.keys) writer.presentString(1, key);
      writer.end(start);
      return;
    }
  }
}

/** In all commands the failure's field comes right after the value's. */
function writeValueOrFailure(
  writer: ProtoWriter,
  valueField: number,
  result: ValueOrFailure,
): void {
  if (result.kind === "value") writer.value(valueField, result.value);
  else writeFailure(writer, valueField + 1, result.failure);
}

function writeFailure(writer: ProtoWriter, field: number, failure: Failure): void {
  const start = writer.begin(field);
  writer.uint32(1, failure.code);
  writer.string(2, failure.message);
  writeHeaders(writer, 3, failure.metadata);
  writer.end(start);
}

/** Headers and failure metadata are both lists of key and value. */
function writeHeaders(writer: ProtoWriter, field: number, headers: readonly Header[]): void {
  for (const header of headers) {
    const start = writer.begin(field);
    writer.string(1, header.key);
    writer.string(2, header.value);
    writer.end(start);
  }
}

function writeTree(writer: ProtoWriter, field: number, tree: FutureTree): void {
  const start = writer.begin(field);
  writeLeaves(writer, tree);
  for (const nested of tree.nested) writeTree(writer, 4, nested);
  writer.uint32(5, COMBINATOR_NUMBERS[tree.combinator]);
  writer.end(start);
}

type Leaves = Pick<FutureTree, "completions" | "signals" | "namedSignals">;

/** A tree's own leaves and the flat lists before version 7 have the same three fields. */
function writeLeaves(writer: ProtoWriter, leaves: Leaves): void {
  writer.packedUint32(1, leaves.completions);
  writer.packedUint32(2, leaves.signals);
  for (const name of leaves.namedSignals) writer.presentString(3, name);
}

function allLeaves(tree: FutureTree): Leaves {
  if (tree.nested.length === 0) return tree;
  const nested = tree.nested.map(allLeaves);
  return {
    completions: [...tree.completions, ...nested.flatMap((leaves) => leaves.completions)],
    signals: [...tree.signals, ...nested.flatMap((leaves) => leaves.signals)],
    namedSignals: [...tree.namedSignals, ...nested.flatMap((leaves) => leaves.namedSignals)],
  };
}

const COMBINATOR_NUMBERS: Readonly<Record<Combinator, number>> = {
  unknown: 0,
  firstCompleted: 1,
  allCompleted: 2,
  firstSucceededOrAllFailed: 3,
  allSucceededOrFirstFailed: 4,
};

const BEHAVIOR_NUMBERS: Readonly<Record<ErrorBehavior, number>> = { retry: 0, pause: 1, fail: 2 };
