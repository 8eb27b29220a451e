/** One command of every type, with every field filled in. */
import type { CommandMessage } from "../protocol/messages.js";
import { failure, input, nothing, text, value } from "./messages.fixture.js";

const target = {
  serviceName: "Greeter",
  handlerName: "greet",
  parameter: text("1"),
  headers: [{ key: "a", value: "1" }],
  key: "Ada",
  idempotencyKey: "once",
  scope: "tenant",
  limitKey: "tenant/a",
} as const;

export const COMMANDS: readonly CommandMessage[] = [
  input("Ada"),
  { type: "OutputCommand", result: value("done"), name: "n" },
  { type: "GetLazyStateCommand", key: text("cart"), resultCompletionId: 1, name: "n" },
  { type: "GetEagerStateCommand", key: text("cart"), result: value(1), name: "n" },
  { type: "GetLazyStateKeysCommand", resultCompletionId: 1, name: "n" },
  { type: "GetEagerStateKeysCommand", keys: [text("a"), text("b")], name: "n" },
  { type: "SetStateCommand", key: text("cart"), value: text("1"), name: "n" },
  { type: "ClearStateCommand", key: text("cart"), name: "n" },
  { type: "ClearAllStateCommand", name: "n" },
  { type: "GetPromiseCommand", key: "paid", resultCompletionId: 1, name: "n" },
  { type: "PeekPromiseCommand", key: "paid", resultCompletionId: 1, name: "n" },
  {
    type: "CompletePromiseCommand",
    key: "paid",
    completion: value(1),
    resultCompletionId: 1,
    name: "n",
  },
  { type: "SleepCommand", wakeUpTime: 1_000, resultCompletionId: 1, name: "n" },
  {
    type: "CallCommand",
    ...target,
    invocationIdCompletionId: 1,
    resultCompletionId: 2,
    name: "n",
  },
  {
    type: "OneWayCallCommand",
    ...target,
    invokeTime: 1_000,
    invocationIdCompletionId: 1,
    name: "n",
  },
  {
    type: "SendSignalCommand",
    targetInvocationId: "inv_2",
    signalId: { kind: "name", name: "approved" },
    result: value(true),
    name: "n",
  },
  { type: "RunCommand", resultCompletionId: 1, name: "charge" },
  {
    type: "AttachInvocationCommand",
    target: { kind: "invocationId", invocationId: "inv_2" },
    resultCompletionId: 1,
    name: "n",
  },
  {
    type: "GetInvocationOutputCommand",
    target: { kind: "invocationId", invocationId: "inv_2" },
    resultCompletionId: 1,
    name: "n",
  },
  {
    type: "CompleteAwakeableCommand",
    awakeableId: "sign_1abc",
    result: failure(404, "gone", [{ key: "a", value: "b" }]),
    name: "n",
  },
];

/** Another value for a field, of the same kind. */
export function otherValue(current: unknown): unknown {
  if (typeof current === "string") return `${current}2`;
  if (typeof current === "number") return current + 1;
  if (current instanceof Uint8Array) return text("other");
  if (Array.isArray(current)) return [...(current as unknown[]), current[0]];
  return current === nothing ? value(2) : changed(current as Record<string, unknown>);
}

/** The last field of a value changed, or of a value in it. */
function changed(fields: Record<string, unknown>): Record<string, unknown> {
  const last = Object.keys(fields).at(-1);
  return last === undefined ? { ...fields } : { ...fields, [last]: otherValue(fields[last]) };
}
