/** What protobuf-es read, in the shapes of our messages. */
import type {
  Failure,
  FutureTree,
  Header,
  InvocationTarget,
  NotificationId,
  NotificationResult,
  Result,
  ValueOrFailure,
} from "../../../packages/restate-sdk/src/protocol/messages.js";
import * as pb from "./gen/restate-protocol_pb.js";

export function header({ key, value }: { key: string; value: string }): Header {
  return { key, value };
}

export function value(seen: pb.Value | undefined): Uint8Array {
  return seen?.content ?? new Uint8Array(0);
}

export function failure(seen: pb.Failure | undefined): Failure {
  if (seen === undefined) throw new Error("the message has no result");
  return { code: seen.code, message: seen.message, metadata: seen.metadata.map(header) };
}

export function valueOrFailure(seen: pb.OutputCommand["result"]): ValueOrFailure {
  return seen.case === "value"
    ? { kind: "value", value: seen.value.content }
    : { kind: "failure", failure: failure(seen.value) };
}

export function signalResult(seen: pb.SendSignalCommand["result"]): Result {
  return seen.case === "void" ? { kind: "void" } : valueOrFailure(seen);
}

export function notificationId(seen: pb.Notification["id"]): NotificationId {
  switch (seen.case) {
    case "completionId":
      return { kind: "completion", id: seen.value };
    case "signalIdx":
      return { kind: "signal", idx: seen.value };
    case "signalName":
      return { kind: "namedSignal", name: seen.value };
    case undefined:
      throw new Error("the notification has no id");
  }
}

export function result(seen: pb.Notification["result"]): NotificationResult {
  switch (seen.case) {
    case "invocationId":
      return { kind: "invocationId", invocationId: seen.value };
    case "stateKeys": {
      const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
      return { kind: "stateKeys", keys: seen.value.keys.map((key) => decoder.decode(key)) };
    }
    default:
      return signalResult(seen);
  }
}

export function target(seen: pb.AttachInvocationCommand["target"]): InvocationTarget {
  switch (seen.case) {
    case "invocationId":
      return { kind: "invocationId", invocationId: seen.value };
    case "idempotentRequestTarget": {
      const { serviceName, serviceKey, handlerName, idempotencyKey, scope } = seen.value;
      const kind = "idempotentRequest";
      return { kind, serviceName, serviceKey, handlerName, idempotencyKey, scope };
    }
    case "workflowTarget": {
      const { workflowName, workflowKey, scope } = seen.value;
      return { kind: "workflow", workflowName, workflowKey, scope };
    }
    case undefined:
      throw new Error("the command has no target");
  }
}

export function tree(seen: pb.FutureTree | undefined): FutureTree {
  return {
    combinator: COMBINATORS[seen?.combinator ?? 0],
    completions: seen?.completions ?? [],
    signals: seen?.signals ?? [],
    namedSignals: seen?.namedSignals ?? [],
    nested: seen?.nested.map(tree) ?? [],
  };
}

const COMBINATORS = {
  [pb.FutureTree_Combinator.UNKNOWN]: "unknown",
  [pb.FutureTree_Combinator.FIRST_COMPLETED]: "firstCompleted",
  [pb.FutureTree_Combinator.ALL_COMPLETED]: "allCompleted",
  [pb.FutureTree_Combinator.FIRST_SUCCEEDED_OR_ALL_FAILED]: "firstSucceededOrAllFailed",
  [pb.FutureTree_Combinator.ALL_SUCCEEDED_OR_FIRST_FAILED]: "allSucceededOrFirstFailed",
} as const;
