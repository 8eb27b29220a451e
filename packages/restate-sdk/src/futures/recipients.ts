/** Who gets which notification: the futures that wait for completions and signals. */
import { CANCEL_SIGNAL } from "../machine/commands.js";
import type { InvocationMachine } from "../machine/machine.js";
import type { Notification, NotificationId, NotificationResult } from "../protocol/messages.js";
import { Mailbox } from "./mailbox.js";
import type { SingleFuture, SingleRuntime } from "./single.js";

/** The id of a completion, the negative id of a signal, or the name of one. */
type Key = number | string;

export class Recipients {
  readonly #machine: InvocationMachine;
  readonly #runtime: SingleRuntime;
  readonly #futures = new Map<Key, SingleFuture<unknown>>();
  /** Signals whose awakeable has not been created yet. */
  readonly #early = new Map<Key, NotificationResult>();
  readonly #mailboxes = new Map<Key, Mailbox>();
  /** How many notifications have been routed. */
  count = 0;

  constructor(machine: InvocationMachine, runtime: SingleRuntime) {
    this.#machine = machine;
    this.#runtime = runtime;
  }

  /** @returns the mailbox, where a signal may come any number of times */
  add(future: SingleFuture<unknown>): Mailbox | undefined {
    const key = keyOf(future.options.leaf);
    if (comesOften(key)) {
      const mailbox = this.#mailbox(key);
      mailbox.waiting.add(future);
      return mailbox;
    }
    const early = isCompletion(key) ? this.#machine.notifications.claim(key) : this.#early.get(key);
    this.#early.delete(key);
    if (!early) this.#futures.set(key, future);
    else future.complete(early);
    return undefined;
  }

  /** Settles what waits for the notification, or keeps it for what will. */
  route({ id, result }: Notification): void {
    this.count++;
    const key = keyOf(id);
    const future = this.#futures.get(key);
    this.#futures.delete(key);
    if (future) future.complete(result);
    else if (comesOften(key)) this.#mailbox(key).receive(result);
    else if (isCompletion(key)) this.#machine.notifications.keep(key, result);
    else this.#early.set(key, result);
  }

  #mailbox(key: Key): Mailbox {
    let mailbox = this.#mailboxes.get(key);
    if (!mailbox) this.#mailboxes.set(key, (mailbox = new Mailbox(this.#runtime)));
    return mailbox;
  }
}

function keyOf(id: NotificationId): Key {
  switch (id.kind) {
    case "completion":
      return id.id;
    case "signal":
      return -id.idx;
    case "namedSignal":
      return id.name;
  }
}

function comesOften(key: Key): boolean {
  return typeof key === "string" || key === -CANCEL_SIGNAL;
}

function isCompletion(key: Key): key is number {
  return typeof key === "number" && key > 0;
}
