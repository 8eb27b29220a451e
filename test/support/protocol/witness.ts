/** Our messages through protobuf-es and back: a second opinion on every byte our own codec makes. */
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type {
  MessageName,
  NotificationName,
} from "../../../packages/restate-sdk/src/protocol/message-types.js";
import type {
  Message,
  MessageOf,
  NotificationMessage,
} from "../../../packages/restate-sdk/src/protocol/messages.js";
import * as pb from "./gen/restate-protocol_pb.js";
import { sameFields, witness, type Witness } from "./make-witness.js";
import * as to from "./to-witness.js";
import * as from from "./from-witness.js";

/** The payload that protobuf-es writes for our message. */
export function encodeWithWitness(message: Message, version = 7): Uint8Array {
  return (WITNESSES[message.type] as Witness<Message>).encode(message, version);
}

/** Our message for the payload, as protobuf-es reads it. */
export function decodeWithWitness(name: MessageName, payload: Uint8Array): Message {
  return WITNESSES[name].decode(payload);
}

type TargetCommandName = "AttachInvocationCommand" | "GetInvocationOutputCommand";

function targetCommand<TName extends TargetCommandName>(
  type: TName,
  schema: typeof pb.AttachInvocationCommandSchema | typeof pb.GetInvocationOutputCommandSchema,
): Witness<MessageOf<TName>> {
  return {
    encode: ({ target, resultCompletionId, name }) =>
      toBinary(schema, create(schema, { target: to.target(target), resultCompletionId, name })),
    decode: (payload) => {
      const { target, resultCompletionId, name } = fromBinary(schema, payload);
      return { type, target: from.target(target), resultCompletionId, name } as MessageOf<TName>;
    },
  };
}

function notification(type: NotificationName): Witness<NotificationMessage> {
  return witness(
    pb.NotificationSchema,
    ({ id, result }) => ({
      id: to.notificationId(id),
      result: to.result(result),
    }),
    ({ id, result }) => ({
      type,
      id: from.notificationId(id),
      result: from.result(result),
    }),
  );
}

const WITNESSES: { readonly [TName in MessageName]: Witness<MessageOf<TName>> } = {
  Start: witness(
    pb.StartSchema,
    ({ type: _, durationSinceLastStoredEntry, scope, limitKey, idempotencyKey, ...same }) => ({
      ...same,
      stateMap: [...same.stateMap],
      durationSinceLastStoredEntry: BigInt(durationSinceLastStoredEntry),
      ...to.defined({ scope, limitKey, idempotencyKey }),
    }),
    (seen) => ({
      type: "Start",
      id: seen.id,
      debugId: seen.debugId,
      knownEntries: seen.knownEntries,
      stateMap: seen.stateMap.map(({ key, value }) => ({ key, value })),
      partialState: seen.partialState,
      key: seen.key,
      retryCountSinceLastStoredEntry: seen.retryCountSinceLastStoredEntry,
      durationSinceLastStoredEntry: Number(seen.durationSinceLastStoredEntry),
      randomSeed: seen.randomSeed,
      scope: seen.scope,
      limitKey: seen.limitKey,
      idempotencyKey: seen.idempotencyKey,
    }),
  ),

  Suspension: witness(
    pb.SuspensionSchema,
    ({ awaitingOn }, version) =>
      version >= 7
        ? { awaitingOn: to.tree(awaitingOn) }
        : {
            waitingCompletions: [...awaitingOn.completions],
            waitingSignals: [...awaitingOn.signals],
            waitingNamedSignals: [...awaitingOn.namedSignals],
          },
    (seen) => ({
      type: "Suspension",
      awaitingOn:
        seen.awaitingOn === undefined
          ? {
              combinator: "unknown",
              completions: seen.waitingCompletions,
              signals: seen.waitingSignals,
              namedSignals: seen.waitingNamedSignals,
              nested: [],
            }
          : from.tree(seen.awaitingOn),
    }),
  ),

  Error: witness(
    pb.ErrorSchema,
    ({ code, message, stacktrace, behavior, nextRetryDelay, ...optional }) => ({
      code,
      message,
      stacktrace,
      behavior: pb.Error_Behavior[behavior.toUpperCase() as keyof typeof pb.Error_Behavior],
      ...to.defined({
        relatedCommandIndex: optional.relatedCommandIndex,
        relatedCommandName: optional.relatedCommandName,
        relatedCommandType: optional.relatedCommandType,
        nextRetryDelay: nextRetryDelay === undefined ? undefined : BigInt(nextRetryDelay),
      }),
    }),
    (seen) => ({
      type: "Error",
      code: seen.code,
      message: seen.message,
      stacktrace: seen.stacktrace,
      relatedCommandIndex: seen.relatedCommandIndex,
      relatedCommandName: seen.relatedCommandName,
      relatedCommandType: seen.relatedCommandType,
      nextRetryDelay: seen.nextRetryDelay === undefined ? undefined : Number(seen.nextRetryDelay),
      behavior: (["retry", "pause", "fail"] as const)[seen.behavior],
    }),
  ),

  End: sameFields("End", pb.EndSchema),

  ProposeRunCompletion: witness(
    pb.ProposeRunCompletionSchema,
    ({ resultCompletionId, result }) => ({
      resultCompletionId,
      result:
        result.kind === "value"
          ? { case: "value" as const, value: result.value }
          : { case: "failure" as const, value: to.failure(result.failure) },
    }),
    ({ resultCompletionId, result }) => ({
      type: "ProposeRunCompletion",
      resultCompletionId,
      result:
        result.case === "value"
          ? { kind: "value", value: result.value }
          : { kind: "failure", failure: from.failure(result.value) },
    }),
  ),

  AwaitingOn: witness(
    pb.AwaitingOnSchema,
    ({ awaitingOn, executingSideEffects }) => ({
      awaitingOn: to.tree(awaitingOn),
      executingSideEffects,
    }),
    ({ awaitingOn, executingSideEffects }) => ({
      type: "AwaitingOn",
      awaitingOn: from.tree(awaitingOn),
      executingSideEffects,
    }),
  ),

  ProposeRunCompletionAck: sameFields("ProposeRunCompletionAck", pb.ProposeRunCompletionAckSchema),

  InputCommand: witness(
    pb.InputCommandSchema,
    ({ headers, value, name }) => ({ headers: [...headers], value: { content: value }, name }),
    ({ headers, value, name }) => ({
      type: "InputCommand",
      headers: headers.map(from.header),
      value: from.value(value),
      name,
    }),
  ),

  OutputCommand: witness(
    pb.OutputCommandSchema,
    ({ result, name }) => ({ result: to.valueOrFailure(result), name }),
    ({ result, name }) => ({ type: "OutputCommand", result: from.valueOrFailure(result), name }),
  ),

  GetLazyStateCommand: sameFields("GetLazyStateCommand", pb.GetLazyStateCommandSchema),

  SetStateCommand: witness(
    pb.SetStateCommandSchema,
    ({ key, value, name }) => ({ key, value: { content: value }, name }),
    ({ key, value, name }) => ({ type: "SetStateCommand", key, value: from.value(value), name }),
  ),

  ClearStateCommand: sameFields("ClearStateCommand", pb.ClearStateCommandSchema),

  ClearAllStateCommand: sameFields("ClearAllStateCommand", pb.ClearAllStateCommandSchema),

  GetLazyStateKeysCommand: sameFields("GetLazyStateKeysCommand", pb.GetLazyStateKeysCommandSchema),

  GetEagerStateCommand: witness(
    pb.GetEagerStateCommandSchema,
    ({ key, result, name }) => ({
      key,
      result: to.voidOrValue(result),
      name,
    }),
    ({ key, result, name }) => ({
      type: "GetEagerStateCommand",
      key,
      result:
        result.case === "void"
          ? { kind: "void" }
          : { kind: "value", value: from.value(result.value) },
      name,
    }),
  ),

  GetEagerStateKeysCommand: witness(
    pb.GetEagerStateKeysCommandSchema,
    ({ keys, name }) => ({ value: { keys: [...keys] }, name }),
    ({ value, name }) => ({ type: "GetEagerStateKeysCommand", keys: value?.keys ?? [], name }),
  ),

  GetPromiseCommand: sameFields("GetPromiseCommand", pb.GetPromiseCommandSchema),

  PeekPromiseCommand: sameFields("PeekPromiseCommand", pb.PeekPromiseCommandSchema),

  CompletePromiseCommand: witness(
    pb.CompletePromiseCommandSchema,
    ({ key, completion, resultCompletionId, name }) => ({
      key,
      completion:
        completion.kind === "value"
          ? { case: "completionValue" as const, value: { content: completion.value } }
          : { case: "completionFailure" as const, value: to.failure(completion.failure) },
      resultCompletionId,
      name,
    }),
    ({ key, completion, resultCompletionId, name }) => ({
      type: "CompletePromiseCommand",
      key,
      completion:
        completion.case === "completionValue"
          ? { kind: "value", value: completion.value.content }
          : { kind: "failure", failure: from.failure(completion.value) },
      resultCompletionId,
      name,
    }),
  ),

  SleepCommand: witness(
    pb.SleepCommandSchema,
    ({ wakeUpTime, resultCompletionId, name }) => ({
      wakeUpTime: BigInt(wakeUpTime),
      resultCompletionId,
      name,
    }),
    ({ wakeUpTime, resultCompletionId, name }) => ({
      type: "SleepCommand",
      wakeUpTime: Number(wakeUpTime),
      resultCompletionId,
      name,
    }),
  ),

  CallCommand: witness(
    pb.CallCommandSchema,
    ({ type: _, headers, idempotencyKey, scope, limitKey, ...same }) => ({
      ...same,
      headers: [...headers],
      ...to.defined({ idempotencyKey, scope, limitKey }),
    }),
    (seen) => ({
      type: "CallCommand",
      serviceName: seen.serviceName,
      handlerName: seen.handlerName,
      parameter: seen.parameter,
      headers: seen.headers.map(from.header),
      key: seen.key,
      idempotencyKey: seen.idempotencyKey,
      scope: seen.scope,
      limitKey: seen.limitKey,
      invocationIdCompletionId: seen.invocationIdCompletionId,
      resultCompletionId: seen.resultCompletionId,
      name: seen.name,
    }),
  ),

  OneWayCallCommand: witness(
    pb.OneWayCallCommandSchema,
    ({ type: _, headers, invokeTime, idempotencyKey, scope, limitKey, ...same }) => ({
      ...same,
      headers: [...headers],
      invokeTime: BigInt(invokeTime),
      ...to.defined({ idempotencyKey, scope, limitKey }),
    }),
    (seen) => ({
      type: "OneWayCallCommand",
      serviceName: seen.serviceName,
      handlerName: seen.handlerName,
      parameter: seen.parameter,
      invokeTime: Number(seen.invokeTime),
      headers: seen.headers.map(from.header),
      key: seen.key,
      idempotencyKey: seen.idempotencyKey,
      scope: seen.scope,
      limitKey: seen.limitKey,
      invocationIdCompletionId: seen.invocationIdCompletionId,
      name: seen.name,
    }),
  ),

  SendSignalCommand: witness(
    pb.SendSignalCommandSchema,
    ({ targetInvocationId, signalId, result, name }) => ({
      targetInvocationId,
      signalId:
        signalId.kind === "idx"
          ? { case: "idx" as const, value: signalId.idx }
          : { case: "name" as const, value: signalId.name },
      result: to.signalResult(result),
      entryName: name,
    }),
    ({ targetInvocationId, signalId, result, entryName }) => ({
      type: "SendSignalCommand",
      targetInvocationId,
      signalId:
        signalId.case === "idx"
          ? { kind: "idx", idx: signalId.value }
          : { kind: "name", name: signalId.value ?? "" },
      result: from.signalResult(result),
      name: entryName,
    }),
  ),

  RunCommand: sameFields("RunCommand", pb.RunCommandSchema),

  AttachInvocationCommand: targetCommand(
    "AttachInvocationCommand",
    pb.AttachInvocationCommandSchema,
  ),

  GetInvocationOutputCommand: targetCommand(
    "GetInvocationOutputCommand",
    pb.GetInvocationOutputCommandSchema,
  ),

  CompleteAwakeableCommand: witness(
    pb.CompleteAwakeableCommandSchema,
    ({ awakeableId, result, name }) => ({ awakeableId, result: to.valueOrFailure(result), name }),
    ({ awakeableId, result, name }) => ({
      type: "CompleteAwakeableCommand",
      awakeableId,
      result: from.valueOrFailure(result),
      name,
    }),
  ),

  GetLazyStateCompletionNotification: notification("GetLazyStateCompletionNotification"),
  GetLazyStateKeysCompletionNotification: notification("GetLazyStateKeysCompletionNotification"),
  GetPromiseCompletionNotification: notification("GetPromiseCompletionNotification"),
  PeekPromiseCompletionNotification: notification("PeekPromiseCompletionNotification"),
  CompletePromiseCompletionNotification: notification("CompletePromiseCompletionNotification"),
  SleepCompletionNotification: notification("SleepCompletionNotification"),
  CallCompletionNotification: notification("CallCompletionNotification"),
  CallInvocationIdCompletionNotification: notification("CallInvocationIdCompletionNotification"),
  RunCompletionNotification: notification("RunCompletionNotification"),
  AttachInvocationCompletionNotification: notification("AttachInvocationCompletionNotification"),
  GetInvocationOutputCompletionNotification: notification(
    "GetInvocationOutputCompletionNotification",
  ),
  SignalNotification: notification("SignalNotification"),
};
