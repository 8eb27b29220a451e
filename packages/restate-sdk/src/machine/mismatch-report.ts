/** The texts of journal mismatches: what was recorded, what runs now, side by side, and what to do about it. */
import type { CommandMessage } from "../protocol/messages.js";
import type { MessageName } from "../protocol/message-types.js";
import type { FieldDifference, Mismatch } from "./replay-check.js";

const ADVICE = `Usual causes:
 - the code changed while this invocation was in flight: register the new code as a new deployment, so that running invocations finish on the old one
 - a value that differs between attempts decides which operation comes next or what it carries (Date.now(), Math.random(), a database read, an environment variable): take it from ctx.run, ctx.date or ctx.rand
Documentation: https://docs.restate.dev/references/errors/#RT0016`;

/** The command that was recorded at this place differs from the executed one. */
export function describeMismatch(mismatch: Mismatch, commandIndex: number): string {
  const lines = [
    `Journal mismatch at command ${String(commandIndex)}: the code does not repeat what it did in an earlier attempt.`,
    `   recorded: ${describeCommand(mismatch.recorded)}`,
    `   executed: ${describeCommand(mismatch.executed)}`,
  ];
  if (mismatch.kind === "fields") {
    lines.push("Differences:");
    for (const difference of mismatch.differences) lines.push(describeDifference(difference));
  }
  lines.push(ADVICE);
  return lines.join("\n");
}

/** The code awaits something that the recorded commands prove to have been delivered before. */
export function describeStuckReplay(
  awaited: readonly string[],
  nextRecorded: CommandMessage,
  nextIndex: number,
): string {
  return [
    "Journal mismatch: the code awaits something that no earlier attempt waited for at this point.",
    `   awaited: ${awaited.join(", ")}`,
    `   recorded next: ${describeCommand(nextRecorded)} (command ${String(nextIndex)})`,
    ADVICE,
  ].join("\n");
}

/** The handler ended although earlier attempts had gone further. */
export function describeEarlyEnd(nextRecorded: CommandMessage, nextIndex: number): string {
  return [
    "Journal mismatch: the handler ended before it repeated everything an earlier attempt did.",
    `   recorded next: ${describeCommand(nextRecorded)} (command ${String(nextIndex)})`,
    ADVICE,
  ].join("\n");
}

/** What users call the operation behind a command. */
const OPERATIONS: Partial<Record<MessageName, string>> = {
  InputCommand: "handler input",
  OutputCommand: "handler result",
  GetLazyStateCommand: "get state",
  GetEagerStateCommand: "get state",
  GetLazyStateKeysCommand: "get state keys",
  GetEagerStateKeysCommand: "get state keys",
  SetStateCommand: "set state",
  ClearStateCommand: "clear state",
  ClearAllStateCommand: "clear all state",
  GetPromiseCommand: "await promise",
  PeekPromiseCommand: "peek promise",
  CompletePromiseCommand: "complete promise",
  SleepCommand: "sleep",
  CallCommand: "call",
  OneWayCallCommand: "send",
  SendSignalCommand: "send signal",
  RunCommand: "run",
  AttachInvocationCommand: "attach to invocation",
  GetInvocationOutputCommand: "get invocation output",
  CompleteAwakeableCommand: "complete awakeable",
};

export function describeCommand(command: CommandMessage): string {
  const operation = OPERATIONS[command.type] ?? command.type;
  const subject = subjectOf(command);
  const name = command.name === "" ? "" : ` "${command.name}"`;
  return subject === "" ? `${operation}${name}` : `${operation}${name} (${subject})`;
}

function subjectOf(command: CommandMessage): string {
  switch (command.type) {
    case "CallCommand":
    case "OneWayCallCommand": {
      const key = command.key === "" ? "" : `/${command.key}`;
      return `${command.serviceName}${key}/${command.handlerName}`;
    }
    case "GetLazyStateCommand":
    case "GetEagerStateCommand":
    case "SetStateCommand":
    case "ClearStateCommand":
      return `key ${show(command.key)}`;
    case "GetPromiseCommand":
    case "PeekPromiseCommand":
    case "CompletePromiseCommand":
      return `promise "${command.key}"`;
    case "SendSignalCommand":
      return `to ${command.targetInvocationId}`;
    case "CompleteAwakeableCommand":
      return command.awakeableId;
    default:
      return "";
  }
}

function describeDifference({ field, recorded, executed }: FieldDifference): string {
  return `   ${field}: recorded ${show(recorded)}, executed ${show(executed)}`;
}

const MAX_SHOWN = 200;

function show(value: unknown): string {
  if (value instanceof Uint8Array) return showBytes(value);
  if (value === undefined) return "nothing";
  if (typeof value === "string") return shorten(JSON.stringify(value));
  if (typeof value !== "object" || value === null) return String(value);
  const fields = Object.entries(value as Record<string, unknown>);
  return `{ ${fields.map(([key, field]) => `${key}: ${show(field)}`).join(", ")} }`;
}

/** Payloads are mostly JSON text; anything else is shown by its size. */
function showBytes(bytes: Uint8Array): string {
  try {
    return shorten(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return `${String(bytes.length)} bytes`;
  }
}

function shorten(text: string): string {
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}… (${String(text.length)} characters)`;
}
