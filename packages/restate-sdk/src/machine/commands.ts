/**
 * One function per operation: allocates its ids in the order that every Restate SDK uses, and issues its command.
 * Each returns undefined when the attempt is over.
 */
import * as codes from "../errors/codes.js";
import { encodeAwakeableId } from "../protocol/awakeable-id.js";
import type {
  AttachInvocationCommandMessage,
  Header,
  NotificationResult,
  ValueOrFailure,
  VoidOrValue,
} from "../protocol/messages.js";
import type { InvocationMachine } from "./machine.js";
import { CANCEL_SIGNAL } from "./signals.js";

export { CANCEL_SIGNAL };

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
  const result = eagerValue(machine, name);
  if (result !== undefined) {
    const issued = machine.issue({ type: "GetEagerStateCommand", key, result, name: "" });
    return issued ? { kind: "ready", result } : undefined;
  }
  const issued = machine.issue({
    type: "GetLazyStateCommand",
    key,
    resultCompletionId: completionId,
    name: "",
  });
  return issued ? { kind: "pending", completionId } : undefined;
}

/** On replay what the journal says, whatever the state is by now; then what the server sent along. */
function eagerValue(machine: InvocationMachine, name: string): VoidOrValue | undefined {
  if (!machine.isReplaying) return machine.state.get(name);
  const recorded = machine.peekCommandOf("GetEagerStateCommand");
  return recorded?.result;
}

export function readStateKeys(machine: InvocationMachine): Read | undefined {
  const completionId = machine.journal.allocateCompletion();
  const keys = eagerKeys(machine);
  if (keys !== undefined) {
    const issued = machine.issue({ type: "GetEagerStateKeysCommand", keys, name: "" });
    const names = keys.map((key) => decoder.decode(key));
    return issued ? { kind: "ready", result: { kind: "stateKeys", keys: names } } : undefined;
  }
  const issued = machine.issue({
    type: "GetLazyStateKeysCommand",
    resultCompletionId: completionId,
    name: "",
  });
  return issued ? { kind: "pending", completionId } : undefined;
}

function eagerKeys(machine: InvocationMachine): readonly Uint8Array[] | undefined {
  if (!machine.isReplaying) return machine.state.keys()?.map((key) => encoder.encode(key));
  return machine.peekCommandOf("GetEagerStateKeysCommand")?.keys;
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
  if (!isValidTarget(machine, "CallCommand", target)) return undefined;
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
  if (!isValidTarget(machine, "OneWayCallCommand", target)) return undefined;
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

const NON_EMPTY_FIELDS = ["idempotencyKey", "scope", "limitKey"] as const;

/** What Restate would refuse, or what this protocol version cannot say, fails the attempt. */
function isValidTarget(
  machine: InvocationMachine,
  command: "CallCommand" | "OneWayCallCommand",
  target: CallTarget,
): boolean {
  const empty = NON_EMPTY_FIELDS.find((field) => target[field] === "");
  if (empty !== undefined) {
    machine.fail({
      code: codes.INTERNAL,
      message: `The ${empty} of the call to ${target.service}/${target.handler} is empty. Leave it out or give it a value.`,
      relatedCommand: machine.journal.nextCommand(command, target.name ?? ""),
    });
    return false;
  }
  if (target.scope === undefined && target.limitKey === undefined) return true;
  const what = target.scope === undefined ? "A limit key" : "A scope";
  const related = machine.journal.nextCommand(command, target.name ?? "");
  return machine.requireFeature("scope", what, related);
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

export interface SignalTarget {
  readonly invocationId: string;
  readonly signal: string;
}

export function sendSignal(
  machine: InvocationMachine,
  target: SignalTarget,
  result: ValueOrFailure,
): void {
  if (!machine.canCarry(result)) return;
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
  if (!machine.canCarry(result)) return;
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
  if (!machine.canCarry(completion)) return undefined;
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
