/**
 * One function per operation: allocates its ids in the order that every Restate SDK uses, and issues its command.
 * Each returns undefined when the attempt is over.
 */
import * as codes from "../errors/codes.js";
import { encodeAwakeableId } from "../protocol/awakeable-id.js";
import type {
  AttachInvocationCommandMessage,
  CallCommandMessage,
  CommandMessage,
  OneWayCallCommandMessage,
  NotificationResult,
  Result,
  SendSignalCommandMessage,
  ValueOrFailure,
} from "../protocol/messages.js";
import { VOID } from "../protocol/parts.js";
import { encodeText, utf8Decoder } from "../util/utf8.js";
import type { InvocationMachine } from "./machine.js";
import { CANCEL_SIGNAL } from "./signals.js";

export { CANCEL_SIGNAL };

/** A read is answered at once from eager state, or later by a completion of this id. */
export type Read = NotificationResult | number | undefined;

/** What calls and sends have in common. */
export type CallTarget = Pick<
  CallCommandMessage,
  | "serviceName"
  | "handlerName"
  | "headers"
  | "key"
  | "idempotencyKey"
  | "scope"
  | "limitKey"
  | "name"
>;

// --- state

export function readState(machine: InvocationMachine, name: string): Read {
  const key = encodeText(name);
  // On replay what the journal says, whatever the state is by now; then what the server sent along.
  const result = machine.isReplaying
    ? machine.peekCommandOf("GetEagerStateCommand")?.result
    : machine.state.get(name);
  if (!result) return issueForResult(machine, { type: "GetLazyStateCommand", key });
  skipCompletion(machine);
  const issued = machine.issue({ type: "GetEagerStateCommand", key, result, name: "" });
  return issued ? result : undefined;
}

export function readStateKeys(machine: InvocationMachine): Read {
  const keys = machine.isReplaying
    ? machine.peekCommandOf("GetEagerStateKeysCommand")?.keys
    : machine.state.keys()?.map((key) => encodeText(key));
  if (!keys) return issueForResult(machine, { type: "GetLazyStateKeysCommand" });
  skipCompletion(machine);
  const issued = machine.issue({ type: "GetEagerStateKeysCommand", keys, name: "" });
  const names = keys.map((key) => utf8Decoder.decode(key));
  return issued ? { kind: "stateKeys", keys: names } : undefined;
}

/** Journals number the reads of all SDKs alike, also when the answer is at hand. */
function skipCompletion(machine: InvocationMachine): void {
  machine.journal.newCompletion();
}

export function writeState(machine: InvocationMachine, name: string, value: Uint8Array): void {
  if (!machine.isRunning) return;
  machine.state.set(name, value);
  machine.issue({ type: "SetStateCommand", key: encodeText(name), value, name: "" });
}

export function clearState(machine: InvocationMachine, name: string): void {
  if (!machine.isRunning) return;
  machine.state.clear(name);
  machine.issue({ type: "ClearStateCommand", key: encodeText(name), name: "" });
}

export function clearAllState(machine: InvocationMachine): void {
  if (!machine.isRunning) return;
  machine.state.clearAll();
  machine.issue({ type: "ClearAllStateCommand", name: "" });
}

// --- timers, runs

export function sleep(
  machine: InvocationMachine,
  wakeUpTime: number,
  name: string,
): number | undefined {
  return issueForResult(machine, { type: "SleepCommand", wakeUpTime, name });
}

export interface RunCommand {
  readonly completionId: number;
  /** False when the journal already holds the result: the closure must not run. */
  readonly mustExecute: boolean;
}

export function run(machine: InvocationMachine, name: string): RunCommand | undefined {
  const completionId = machine.journal.newCompletion();
  if (!machine.issue({ type: "RunCommand", resultCompletionId: completionId, name })) {
    return undefined;
  }
  const mustExecute = machine.notifications.lookAhead(completionId) === undefined;
  if (mustExecute) {
    machine.runs.register(completionId, machine.journal.lastCommand);
  }
  return { completionId, mustExecute };
}

// --- calls

export interface CallCommand {
  readonly invocationIdCompletionId: number;
  readonly resultCompletionId: number;
}

export function call(
  machine: InvocationMachine,
  target: CallTarget,
  parameter: Uint8Array,
): CallCommand | undefined {
  if (!isValidTarget(machine, "CallCommand", target)) return undefined;
  const invocationIdCompletionId = machine.journal.newCompletion();
  const resultCompletionId = machine.journal.newCompletion();
  const ids = { invocationIdCompletionId, resultCompletionId };
  return machine.issue({ type: "CallCommand", ...target, parameter, ...ids }) ? ids : undefined;
}

/** @param message `invokeTime` is in milliseconds since the epoch, or 0 for "now" */
export function send(
  machine: InvocationMachine,
  target: CallTarget,
  message: Pick<OneWayCallCommandMessage, "parameter" | "invokeTime">,
): number | undefined {
  if (!isValidTarget(machine, "OneWayCallCommand", target)) return undefined;
  const invocationIdCompletionId = machine.journal.newCompletion();
  const type = "OneWayCallCommand";
  const issued = machine.issue({ type, ...target, ...message, invocationIdCompletionId });
  return issued ? invocationIdCompletionId : undefined;
}

const NON_EMPTY_FIELDS = ["idempotencyKey", "scope", "limitKey"] as const;

/** What Restate would refuse, or what this protocol version cannot say, fails the attempt. */
function isValidTarget(
  machine: InvocationMachine,
  command: "CallCommand" | "OneWayCallCommand",
  target: CallTarget,
): boolean {
  const { serviceName, handlerName, scope, limitKey } = target;
  const empty = NON_EMPTY_FIELDS.find((field) => target[field] === "");
  if ((empty ?? scope ?? limitKey) === undefined) return true;
  const relatedCommand = machine.journal.nextCommand(command, target.name);
  if (!empty) return machine.requireFeature("scope", "A scope or limit key", relatedCommand);
  const message = `The ${empty} of the call to ${serviceName}/${handlerName} is empty. Leave it out or give it a value.`;
  machine.fail({ code: codes.INTERNAL, message, relatedCommand });
  return false;
}

// --- invocations

type AttachTarget = AttachInvocationCommandMessage["target"];

export function attach(machine: InvocationMachine, target: AttachTarget): number | undefined {
  return issueForResult(machine, { type: "AttachInvocationCommand", target });
}

export function cancelInvocation(machine: InvocationMachine, targetInvocationId: string): void {
  const signalId = { kind: "idx", idx: CANCEL_SIGNAL } as const;
  sendSignal(machine, { targetInvocationId, signalId }, VOID);
}

export type SignalTarget = Pick<SendSignalCommandMessage, "targetInvocationId" | "signalId">;

export function sendSignal(machine: InvocationMachine, target: SignalTarget, result: Result): void {
  if (!machine.canCarry(result)) return;
  machine.issue({ type: "SendSignalCommand", ...target, result, name: "" });
}

// --- awakeables

export function createAwakeable(
  machine: InvocationMachine,
): { readonly id: string; readonly signal: number } | undefined {
  if (!machine.isRunning) return undefined;
  const signal = machine.journal.newSignal();
  return { id: encodeAwakeableId(machine.start.id, signal), signal };
}

export function completeAwakeable(
  machine: InvocationMachine,
  awakeableId: string,
  result: ValueOrFailure,
): void {
  if (!machine.canCarry(result)) return;
  machine.issue({ type: "CompleteAwakeableCommand", awakeableId, result, name: "" });
}

// --- durable promises

export function getPromise(machine: InvocationMachine, key: string): number | undefined {
  return issueForResult(machine, { type: "GetPromiseCommand", key });
}

export function peekPromise(machine: InvocationMachine, key: string): number | undefined {
  return issueForResult(machine, { type: "PeekPromiseCommand", key });
}

export function completePromise(
  machine: InvocationMachine,
  key: string,
  completion: ValueOrFailure,
): number | undefined {
  if (!machine.canCarry(completion)) return undefined;
  return issueForResult(machine, { type: "CompletePromiseCommand", key, completion });
}

/** Only sleeps have names, among these. */
type Unnumbered<TCommand> = TCommand extends { readonly resultCompletionId: number }
  ? Omit<TCommand, "resultCompletionId" | "name"> & { readonly name?: string }
  : never;

/** @returns the id of the completion that will carry the result */
function issueForResult(
  machine: InvocationMachine,
  command: Unnumbered<CommandMessage>,
): number | undefined {
  const resultCompletionId = machine.journal.newCompletion();
  const issued = machine.issue({ name: "", ...command, resultCompletionId });
  return issued ? resultCompletionId : undefined;
}
