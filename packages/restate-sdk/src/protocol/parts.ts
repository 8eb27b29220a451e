/** Kinds of fields that are the protocol's own: headers, results, targets of commands, trees of futures. */
import {
  bytes,
  describe,
  isDescribing,
  nestedReader,
  NO_ELEMENTS,
  optionalString,
  readValue,
  string,
  uint32,
  writeNested,
  type Reading,
  type Table,
} from "./fields.js";
import type {
  Combinator,
  ErrorBehavior,
  Failure,
  FutureTree,
  Header,
  InvocationTarget,
  Result,
  SignalId,
  StateEntry,
} from "./messages.js";
import {
  enterMessage,
  leaveMessage,
  nextField,
  NO_BYTES,
  readBytes,
  readString,
  readUint32,
  skipField,
} from "./reader.js";
import { FEATURES_SINCE, type ProtocolVersion } from "./version.js";
import {
  beginMessage,
  endMessage,
  writeBytes,
  writeString,
  writeUint32,
  writeUint32s,
  writeValue,
} from "./writer.js";

/** Read as a copy: it is kept as long as the invocation runs, and should not keep a whole chunk with it. */
export function invocationIdBytes(number: number, id: Uint8Array): void {
  if (isDescribing) describe(number, id, ID_BYTES);
  else bytes(number, id);
}
const ID_BYTES: Reading = [NO_BYTES, () => new Uint8Array(readBytes())];

// ---- Lists ----

// Pairs are frequent: they do without tables, which are slower.

const HEADERS: Reading = [NO_ELEMENTS, () => readPair(readString, "")];

export function headers(number: number, list: readonly Header[]): void {
  if (isDescribing) describe(number, list, HEADERS);
  else {
    for (const { key, value } of list) {
      const start = beginMessage(number);
      string(1, key);
      string(2, value);
      endMessage(start);
    }
  }
}

const STATE_MAP: Reading = [NO_ELEMENTS, () => readPair(readBytes, NO_BYTES)];

export function stateMap(number: number, entries: readonly StateEntry[]): void {
  if (isDescribing) describe(number, entries, STATE_MAP);
  else {
    for (const { key, value } of entries) {
      const start = beginMessage(number);
      bytes(1, key);
      bytes(2, value);
      endMessage(start);
    }
  }
}

/** The field that the reader is at. */
function readPair<TPart>(read: () => TPart, none: TPart): { key: TPart; value: TPart } {
  let key = none;
  let value = none;
  const outerEnd = enterMessage();
  for (let number = nextField(); number !== 0; number = nextField()) {
    if (number === 1) key = read();
    else if (number === 2) value = read();
    else skipField();
  }
  leaveMessage(outerEnd);
  return { key, value };
}

/** Keys in a StateKeys message, which is written even when there are none. */
export function stateKeys(number: number, keys: readonly Uint8Array[]): void {
  if (isDescribing) describe(number, keys, STATE_KEYS);
  else {
    const start = beginMessage(number);
    for (const key of keys) writeBytes(1, key);
    endMessage(start);
  }
}
const STATE_KEYS: Reading = [[], () => readKeys(readBytes)];

/** The content of a StateKeys message. */
export function readKeys<TKey>(read: () => TKey): TKey[] {
  const keys: TKey[] = [];
  const outerEnd = enterMessage();
  for (let number = nextField(); number !== 0; number = nextField()) {
    if (number === 1) keys.push(read());
    else skipField();
  }
  leaveMessage(outerEnd);
  return keys;
}

// ---- Results: void, value and failure have consecutive numbers wherever they travel ----

/** The number is that of void. */
export function anyResult(number: number, result: Result): void {
  if (isDescribing) describe(number, result, [null, readVoid, readValueResult, readFailureResult]);
  else if (result.kind === "void") endMessage(beginMessage(number));
  else if (result.kind === "value") writeValue(number + 1, result.value);
  else writeNested(number + 2, FAILURE, result.failure);
}

/** The number is that of the value. */
export function valueOrFailure(number: number, result: Result): void {
  if (isDescribing) describe(number, result, [null, readValueResult, readFailureResult]);
  else anyResult(number - 1, result);
}

/** The number is that of void. */
export function voidOrValue(number: number, result: Result): void {
  if (isDescribing) describe(number, result, [null, readVoid, readValueResult]);
  else anyResult(number, result);
}

/** A run proposal's value or failure: here the value is bare bytes. */
export function proposedResult(number: number, result: Result): void {
  if (isDescribing) describe(number, result, [null, readBareValue, readFailureResult]);
  else if (result.kind === "value") writeBytes(number, result.value);
  else anyResult(number - 1, result);
}

const FAILURE: Table<Failure> = (failure) => {
  uint32(1, failure.code);
  string(2, failure.message);
  headers(3, failure.metadata);
};
const readFailure = nestedReader<Failure>({}, FAILURE);

export const VOID = { kind: "void" } as const satisfies Result;

export function readVoid(): Result {
  skipField();
  return VOID;
}

export function readValueResult(): Result {
  return { kind: "value", value: readValue() };
}

export function readFailureResult(): Result {
  return { kind: "failure", failure: readFailure() };
}

function readBareValue(): Result {
  return { kind: "value", value: readBytes() };
}

// ---- What commands are aimed at ----

export function signalId(number: number, id: SignalId): void {
  if (isDescribing) describe(number, id, [null, readSignalIndex, readSignalName]);
  else if (id.kind === "idx") writeUint32(number, id.idx);
  else writeString(number + 1, id.name);
}

function readSignalIndex(): SignalId {
  return { kind: "idx", idx: readUint32() };
}

function readSignalName(): SignalId {
  return { kind: "name", name: readString() };
}

type TargetOf<TKind extends InvocationTarget["kind"]> = Extract<
  InvocationTarget,
  { readonly kind: TKind }
>;

export function target(number: number, target: InvocationTarget): void {
  if (isDescribing) describe(number, target, TARGET);
  else if (target.kind === "invocationId") writeString(number, target.invocationId);
  else if (target.kind === "workflow") writeNested(number + 3, WORKFLOW, target);
  else writeNested(number + 2, IDEMPOTENT_REQUEST, target);
}

const IDEMPOTENT_REQUEST: Table<TargetOf<"idempotentRequest">> = (request) => {
  string(1, request.serviceName);
  optionalString(2, request.serviceKey);
  string(3, request.handlerName);
  string(4, request.idempotencyKey);
  optionalString(5, request.scope);
};

const WORKFLOW: Table<TargetOf<"workflow">> = (workflow) => {
  string(1, workflow.workflowName);
  string(2, workflow.workflowKey);
  optionalString(3, workflow.scope);
};

const TARGET: Reading = [
  null,
  () => ({ kind: "invocationId", invocationId: readString() }),
  undefined,
  nestedReader({ kind: "idempotentRequest" }, IDEMPOTENT_REQUEST),
  nestedReader({ kind: "workflow" }, WORKFLOW),
];

// ---- What attempts end with: only servers read these ----

const BEHAVIORS: readonly ErrorBehavior[] = ["retry", "pause", "fail"];

export const COMBINATORS: readonly Combinator[] = [
  "unknown",
  "firstCompleted",
  "allCompleted",
  "firstSucceededOrAllFailed",
  "allSucceededOrFirstFailed",
];

export function behavior(number: number, value: ErrorBehavior): void {
  if (isDescribing) describe(number, value, BEHAVIOR);
  else uint32(number, BEHAVIORS.indexOf(value));
}
const BEHAVIOR: Reading = ["retry", () => BEHAVIORS[readUint32()] ?? "retry"];

export function futureTree(number: number, tree: FutureTree): void {
  const start = beginMessage(number);
  writeLeaves(tree);
  for (const nested of tree.nested) futureTree(4, nested);
  uint32(5, COMBINATORS.indexOf(tree.combinator));
  endMessage(start);
}

/** Before version 7, the tree's leaves in flat lists, which lose how they combine. */
export function awaitedTree(number: number, tree: FutureTree, version: ProtocolVersion): void {
  if (version >= FEATURES_SINCE.futureTree) futureTree(number + 3, tree);
  else writeAllLeaves(tree);
}

function writeAllLeaves(tree: FutureTree): void {
  writeLeaves(tree);
  tree.nested.forEach(writeAllLeaves);
}

/** A tree's own leaves and the flat lists have the same three fields. */
function writeLeaves({ completions, signals, namedSignals }: FutureTree): void {
  writeUint32s(1, completions);
  writeUint32s(2, signals);
  for (const name of namedSignals) writeString(3, name);
}
