/** Who gets which notification: the futures that wait for completions and signals, by id. */
import { CANCEL_SIGNAL } from "../machine/commands.js";
import type { InvocationMachine } from "../machine/machine.js";
import type { Notification, NotificationResult } from "../protocol/messages.js";
import type { FutureRuntime } from "./future.js";
import { Mailbox } from "./mailbox.js";
import type { SingleFuture } from "./single.js";

type AnySingle = SingleFuture<unknown>;

export class Recipients {
  private readonly completions = new Map<number, AnySingle>();
  private readonly awakeables = new Map<number, AnySingle>();
  /** Signals whose awakeable has not been created yet. */
  private readonly earlySignals = new Map<number, NotificationResult>();
  private readonly mailboxes = new Map<string, Mailbox>();
  /** How many notifications have been routed. */
  count = 0;

  constructor(
    private readonly machine: InvocationMachine,
    private readonly runtime: FutureRuntime,
  ) {}

  addCompletion(completionId: number, future: AnySingle): void {
    const early = this.machine.notifications.claim(completionId);
    if (early !== undefined) future.complete(early);
    else this.completions.set(completionId, future);
  }

  addAwakeable(signal: number, future: AnySingle): void {
    const early = this.earlySignals.get(signal);
    if (early === undefined) this.awakeables.set(signal, future);
    else {
      this.earlySignals.delete(signal);
      future.complete(early);
    }
  }

  namedSignals(name: string): Mailbox {
    return this.mailbox(`name ${name}`);
  }

  cancelSignals(): Mailbox {
    return this.mailbox("cancel");
  }

  /** Settles what waits for the notification, or keeps it for what will. */
  route({ id, result }: Notification): void {
    this.count++;
    switch (id.kind) {
      case "completion":
        this.routeCompletion(id.id, result);
        break;
      case "signal":
        if (id.idx === CANCEL_SIGNAL) this.cancelSignals().receive(result);
        else this.routeToAwakeable(id.idx, result);
        break;
      case "namedSignal":
        this.namedSignals(id.name).receive(result);
        break;
    }
  }

  private routeCompletion(completionId: number, result: NotificationResult): void {
    const future = this.completions.get(completionId);
    if (future === undefined) this.machine.notifications.keep(completionId, result);
    else {
      this.completions.delete(completionId);
      future.complete(result);
    }
  }

  private routeToAwakeable(signal: number, result: NotificationResult): void {
    const future = this.awakeables.get(signal);
    if (future === undefined) this.earlySignals.set(signal, result);
    else {
      this.awakeables.delete(signal);
      future.complete(result);
    }
  }

  private mailbox(key: string): Mailbox {
    let mailbox = this.mailboxes.get(key);
    if (mailbox === undefined) this.mailboxes.set(key, (mailbox = new Mailbox(this.runtime)));
    return mailbox;
  }
}
