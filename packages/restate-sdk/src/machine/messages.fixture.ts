/** Messages as a server or an earlier attempt would have written them. */
import { serde } from "@restatedev/restate-sdk-core";
import type { NotificationName } from "../protocol/message-types.js";
import type {
  CommandMessage,
  Header,
  InputCommandMessage,
  Message,
  NotificationMessage,
  NotificationResult,
  StartMessage,
  ValueOrFailure,
} from "../protocol/messages.js";
import type { ProtocolVersion } from "../protocol/version.js";

export function start(fields: Partial<StartMessage> = {}): StartMessage {
  return {
    type: "Start",
    id: new Uint8Array([1, 2, 3]),
    debugId: "inv_1",
    knownEntries: 1,
    stateMap: [],
    partialState: true,
    key: "Ada",
    retryCountSinceLastStoredEntry: 0,
    durationSinceLastStoredEntry: 0,
    randomSeed: 42n,
    scope: undefined,
    limitKey: undefined,
    idempotencyKey: undefined,
    ...fields,
  };
}

export function input(value: unknown, headers: readonly Header[] = []): InputCommandMessage {
  return { type: "InputCommand", headers, value: json(value), name: "" };
}

export function json(value: unknown): Uint8Array {
  return serde.json.serialize(value);
}

export function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

export const nothing = { kind: "void" } as const satisfies NotificationResult;

export function value(content: unknown): Extract<ValueOrFailure, { kind: "value" }> {
  return { kind: "value", value: json(content) };
}

export function failure(
  code: number,
  message: string,
  metadata: readonly Header[] = [],
): Extract<ValueOrFailure, { kind: "failure" }> {
  return { kind: "failure", failure: { code, message, metadata } };
}

/** A completion; which operation it completes is not looked at beyond the form of its result. */
export function completion(id: number, result: NotificationResult): NotificationMessage {
  const types = {
    void: "SleepCompletionNotification",
    value: "RunCompletionNotification",
    failure: "RunCompletionNotification",
    invocationId: "CallInvocationIdCompletionNotification",
    stateKeys: "GetLazyStateKeysCompletionNotification",
  } as const satisfies Record<NotificationResult["kind"], NotificationName>;
  return { type: types[result.kind], id: { kind: "completion", id }, result };
}

export function invocationId(id: string): NotificationResult {
  return { kind: "invocationId", invocationId: id };
}

export function signal(id: number | string, result: NotificationResult): NotificationMessage {
  return {
    type: "SignalNotification",
    id: typeof id === "number" ? { kind: "signal", idx: id } : { kind: "namedSignal", name: id },
    result,
  };
}

export const cancelSignal: NotificationMessage = signal(1, nothing);

/** A server that does at once whatever it is asked: runs are durable, timers fire, calls return "done". */
export function obliging(version: ProtocolVersion): (message: Message) => readonly Message[] {
  return (message) => {
    switch (message.type) {
      case "ProposeRunCompletion": {
        const id = message.resultCompletionId;
        if (version < 7) return [completion(id, message.result)];
        return [{ type: "ProposeRunCompletionAck", completionId: id }];
      }
      case "SleepCommand":
        return [completion(message.resultCompletionId, nothing)];
      case "CallCommand":
        return [
          completion(message.invocationIdCompletionId, invocationId("inv_callee")),
          completion(message.resultCompletionId, value("done")),
        ];
      case "OneWayCallCommand":
        return [completion(message.invocationIdCompletionId, invocationId("inv_callee"))];
      case "GetLazyStateCommand":
        return [completion(message.resultCompletionId, nothing)];
      case "AttachInvocationCommand":
      case "GetPromiseCommand":
        return [completion(message.resultCompletionId, value("done"))];
      case "PeekPromiseCommand":
      case "CompletePromiseCommand":
        return [completion(message.resultCompletionId, nothing)];
      default:
        return [];
    }
  };
}

/** The commands among messages, which is what a replay is compared with. */
export function commandsOf(messages: readonly Message[]): CommandMessage[] {
  return messages.filter((message): message is CommandMessage => message.type.endsWith("Command"));
}
