/** The texts of journal mismatches: what was recorded, what runs now, side by side, and what to do about it. */
import { encodeAwakeableId } from "../protocol/awakeable-id.js";
import type { CommandName } from "../protocol/message-types.js";
import type { CommandMessage, NotificationId, SignalId } from "../protocol/messages.js";
import type { FieldDifference, Mismatch } from "./replay-check.js";
import type { Runs } from "./runs.js";
import { CANCEL_SIGNAL } from "./signals.js";
import { targetPath } from "../util/target-path.js";
import { strictUtf8Decoder } from "../util/utf8.js";

const ADVICE = `Usual causes:
 - the code changed while this invocation was in flight: register the new code as a new deployment, so that running invocations finish on the old one
 - a value that differs between attempts decides which operation comes next or what it carries (Date.now(), Math.random(), a database read, an environment variable): take it from ctx.run, ctx.date or ctx.rand
See https://docs.restate.dev/references/errors/#RT0016`;

/** The command that was recorded at this place differs from the executed one. */
export function describeMismatch(mismatch: Mismatch, commandIndex: number): string {
  const lines = [
    `   recorded: ${describeCommand(mismatch.recorded)}`,
    `   executed: ${describeCommand(mismatch.executed)}`,
  ];
  const { differences } = mismatch;
  if (differences.length > 0) lines.push("Differences:", ...differences.map(describeDifference));
  const place = ` at command ${commandIndex}`;
  return report(`${place}: the code does not repeat what it did in an earlier attempt.`, lines);
}

/** What user code awaits, and what it needs to be put into words. */
export interface Awaiting {
  readonly awaited: readonly NotificationId[];
  readonly runs: Runs;
  readonly invocationId: Uint8Array;
}

/** The code awaits something that the recorded commands prove to have been delivered before. */
export function describeStuckReplay(awaiting: Awaiting, nextRecorded: CommandMessage): string {
  const awaited = awaiting.awaited.map((id) => describeAwaited(id, awaiting));
  return report(": the code awaits something that no earlier attempt waited for at this point.", [
    `   awaited: ${awaited.join(", ")}`,
    describeNext(nextRecorded),
  ]);
}

function describeAwaited(id: NotificationId, { runs, invocationId }: Awaiting): string {
  const run = runs.of(id);
  if (run) return run.name === "" ? "run" : `run ${show(run.name)}`;
  switch (id.kind) {
    case "completion":
      return `completion ${id.id}`;
    case "signal":
      if (id.idx === CANCEL_SIGNAL) return "cancellation";
      return `awakeable ${encodeAwakeableId(invocationId, id.idx)}`;
    case "namedSignal":
      return `signal ${show(id.name)}`;
  }
}

/** The handler ended although earlier attempts had gone further. */
export function describeEarlyEnd(nextRecorded: CommandMessage): string {
  return report(": the handler ended before it repeated everything an earlier attempt did.", [
    describeNext(nextRecorded),
  ]);
}

function describeNext(command: CommandMessage): string {
  return `   recorded next: ${describeCommand(command)}`;
}

function report(what: string, lines: readonly string[]): string {
  return [`Journal mismatch${what}`, ...lines, ADVICE].join("\n");
}

/** For example `run "charge"` or `call (Greeter/Ada/greet)`. */
export function describeCommand(command: CommandMessage): string {
  const name = command.name === "" ? "" : ` ${show(command.name)}`;
  const subject = subjectOf(command);
  return `${operationOf(command.type)}${name}${subject === undefined ? "" : ` (${subject})`}`;
}

/** What users call the operation: the command's name without what only the protocol distinguishes. */
function operationOf(type: CommandName): string {
  return type
    .replace("OneWayCall", "Send")
    .replace(/^(In|Out)put/, "Handler$&")
    .replace(/Lazy|Eager|Command/g, "")
    .replace(/(?!^)[A-Z]/g, " $&")
    .toLowerCase();
}

/** What the command is about, apart from its name. */
function subjectOf(command: CommandMessage): string | undefined {
  if ("serviceName" in command) {
    return targetPath(command.serviceName, command.key, command.handlerName);
  }
  if ("signalId" in command) {
    return `${describeSignal(command.signalId)} to ${command.targetInvocationId}`;
  }
  if ("target" in command) {
    const { kind: _, ...parts } = command.target;
    return targetPath(...Object.values(parts));
  }
  if ("awakeableId" in command) return command.awakeableId;
  return "key" in command ? show(command.key) : undefined;
}

function describeSignal(id: SignalId): string {
  if (id.kind === "name") return show(id.name);
  return id.idx === CANCEL_SIGNAL ? "cancellation" : `signal ${id.idx}`;
}

function describeDifference({ field, recorded, executed }: FieldDifference): string {
  return `   ${field}: recorded ${show(recorded)}, executed ${show(executed)}`;
}

const MAX_SHOWN = 200;

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value instanceof Uint8Array) return showBytes(value);
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (typeof value !== "object" || value === null) return shorten(JSON.stringify(value));
  const fields = Object.entries(value).map(([key, field]) => `${key}: ${show(field)}`);
  return `{ ${fields.join(", ")} }`;
}

/** Payloads are mostly JSON text; anything else is shown by its size. */
function showBytes(bytes: Uint8Array): string {
  try {
    return shorten(strictUtf8Decoder.decode(bytes));
  } catch {
    return `${bytes.length} bytes`;
  }
}

function shorten(text: string): string {
  return text.length <= MAX_SHOWN
    ? text
    : `${text.slice(0, MAX_SHOWN)}… (${text.length} characters)`;
}
