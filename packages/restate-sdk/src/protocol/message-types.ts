/**
 * The table of messages: for each its number on the wire, and its properties with their numbers and kinds.
 *
 * Notifications have no rows of their own. All have one shape, and a completion has the name and the number
 * of the command that it answers, the number in a range of their own.
 */
import {
  bigUint64,
  bool,
  bytes,
  messageReader,
  optionalString,
  optionalUint64,
  string,
  uint32,
  uint64,
  value,
  type Table,
} from "./fields.js";
import type {
  CommandMessage,
  ControlMessage,
  Message,
  MessageOf,
  NotificationMessage,
} from "./messages.js";
import {
  anyResult,
  awaitedTree,
  behavior,
  futureTree,
  headers,
  invocationIdBytes,
  proposedResult,
  signalId,
  stateKeys,
  stateMap,
  target,
  valueOrFailure,
  voidOrValue,
} from "./parts.js";

export type MessageName = Message["type"];
export type ControlName = ControlMessage["type"];
export type CommandName = CommandMessage["type"];
export type NotificationName = NotificationMessage["type"];

/** Commands and notifications are journal entries, control frames are not. */
export type MessageKind = "control" | "command" | "notification";

const FIRST_COMMAND = 0x0400;
const FIRST_NOTIFICATION = 0x8000;
/** From here on, numbers are free for journal entries of SDKs' own; the server stores them unread. */
export const FIRST_CUSTOM_COMMAND = 0xfc00;

export function kindOf(typeId: number): MessageKind {
  if (typeId < FIRST_COMMAND) return "control";
  return typeId < FIRST_NOTIFICATION ? "command" : "notification";
}

export function isCommandName(name: MessageName): name is CommandName {
  return name.endsWith("Command");
}

export function isNotificationName(name: MessageName): name is NotificationName {
  return name.endsWith("Notification");
}

type Row<TMessage> = readonly [typeId: number, table: Table<TMessage>];

type Operation<TName> = TName extends `${infer TOperation}Command` ? TOperation : never;

/** A command that is answered has a completion of the same number, in the range of notifications. */
type CommandRow<TName extends CommandName> = readonly [
  number: number,
  table: Table<MessageOf<TName>>,
  isAnswered?: "resultCompletionId" extends keyof MessageOf<TName> ? true : never,
];

/** What commands end with that are answered by a completion. */
function answered(m: { readonly resultCompletionId: number; readonly name: string }): void {
  uint32(11, m.resultCompletionId);
  string(12, m.name);
}

function promise(m: MessageOf<"GetPromiseCommand" | "PeekPromiseCommand">): void {
  string(1, m.key);
  answered(m);
}

function invocation(m: MessageOf<"AttachInvocationCommand" | "GetInvocationOutputCommand">): void {
  target(1, m.target);
  answered(m);
}

type AnyCall = MessageOf<"CallCommand" | "OneWayCallCommand">;

function callee(m: AnyCall): void {
  string(1, m.serviceName);
  string(2, m.handlerName);
  bytes(3, m.parameter);
}

/** A one-way call has its time in between, and so numbers these from 5 on, a call from 4 on. */
function callOptions(number: number, m: AnyCall): void {
  headers(number, m.headers);
  string(number + 1, m.key);
  optionalString(number + 2, m.idempotencyKey);
  optionalString(number + 3, m.scope);
  optionalString(number + 4, m.limitKey);
  uint32(10, m.invocationIdCompletionId);
}

const CONTROL_FRAMES: { readonly [TName in ControlName]: Row<MessageOf<TName>> } = {
  Start: [
    0x0000,
    (m) => {
      invocationIdBytes(1, m.id);
      string(2, m.debugId);
      uint32(3, m.knownEntries);
      stateMap(4, m.stateMap);
      bool(5, m.partialState);
      string(6, m.key);
      uint32(7, m.retryCountSinceLastStoredEntry);
      uint64(8, m.durationSinceLastStoredEntry);
      bigUint64(9, m.randomSeed);
      optionalString(10, m.scope);
      optionalString(11, m.limitKey);
      optionalString(12, m.idempotencyKey);
    },
  ],
  Suspension: [0x0001, (m, version) => awaitedTree(1, m.awaitingOn, version)],
  Error: [
    0x0002,
    (m) => {
      uint32(1, m.code);
      string(2, m.message);
      string(3, m.stacktrace);
      optionalUint64(4, m.relatedCommandIndex);
      optionalString(5, m.relatedCommandName);
      optionalUint64(6, m.relatedCommandType);
      optionalUint64(8, m.nextRetryDelay);
      behavior(9, m.behavior);
    },
  ],
  End: [0x0003, () => {}],
  ProposeRunCompletion: [
    0x0005,
    (m) => {
      uint32(1, m.resultCompletionId);
      proposedResult(14, m.result);
    },
  ],
  AwaitingOn: [
    0x0006,
    (m) => {
      futureTree(1, m.awaitingOn);
      bool(2, m.executingSideEffects);
    },
  ],
  ProposeRunCompletionAck: [0x0007, (m) => uint32(1, m.completionId)],
};

/** By their names without "Command", with their numbers in the range of commands. */
const COMMANDS: {
  readonly [TName in CommandName as Operation<TName>]: CommandRow<TName>;
} = {
  Input: [
    0x00,
    (m) => {
      headers(1, m.headers);
      string(12, m.name);
      value(14, m.value);
    },
  ],
  Output: [
    0x01,
    (m) => {
      string(12, m.name);
      valueOrFailure(14, m.result);
    },
  ],
  GetLazyState: [
    0x02,
    (m) => {
      bytes(1, m.key);
      answered(m);
    },
    true,
  ],
  SetState: [
    0x03,
    (m) => {
      bytes(1, m.key);
      value(3, m.value);
      string(12, m.name);
    },
  ],
  ClearState: [
    0x04,
    (m) => {
      bytes(1, m.key);
      string(12, m.name);
    },
  ],
  ClearAllState: [0x05, (m) => string(12, m.name)],
  GetLazyStateKeys: [0x06, answered, true],
  GetEagerState: [
    0x07,
    (m) => {
      bytes(1, m.key);
      string(12, m.name);
      voidOrValue(13, m.result);
    },
  ],
  GetEagerStateKeys: [
    0x08,
    (m) => {
      string(12, m.name);
      stateKeys(14, m.keys);
    },
  ],
  GetPromise: [0x09, promise, true],
  PeekPromise: [0x0a, promise, true],
  CompletePromise: [
    0x0b,
    (m) => {
      string(1, m.key);
      valueOrFailure(2, m.completion);
      answered(m);
    },
    true,
  ],
  Sleep: [
    0x0c,
    (m) => {
      uint64(1, m.wakeUpTime);
      answered(m);
    },
    true,
  ],
  Call: [
    0x0d,
    (m) => {
      callee(m);
      callOptions(4, m);
      answered(m);
    },
    true,
  ],
  OneWayCall: [
    0x0e,
    (m) => {
      callee(m);
      uint64(4, m.invokeTime);
      callOptions(5, m);
      string(12, m.name);
    },
  ],
  SendSignal: [
    0x10,
    (m) => {
      string(1, m.targetInvocationId);
      signalId(2, m.signalId);
      anyResult(4, m.result);
      string(12, m.name);
    },
  ],
  Run: [
    0x11,
    (m) => {
      // Runs are the most frequent commands: a function of their own is faster than one for all.
      uint32(11, m.resultCompletionId);
      string(12, m.name);
    },
    true,
  ],
  AttachInvocation: [0x12, invocation, true],
  GetInvocationOutput: [0x13, invocation, true],
  CompleteAwakeable: [
    0x14,
    (m) => {
      string(1, m.awakeableId);
      valueOrFailure(2, m.result);
      string(12, m.name);
    },
  ],
};

/** All that it takes to read and write a message. */
export interface Format {
  readonly typeId: number;
  readonly write: Table<Message>;
  readonly read: () => Message;
}

const NAMES = new Map<number, MessageName>([
  [0x800e, "CallInvocationIdCompletionNotification"],
  [0xfbff, "SignalNotification"],
]);
const FORMATS = new Map<MessageName, Format>();

for (const [name, row] of Object.entries(CONTROL_FRAMES)) add(name as ControlName, row);
for (const [operation, [number, table, isAnswered]] of Object.entries(COMMANDS)) {
  add(`${operation}Command` as CommandName, [FIRST_COMMAND + number, table]);
  const completion = `${operation}CompletionNotification` as NotificationName;
  if (isAnswered) NAMES.set(FIRST_NOTIFICATION + number, completion);
}

function add(type: ControlName | CommandName, [typeId, table]: Row<never>): void {
  NAMES.set(typeId, type);
  // The table is for messages of this name only, which gets lost here: callers keep to the pairs.
  const read = messageReader<Message>({ type }, table as Table<Message>);
  FORMATS.set(type, { typeId, write: table as Table<Message>, read });
}

/** By their numbers on the wire. */
export const MESSAGE_NAMES: ReadonlyMap<number, MessageName> = NAMES;

export function formatOf(type: ControlName | CommandName): Format {
  return FORMATS.get(type) as Format;
}
