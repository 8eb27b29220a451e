/** Parts of our messages in the shapes that protobuf-es takes. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  Failure,
  FutureTree,
  InvocationTarget,
  NotificationId,
  NotificationResult,
  Result,
  ValueOrFailure,
  VoidOrValue,
} from "../../../packages/restate-sdk/src/protocol/messages.js";
import * as pb from "./gen/restate-protocol_pb.js";

type NotificationInit = MessageInitShape<typeof pb.NotificationSchema>;

type DefinedFields<TFields> = { [TField in keyof TFields]?: Exclude<TFields[TField], undefined> };

/** Only the fields that have a value: protobuf-es takes an absent field, not an undefined one. */
export function defined<TFields extends object>(fields: TFields): DefinedFields<TFields> {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as DefinedFields<TFields>;
}

export function failure(ours: Failure): MessageInitShape<typeof pb.FailureSchema> {
  return { code: ours.code, message: ours.message, metadata: [...ours.metadata] };
}

export function valueOrFailure(
  ours: ValueOrFailure,
): NonNullable<MessageInitShape<typeof pb.OutputCommandSchema>["result"]> {
  return ours.kind === "value"
    ? { case: "value", value: { content: ours.value } }
    : { case: "failure", value: failure(ours.failure) };
}

export function voidOrValue(
  ours: VoidOrValue,
): NonNullable<MessageInitShape<typeof pb.GetEagerStateCommandSchema>["result"]> {
  return ours.kind === "void"
    ? { case: "void", value: {} }
    : { case: "value", value: { content: ours.value } };
}

export function signalResult(
  ours: Result,
): NonNullable<MessageInitShape<typeof pb.SendSignalCommandSchema>["result"]> {
  return ours.kind === "void" ? { case: "void", value: {} } : valueOrFailure(ours);
}

export function notificationId(ours: NotificationId): NonNullable<NotificationInit["id"]> {
  switch (ours.kind) {
    case "completion":
      return { case: "completionId", value: ours.id };
    case "signal":
      return { case: "signalIdx", value: ours.idx };
    case "namedSignal":
      return { case: "signalName", value: ours.name };
  }
}

export function result(ours: NotificationResult): NonNullable<NotificationInit["result"]> {
  switch (ours.kind) {
    case "invocationId":
      return { case: "invocationId", value: ours.invocationId };
    case "stateKeys": {
      const encoder = new TextEncoder();
      return { case: "stateKeys", value: { keys: ours.keys.map((key) => encoder.encode(key)) } };
    }
    default:
      return signalResult(ours);
  }
}

export function target(
  ours: InvocationTarget,
): NonNullable<MessageInitShape<typeof pb.AttachInvocationCommandSchema>["target"]> {
  switch (ours.kind) {
    case "invocationId":
      return { case: "invocationId", value: ours.invocationId };
    case "idempotentRequest": {
      const { serviceName, handlerName, idempotencyKey, serviceKey, scope } = ours;
      return {
        case: "idempotentRequestTarget",
        value: { serviceName, handlerName, idempotencyKey, ...defined({ serviceKey, scope }) },
      };
    }
    case "workflow": {
      const { workflowName, workflowKey, scope } = ours;
      return {
        case: "workflowTarget",
        value: { workflowName, workflowKey, ...defined({ scope }) },
      };
    }
  }
}

export function tree(ours: FutureTree): MessageInitShape<typeof pb.FutureTreeSchema> {
  return {
    completions: [...ours.completions],
    signals: [...ours.signals],
    namedSignals: [...ours.namedSignals],
    nested: ours.nested.map(tree),
    combinator: COMBINATORS[ours.combinator],
  };
}

const COMBINATORS = {
  unknown: pb.FutureTree_Combinator.UNKNOWN,
  firstCompleted: pb.FutureTree_Combinator.FIRST_COMPLETED,
  allCompleted: pb.FutureTree_Combinator.ALL_COMPLETED,
  firstSucceededOrAllFailed: pb.FutureTree_Combinator.FIRST_SUCCEEDED_OR_ALL_FAILED,
  allSucceededOrFirstFailed: pb.FutureTree_Combinator.ALL_SUCCEEDED_OR_FIRST_FAILED,
};
