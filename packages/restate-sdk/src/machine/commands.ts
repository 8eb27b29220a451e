/**
 * One function per operation: allocates its ids in the order that every Restate SDK uses, and issues its command.
 * Each returns undefined when the attempt is over.
 */
import { codes } from "../errors/codes.js";
import { encodeAwakeableId } from "../protocol/awakeable-id.js";
import { decodeMessage } from "../protocol/decode.js";
import type { Frame } from "../protocol/frame-decoder.js";
import type {
  AttachInvocationCommandMessage,
  GetEagerStateCommandMessage,
  GetEagerStateKeysCommandMessage,
  Header,
  NotificationResult,
  ValueOrFailure,
  VoidOrValue,
} from "../protocol/messages.js";
import type { InvocationMachine } from "./machine.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A read is answered at once from eager state, or later by a completion. */
export type Read =
  | { readonly kind: "ready"; readonly result: NotificationResult }
  | { readonly kind: "pending"; readonly completionId: number };

export interface CallTarget {
  readonly service: string;
  readonly handler: string;
  readonly key: string | undefined;
  readonly headers: readonly Header[];
  readonly idempotencyKey: string | undefined;
  readonly scope: string | undefined;
  readonly limitKey: string | undefined;
  /** Shown in the journal. */
  readonly name: string | undefined;
}

// --- state

export function readState(machine: InvocationMachine, name: string): Read | undefined {
  // Taken even when the answer is at hand: journals number the reads of all SDKs alike.
  const completionId = machine.journal.allocateCompletion();
  const key = encoder.encode(name);
  const recorded = machine.journal.peekRecorded();
  if (recorded?.name === "GetEagerStateCommand") {
    const result = recordedValue(recorded);
    const issued = machine.issue({ type: "GetEagerStateCommand", key, result, name: "" });
    return issued ? { kind: "ready", result } : undefined;
  }
  const known = recorded === undefined ? machine.state.get(name) : undefined;
  if (known !== undefined) {
    const issued = machine.issue({ type: "GetEagerStateCommand", key, result: known, name: "" });
    return issued ? { kind: "ready", result: known } : undefined;
  }
  const issued = machine.issue({
    type: "GetLazyStateCommand",
    key,
    resultCompletionId: completionId,
    name: "",
  });
  return issued ? { kind: "pending", completionId } : undefined;
}

export function readStateKeys(machine: InvocationMachine): Read | undefined {
  const completionId = machine.journal.allocateCompletion();
  const recorded = machine.journal.peekRecorded();
  const keys =
    recorded?.name === "GetEagerStateKeysCommand"
      ? recordedKeys(recorded)
      : recorded === undefined
        ? machine.state.keys()?.map((key) => encoder.encode(key))
        : undefined;
  if (keys !== undefined) {
    const issued = machine.issue({ type: "GetEagerStateKeysCommand", keys, name: "" });
    const names = keys.map((key) => decoder.decode(key));
    return issued
      ? { kind: "ready", result: { kind: "stateKeys", keys: names } }
      : undefined;
  }
  const issued = machine.issue({
    type: "GetLazyStateKeysCommand",
    resultCompletionId: completionId,
    name: "",
  });
  return issued ? { kind: "pending", completionId } : undefined;
}

/** What a recorded eager read answered; the replay answers the same. */
function recordedValue(frame: Frame): VoidOrValue {
  return (decodeMessage(frame.name, frame.payload) as GetEagerStateCommandMessage).result;
}

function recordedKeys(frame: Frame): readonly Uint8Array[] {
  return (decodeMessage(frame.name, frame.payload) as GetEagerStateKeysCommandMessage).keys;
}

export function writeState(machine: InvocationMachine, name: string, value: Uint8Array): void {
  if (!machine.isRunning) return;
  machine.state.set(name, value);
  machine.issue({ type: "SetStateCommand", key: encoder.encode(name), value, name: "" });
}

export function clearState(machine: InvocationMachine, name: string): void {
  if (!machine.isRunning) return;
  machine.state.clear(name);
  machine.issue({ type: "ClearStateCommand", key: encoder.encode(name), name: "" });
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
  const resultCompletionId = machine.journal.allocateCompletion();
  const issued = machine.issue({ type: "SleepCommand", wakeUpTime, resultCompletionId, name });
  return issued ? resultCompletionId : undefined;
}

export interface RunCommand {
  readonly completionId: number;
  /** False when the journal already holds the result: the closure must not run. */
  readonly mustExecute: boolean;
}

export function run(machine: InvocationMachine, name: string): RunCommand | undefined {
  const completionId = machine.journal.allocateCompletion();
  if (!machine.issue({ type: "RunCommand", resultCompletionId: completionId, name })) {
    return undefined;
  }
  const mustExecute = machine.notifications.lookAhead(completionId) === undefined;
  if (mustExecute) {
    machine.runs.register({ completionId, commandIndex: machine.journal.commandIndex, name });
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
  if (!isValidTarget(machine, target)) return undefined;
  const invocationIdCompletionId = machine.journal.allocateCompletion();
  const resultCompletionId = machine.journal.allocateCompletion();
  const issued = machine.issue({
    type: "CallCommand",
    ...targetFields(target),
    parameter,
    invocationIdCompletionId,
    resultCompletionId,
  });
  return issued ? { invocationIdCompletionId, resultCompletionId } : undefined;
}

/** @param invokeTime milliseconds since the epoch, or 0 for "now". */
export function send(
  machine: InvocationMachine,
  target: CallTarget,
  message: { readonly parameter: Uint8Array; readonly invokeTime: number },
): number | undefined {
  if (!isValidTarget(machine, target)) return undefined;
  const invocationIdCompletionId = machine.journal.allocateCompletion();
  const issued = machine.issue({
    type: "OneWayCallCommand",
    ...targetFields(target),
    parameter: message.parameter,
    invokeTime: message.invokeTime,
    invocationIdCompletionId,
  });
  return issued ? invocationIdCompletionId : undefined;
}

function targetFields(target: CallTarget) {
  return {
    serviceName: target.service,
    handlerName: target.handler,
    headers: target.headers,
    key: target.key ?? "",
    idempotencyKey: target.idempotencyKey,
    scope: target.scope,
    limitKey: target.limitKey,
    name: target.name ?? "",
  };
}

function isValidTarget(machine: InvocationMachine, target: CallTarget): boolean {
  return (
    isNotEmpty(machine, target, "idempotencyKey") &&
    isNotEmpty(machine, target, "scope") &&
    isNotEmpty(machine, target, "limitKey") &&
    (target.scope === undefined || machine.requireVersion(7, "A scope")) &&
    (target.limitKey === undefined || machine.requireVersion(7, "A limit key"))
  );
}

function isNotEmpty(
  machine: InvocationMachine,
  target: CallTarget,
  field: "idempotencyKey" | "scope" | "limitKey",
): boolean {
  if (target[field] !== "") return true;
  machine.fail({
    code: codes.INTERNAL,
    message: `The ${field} of the call to ${target.service}/${target.handler} is empty. Leave it out or give it a value.`,
  });
  return false;
}

// --- invocations

type AttachTarget = AttachInvocationCommandMessage["target"];

export function attach(machine: InvocationMachine, target: AttachTarget): number | undefined {
  const resultCompletionId = machine.journal.allocateCompletion();
  const issued = machine.issue({
    type: "AttachInvocationCommand",
    target,
    resultCompletionId,
    name: "",
  });
  return issued ? resultCompletionId : undefined;
}

export function cancelInvocation(machine: InvocationMachine, targetInvocationId: string): void {
  machine.issue({
    type: "SendSignalCommand",
    targetInvocationId,
    signalId: { kind: "idx", idx: CANCEL_SIGNAL },
    result: { kind: "void" },
    name: "",
  });
}

/** The built-in signal that cancels an invocation. */
export const CANCEL_SIGNAL = 1;

export interface SignalTarget {
  readonly invocationId: string;
  readonly signal: string;
}

export function sendSignal(
  machine: InvocationMachine,
  target: SignalTarget,
  result: ValueOrFailure,
): void {
  if (!supportsFailure(machine, result)) return;
  machine.issue({
    type: "SendSignalCommand",
    targetInvocationId: target.invocationId,
    signalId: { kind: "name", name: target.signal },
    result,
    name: "",
  });
}

// --- awakeables

export function createAwakeable(
  machine: InvocationMachine,
): { readonly id: string; readonly signal: number } | undefined {
  if (!machine.isRunning) return undefined;
  const signal = machine.journal.allocateSignal();
  return { id: encodeAwakeableId(machine.start.id, signal), signal };
}

export function completeAwakeable(
  machine: InvocationMachine,
  awakeableId: string,
  result: ValueOrFailure,
): void {
  if (!supportsFailure(machine, result)) return;
  machine.issue({ type: "CompleteAwakeableCommand", awakeableId, result, name: "" });
}

// --- durable promises

export function getPromise(machine: InvocationMachine, key: string): number | undefined {
  const resultCompletionId = machine.journal.allocateCompletion();
  const issued = machine.issue({ type: "GetPromiseCommand", key, resultCompletionId, name: "" });
  return issued ? resultCompletionId : undefined;
}

export function peekPromise(machine: InvocationMachine, key: string): number | undefined {
  const resultCompletionId = machine.journal.allocateCompletion();
  const issued = machine.issue({ type: "PeekPromiseCommand", key, resultCompletionId, name: "" });
  return issued ? resultCompletionId : undefined;
}

export function completePromise(
  machine: InvocationMachine,
  key: string,
  completion: ValueOrFailure,
): number | undefined {
  if (!supportsFailure(machine, completion)) return undefined;
  const resultCompletionId = machine.journal.allocateCompletion();
  const issued = machine.issue({
    type: "CompletePromiseCommand",
    key,
    completion,
    resultCompletionId,
    name: "",
  });
  return issued ? resultCompletionId : undefined;
}

function supportsFailure(machine: InvocationMachine, result: ValueOrFailure): boolean {
  return result.kind === "value" || machine.supportsMetadata(result.failure.metadata.length);
}
