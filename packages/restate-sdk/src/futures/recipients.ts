/** Who gets which notification: the futures that wait for completions and signals. */
import { CANCEL_SIGNAL } from "../machine/commands.js";
import type { InvocationMachine } from "../machine/machine.js";
import type { NotificationKey } from "../machine/notification-queue.js";
import type { Notification, NotificationId } from "../protocol/messages.js";
import { Mailbox } from "./mailbox.js";
import type { SingleFuture, SingleRuntime } from "./single.js";

export class Recipients {
  readonly #machine: InvocationMachine;
  readonly #runtime: SingleRuntime;
  /** In the slots of what they wait for. A list, like those of `Runs`. */
  readonly #futures: (SingleFuture<unknown> | undefined)[] = [];
  #mailboxes: Map<NotificationKey, Mailbox> | undefined;
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
    const early = this.#machine.notifications.claim(key);
    if (!early) this.#futures[slotOf(key)] = future;
    else future.complete(early);
    return undefined;
  }

  /** Settles what waits for the notification, or keeps it for what will. */
  route({ id, result }: Notification): void {
    this.count++;
    const key = keyOf(id);
    if (comesOften(key)) {
      this.#mailbox(key).receive(result);
      return;
    }
    const slot = slotOf(key);
    const future = this.#futures[slot];
    if (!future) this.#machine.notifications.keep(key, result);
    else {
      this.#futures[slot] = undefined;
      future.complete(result);
    }
  }

  #mailbox(key: NotificationKey): Mailbox {
    const mailboxes = (this.#mailboxes ??= new Map<NotificationKey, Mailbox>());
    let mailbox = mailboxes.get(key);
    if (!mailbox) mailboxes.set(key, (mailbox = new Mailbox(this.#runtime)));
    return mailbox;
  }
}

function keyOf(id: NotificationId): NotificationKey {
  switch (id.kind) {
    case "completion":
      return id.id;
    case "signal":
      return -id.idx;
    case "namedSignal":
      return id.name;
  }
}

/** Lists have no place for negative keys, those of signals. */
function slotOf(key: number): number {
  return key < 0 ? 1 - 2 * key : 2 * key;
}

/** Whether any number of notifications may come of this kind. */
function comesOften(key: NotificationKey): key is string | -1 {
  return typeof key === "string" || key === -CANCEL_SIGNAL;
}
