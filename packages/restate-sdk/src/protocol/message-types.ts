/** The one table of message types: number on the wire, kind, and the version that brought it. */
import type { ProtocolVersion } from "./version.js";

export type MessageKind = "control" | "command" | "notification";

interface MessageType {
  /** The frame header's type field. */
  readonly id: number;
  /** Commands and notifications are journal entries, control frames are not. */
  readonly kind: MessageKind;
  /** First protocol version with this message. */
  readonly since: ProtocolVersion;
}

export const MESSAGE_TYPES = {
  Start: { id: 0x0000, kind: "control", since: 5 },
  Suspension: { id: 0x0001, kind: "control", since: 5 },
  Error: { id: 0x0002, kind: "control", since: 5 },
  End: { id: 0x0003, kind: "control", since: 5 },
  ProposeRunCompletion: { id: 0x0005, kind: "control", since: 5 },
  AwaitingOn: { id: 0x0006, kind: "control", since: 7 },
  ProposeRunCompletionAck: { id: 0x0007, kind: "control", since: 7 },

  InputCommand: { id: 0x0400, kind: "command", since: 5 },
  OutputCommand: { id: 0x0401, kind: "command", since: 5 },
  GetLazyStateCommand: { id: 0x0402, kind: "command", since: 5 },
  SetStateCommand: { id: 0x0403, kind: "command", since: 5 },
  ClearStateCommand: { id: 0x0404, kind: "command", since: 5 },
  ClearAllStateCommand: { id: 0x0405, kind: "command", since: 5 },
  GetLazyStateKeysCommand: { id: 0x0406, kind: "command", since: 5 },
  GetEagerStateCommand: { id: 0x0407, kind: "command", since: 5 },
  GetEagerStateKeysCommand: { id: 0x0408, kind: "command", since: 5 },
  GetPromiseCommand: { id: 0x0409, kind: "command", since: 5 },
  PeekPromiseCommand: { id: 0x040a, kind: "command", since: 5 },
  CompletePromiseCommand: { id: 0x040b, kind: "command", since: 5 },
  SleepCommand: { id: 0x040c, kind: "command", since: 5 },
  CallCommand: { id: 0x040d, kind: "command", since: 5 },
  OneWayCallCommand: { id: 0x040e, kind: "command", since: 5 },
  SendSignalCommand: { id: 0x0410, kind: "command", since: 5 },
  RunCommand: { id: 0x0411, kind: "command", since: 5 },
  AttachInvocationCommand: { id: 0x0412, kind: "command", since: 5 },
  GetInvocationOutputCommand: { id: 0x0413, kind: "command", since: 5 },
  CompleteAwakeableCommand: { id: 0x0414, kind: "command", since: 5 },

  // A completion notification has its command's number in the notification range, except that the
  // two calls share CallInvocationId.
  GetLazyStateCompletionNotification: { id: 0x8002, kind: "notification", since: 5 },
  GetLazyStateKeysCompletionNotification: { id: 0x8006, kind: "notification", since: 5 },
  GetPromiseCompletionNotification: { id: 0x8009, kind: "notification", since: 5 },
  PeekPromiseCompletionNotification: { id: 0x800a, kind: "notification", since: 5 },
  CompletePromiseCompletionNotification: { id: 0x800b, kind: "notification", since: 5 },
  SleepCompletionNotification: { id: 0x800c, kind: "notification", since: 5 },
  CallCompletionNotification: { id: 0x800d, kind: "notification", since: 5 },
  CallInvocationIdCompletionNotification: { id: 0x800e, kind: "notification", since: 5 },
  RunCompletionNotification: { id: 0x8011, kind: "notification", since: 5 },
  AttachInvocationCompletionNotification: { id: 0x8012, kind: "notification", since: 5 },
  GetInvocationOutputCompletionNotification: { id: 0x8013, kind: "notification", since: 5 },
  SignalNotification: { id: 0xfbff, kind: "notification", since: 5 },
} as const satisfies Record<string, MessageType>;

export type MessageName = keyof typeof MESSAGE_TYPES;

type NamesOfKind<TKind extends MessageKind> = {
  [TName in MessageName]: (typeof MESSAGE_TYPES)[TName]["kind"] extends TKind ? TName : never;
}[MessageName];
export type ControlName = NamesOfKind<"control">;
export type CommandName = NamesOfKind<"command">;
export type NotificationName = NamesOfKind<"notification">;

const NAMES_BY_ID: ReadonlyMap<number, MessageName> = new Map(
  // Object.keys loses the key type; the table's keys are exactly the names.
  (Object.keys(MESSAGE_TYPES) as MessageName[]).map((name) => [MESSAGE_TYPES[name].id, name]),
);

/** The message with this number on the wire, undefined for numbers this SDK does not know. */
export function messageNameOf(typeId: number): MessageName | undefined {
  return NAMES_BY_ID.get(typeId);
}

export function isNotificationName(name: MessageName): name is NotificationName {
  return MESSAGE_TYPES[name].kind === "notification";
}

export function isCommandName(name: MessageName): name is CommandName {
  return MESSAGE_TYPES[name].kind === "command";
}

/** Numbers an SDK may use for journal entries of its own; the server stores them unread. */
export function isCustomCommandId(typeId: number): boolean {
  return typeId >= 0xfc00 && typeId <= 0xffff;
}
