/** The messages of both sides, ready to send: what cases are made of. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import { concatBytes, encodeFrame, encodePayload } from "../support/scripted-server/frames.js";
import type { MessageName, SchemaOf } from "../support/scripted-server/message-types.js";

export type Version = 5 | 6 | 7;

/** What the server sends first: Start, the input, the recorded journal. */
export function opening(
  version: Version,
  options: {
    input: unknown;
    key?: string;
    state?: Record<string, unknown>;
    journal?: readonly Uint8Array[];
  },
): Uint8Array[] {
  const { input, key = "", state = {}, journal = [] } = options;
  const stateMap = Object.entries(state).map(([name, content]) => ({
    key: utf8(name),
    value: json(content),
  }));
  return [
    message("Start", {
      id: Buffer.alloc(24, 7),
      debugId: "inv_1benchbenchbenchbenchbenchben",
      knownEntries: 1 + journal.length,
      stateMap,
      key,
      ...(version >= 6 && { randomSeed: 42n }),
    }),
    message("InputCommand", { value: { content: json(input) } }),
    ...journal,
  ];
}

/** What the server answers to a proposal: the result in V5 and V6, an acknowledgement from V7 on. */
export function runReply(version: Version, id: number, result: unknown): Uint8Array {
  return version >= 7
    ? message("ProposeRunCompletionAck", { completionId: id })
    : runCompletion(id, result);
}

/** A run as it is sent: its command and the proposal of its result. */
export function run(id: number, result: unknown): Uint8Array {
  return concatBytes([runCommand(id), proposal(id, result)]);
}

export function runCommand(id: number): Uint8Array {
  return message("RunCommand", { resultCompletionId: id, name: "step" });
}

export function proposal(id: number, result: unknown): Uint8Array {
  return message("ProposeRunCompletion", {
    resultCompletionId: id,
    result: { case: "value", value: json(result) },
  });
}

export function runCompletion(id: number, result: unknown): Uint8Array {
  return message("RunCompletion", {
    id: { case: "completionId", value: id },
    result: value(result),
  });
}

/** The nth call of a handler, from 0 on; each takes two completion ids. */
export function call(index: number): Uint8Array {
  return message("CallCommand", {
    serviceName: "Callee",
    handlerName: "answer",
    parameter: json(index),
    invocationIdCompletionId: 2 * index + 1,
    resultCompletionId: 2 * index + 2,
  });
}

export function callReply(index: number): Uint8Array[] {
  return [
    message("CallInvocationIdCompletion", {
      id: { case: "completionId", value: 2 * index + 1 },
      result: { case: "invocationId", value: "inv_1calleecalleecalleecalleecal" },
    }),
    message("CallCompletion", {
      id: { case: "completionId", value: 2 * index + 2 },
      result: value(`answer ${index}`),
    }),
  ];
}

export function getEagerState(key: string, content: unknown): Uint8Array {
  return message("GetEagerStateCommand", { key: utf8(key), result: value(content) });
}

export function setState(key: string, content: unknown): Uint8Array {
  return message("SetStateCommand", { key: utf8(key), value: { content: json(content) } });
}

/** The end of every invocation here: its output, and End. */
export function output(result: unknown): Uint8Array {
  return concatBytes([message("OutputCommand", { result: value(result) }), message("End", {})]);
}

export function size(messages: readonly Uint8Array[]): number {
  return messages.reduce((total, { length }) => total + length, 0);
}

function message<TName extends MessageName>(
  name: TName,
  fields: MessageInitShape<SchemaOf<TName>>,
): Uint8Array {
  return encodeFrame(name, encodePayload(name, fields));
}

function value(content: unknown) {
  return { case: "value", value: { content: json(content) } } as const;
}

function json(content: unknown): Uint8Array {
  return utf8(JSON.stringify(content));
}

function utf8(text: string): Uint8Array {
  return Buffer.from(text);
}
