/** The journal of one invocation, kept as the server keeps it: commands and notifications in one order. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { NotificationSchema } from "../protocol/gen/restate-protocol_pb.js";
import { decodePayload, encodeFrame, encodePayload } from "./frames.js";
import {
  type AnyCommand,
  type CommandName,
  type MessageOf,
  type NotificationName,
} from "./message-types.js";

export type CommandEntry = AnyCommand & {
  readonly kind: "command";
  /** The bytes as they came in: replay sends these, not a re-encoding. */
  readonly payload: Uint8Array;
  /** Milliseconds since the epoch, to read absolute times in the message as durations. */
  readonly receivedAt: number;
};

export interface NotificationEntry {
  readonly kind: "notification";
  readonly type: NotificationName;
  readonly message: MessageOf<"SleepCompletion">;
  readonly payload: Uint8Array;
}

export type JournalEntry = CommandEntry | NotificationEntry;

/** `c3` for completion 3, `s17` for the signal with index 17, `n:go` for the signal named "go". */
export type NotificationKey = string;

export class Journal {
  readonly entries: JournalEntry[] = [];
  private readonly byKey = new Map<NotificationKey, NotificationEntry>();
  private readonly completionOwners = new Map<number, CommandEntry>();

  get commands(): CommandEntry[] {
    return this.entries.filter((entry) => entry.kind === "command");
  }

  get notifications(): NotificationEntry[] {
    return this.entries.filter((entry) => entry.kind === "notification");
  }

  appendCommand(type: CommandName, payload: Uint8Array): CommandEntry {
    const entry = {
      kind: "command",
      type,
      message: decodePayload(type, payload),
      payload,
      receivedAt: Date.now(),
    } as CommandEntry;
    for (const id of completionIds(entry)) {
      if (this.completionOwners.has(id)) throw new Error(`completion id ${id} is used twice`);
      this.completionOwners.set(id, entry);
    }
    this.entries.push(entry);
    return entry;
  }

  appendNotification(entry: NotificationEntry): void {
    const key = notificationKey(entry.message);
    if (key.startsWith("c") && this.byKey.has(key)) throw new Error(`${key} completes twice`);
    if (!this.byKey.has(key)) this.byKey.set(key, entry);
    this.entries.push(entry);
  }

  notification(key: NotificationKey): NotificationEntry | undefined {
    return this.byKey.get(key);
  }

  /** The completion ids of the runs that have no result. */
  openRuns(): number[] {
    return this.commands
      .flatMap((entry) => (entry.type === "RunCommand" ? [entry.message.resultCompletionId] : []))
      .filter((id) => !this.byKey.has(`c${id}`));
  }

  /** The command that allocated a completion id. */
  owner(completionId: number): CommandEntry | undefined {
    return this.completionOwners.get(completionId);
  }
}

export function createNotification(
  type: NotificationName,
  fields: MessageInitShape<typeof NotificationSchema>,
): NotificationEntry {
  const payload = encodePayload(type, fields);
  const message = decodePayload(type, payload) as MessageOf<"SleepCompletion">;
  return { kind: "notification", type, message, payload };
}

export function notificationKey(message: MessageOf<"SleepCompletion">): NotificationKey {
  switch (message.id.case) {
    case "completionId":
      return `c${message.id.value}`;
    case "signalIdx":
      return `s${message.id.value}`;
    case "signalName":
      return `n:${message.id.value}`;
    case undefined:
      throw new Error("a notification without an id");
  }
}

/** The completion ids a command allocates, invocation id first. */
export function completionIds(command: AnyCommand): number[] {
  const ids: number[] = [];
  if ("invocationIdCompletionId" in command.message) {
    ids.push(command.message.invocationIdCompletionId);
  }
  if ("resultCompletionId" in command.message) ids.push(command.message.resultCompletionId);
  return ids;
}

export function entryFrame(entry: JournalEntry): Uint8Array {
  return encodeFrame(entry.type, entry.payload);
}
