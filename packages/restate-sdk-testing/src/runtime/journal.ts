/** The journal of one invocation: commands and notifications in the order in which they became durable. */
import {
  encodeFrame,
  isCommand,
  type CommandMessage,
  type Message,
  type NotificationId,
  type NotificationMessage,
  type ProtocolVersion,
  type ValueOrFailure,
} from "../codec.js";

export interface JournalEntry {
  readonly index: number;
  readonly message: CommandMessage | NotificationMessage;
  /** When it was stored. */
  readonly at: number;
  /** The attempt during which it was stored; 0 for what was there before the first. */
  readonly attempt: number;
}

/** Names a notification: `c3` for a completion, `s17` for a signal, `n:name` for a named signal. */
export type NotificationKey = string;

export class Journal {
  readonly #entries: JournalEntry[] = [];
  readonly #frames: Uint8Array[] = [];
  /** The latest entry of each: named signals and cancellations may come more than once. */
  readonly #notifications = new Map<NotificationKey, number>();
  readonly #commandsByCompletion = new Map<number, CommandMessage>();
  #commands = 0;
  #output: ValueOrFailure | undefined;

  constructor(private readonly version: ProtocolVersion) {}

  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  get commandCount(): number {
    return this.#commands;
  }

  append(message: JournalEntry["message"], stamp: Pick<JournalEntry, "at" | "attempt">): void {
    this.#entries.push({ index: this.#entries.length, message, ...stamp });
    if (isCommand(message)) {
      this.#commands++;
      if (message.type === "OutputCommand") this.#output = message.result;
      for (const id of completionIdsOf(message)) this.#commandsByCompletion.set(id, message);
    } else {
      this.#notifications.set(keyOf(message.id), this.#entries.length - 1);
    }
  }

  /** The handler's result, if it has given one. */
  get output(): ValueOrFailure | undefined {
    return this.#output;
  }

  has(key: NotificationKey): boolean {
    return this.#notifications.has(key);
  }

  /** The latest notification with this key, if it stands at this index or behind it. */
  notification(key: NotificationKey, fromIndex = 0): NotificationMessage | undefined {
    const index = this.#notifications.get(key);
    if (index === undefined || index < fromIndex) return undefined;
    return this.#entries[index]?.message as NotificationMessage;
  }

  /** The command that asked for a completion. */
  commandOf(completionId: number): CommandMessage | undefined {
    return this.#commandsByCompletion.get(completionId);
  }

  /** All entries as bytes, with something in front. */
  replay(start: Message): Uint8Array {
    for (let index = this.#frames.length; index < this.#entries.length; index++) {
      const entry = this.#entries[index] as JournalEntry;
      this.#frames.push(encodeFrame(entry.message, this.version));
    }
    return concat([encodeFrame(start, this.version), ...this.#frames]);
  }
}

export function keyOf(id: NotificationId): NotificationKey {
  switch (id.kind) {
    case "completion":
      return `c${id.id}`;
    case "signal":
      return `s${id.idx}`;
    case "namedSignal":
      return `n:${id.name}`;
  }
}

/** What a command is going to be answered under. */
export function completionIdsOf(message: CommandMessage): number[] {
  const ids: number[] = [];
  if ("invocationIdCompletionId" in message) ids.push(message.invocationIdCompletionId);
  if ("resultCompletionId" in message) ids.push(message.resultCompletionId);
  return ids;
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
