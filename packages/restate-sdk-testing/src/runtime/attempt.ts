/** One attempt, seen from the server: sends the journal, takes what comes back, and knows whether user code is at work. */
import type { HostedRun, MisuseKind } from "@restatedev/restate-sdk/transport";
import {
  commandNameOf,
  decodeFrame,
  encodeFrame,
  FrameDecoder,
  type ErrorMessage,
  type FutureTree,
  type Message,
  type NotificationMessage,
  type ProtocolVersion,
  type Received,
} from "../codec.js";
import type { AttemptChannel, Deployment } from "./connection.js";
import { plainFailure, type AttemptEnd, type AttemptFailure } from "./attempt-end.js";

/** A moment at which an attempt may die. */
export interface AttemptPoint {
  readonly invocationId: string;
  readonly attempt: number;
  readonly kind: AttemptPointKind;
  /** The message, for points about one. */
  readonly message?: Message;
  /** The run, for points about the execution of its action. */
  readonly run?: HostedRun;
}

export type AttemptPointKind =
  /** Before and after a message of the endpoint takes effect. */
  | "receiving"
  | "received"
  /** Before and after a notification is sent to the endpoint. */
  | "sending"
  | "sent"
  /** Before and after the action of a run is executed. */
  | "executing"
  | "executed"
  /** User code waits for the server. Here an attempt does not die but suspends. */
  | "blocked";

export interface AttemptSetup {
  readonly invocationId: string;
  readonly number: number;
  readonly service: string;
  readonly handler: string;
  readonly version: ProtocolVersion;
  readonly deployment: Deployment;
  readonly owner: AttemptOwner;
  readonly headers: Readonly<Record<string, string>>;
}

/** What an attempt needs of the runtime. */
export interface AttemptOwner {
  now(): number;
  whenAtRest(callback: () => void): void;
  /** A message with effect: a command, or the proposal of a run's result. */
  received(attempt: Attempt, received: Received): void;
  ended(attempt: Attempt, end: AttemptEnd): void;
  /** Something went back or forth: timeouts start anew. */
  active(attempt: Attempt): void;
  /** Asked at every point; true cuts the attempt there. */
  cutsAt(point: AttemptPoint): boolean;
  /** Opens the connection on behalf of the attempt's user code. */
  enter(attempt: Attempt, open: () => void): void;
  misused(attempt: Attempt, kind: MisuseKind, message: string): void;
  serialized(attempt: Attempt, value: unknown, read: () => unknown): void;
  executeRun(attempt: Attempt, run: HostedRun, execute: () => unknown): unknown;
  /** User code threw this, and the attempt fails because of it. */
  failed(attempt: Attempt, cause: unknown): void;
}

let attempts = 0;

export class Attempt {
  /**
   * Names it in maps. A map that had attempts in it for keys or values would keep dead ones alive: when it grows or
   * shrinks, V8 links its old table to the new one.
   */
  readonly serial = ++attempts;
  readonly invocationId: string;
  readonly number: number;
  /** Runs whose actions are being executed, by completion id. */
  readonly executing = new Map<number, string>();
  /** Run proposals that are to be answered with an ack instead of the result. */
  readonly proposedForAck = new Set<number>();
  /** Index of the first notification in the journal that the endpoint was not told of. */
  firstUnseen: number | undefined;
  /** What the endpoint has said last that it waits for; it does so from protocol 7 on. */
  awaiting: FutureTree | undefined;

  readonly #setup: AttemptSetup;
  readonly #decoder = new FrameDecoder();
  #channel: AttemptChannel | undefined;
  #isInputOpen = true;
  #isBlocked = false;
  #end: AttemptEnd | undefined;

  constructor(setup: AttemptSetup) {
    this.#setup = setup;
    this.invocationId = setup.invocationId;
    this.number = setup.number;
  }

  get isInputOpen(): boolean {
    return this.#isInputOpen && this.#end === undefined;
  }

  /** Whether the endpoint tells when user code waits for the server. */
  get isHosted(): boolean {
    return this.#setup.deployment.isHosted;
  }

  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  /** Whether user code is known to wait for the server. If not, it may be at work. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** Opens the connection and sends the journal. */
  start(journal: Uint8Array): void {
    this.#setup.owner.enter(this, () => {
      this.#open();
      this.#channel?.send(journal);
    });
  }

  #open(): void {
    const { deployment, service, handler, version, headers, owner } = this.#setup;
    const host = {
      now: () => owner.now(),
      whenAtRest: (callback: () => void) => owner.whenAtRest(callback),
      onBlocked: () => {
        this.#isBlocked = true;
        if (this.isInputOpen && this.#asksAt({ kind: "blocked" })) this.closeInput();
      },
      onMisuse: (kind: MisuseKind, message: string) => {
        owner.misused(this, kind, message);
      },
      onSerialized: (value: unknown, read: () => unknown) => {
        owner.serialized(this, value, read);
      },
      executeRun: (run: HostedRun, execute: () => unknown) => this.#execute(run, execute),
      onFailed: (cause: unknown) => {
        if (this.#end === undefined) owner.failed(this, cause);
      },
    };
    this.#channel = deployment.open(
      { service, handler, version, headers, host },
      {
        onData: (chunk) => {
          this.#receive(chunk);
        },
        onEnd: () => {
          this.#finish({ kind: "failed", failure: plainFailure(DISCONNECTED) });
        },
        onFailure: (failure) => {
          this.#finish({ kind: "failed", failure: plainFailure(failure) });
        },
      },
    );
  }

  /** Tells the endpoint of an entry that has just been stored. */
  notify(notification: NotificationMessage): void {
    if (!this.isInputOpen || this.#cuts("sending", notification)) return;
    this.#isBlocked = false;
    this.#channel?.send(encodeFrame(this.#answerTo(notification), this.#setup.version));
    this.#setup.owner.active(this);
    this.#cuts("sent", notification);
  }

  closeInput(): void {
    if (!this.isInputOpen) return;
    this.#isInputOpen = false;
    this.#isBlocked = false;
    this.#channel?.closeInput();
  }

  /** Breaks the connection. */
  cut(why: string, isCrash = false): void {
    if (this.#end !== undefined) return;
    this.#channel?.abort(new Error(`The connection was cut: ${why}`));
    this.#finish({ kind: "cut", why, isCrash });
  }

  /** Ends the attempt for a reason of the server's. */
  fail(failure: { readonly code: number; readonly message: string }): void {
    if (this.#end !== undefined) return;
    this.#channel?.abort(new Error(failure.message));
    this.#finish({ kind: "failed", failure: plainFailure(failure) });
  }

  #answerTo(notification: NotificationMessage): Message {
    const { id } = notification;
    if (id.kind !== "completion" || !this.proposedForAck.has(id.id)) return notification;
    return { type: "ProposeRunCompletionAck", completionId: id.id };
  }

  #receive(chunk: Uint8Array): void {
    this.#decoder.push(chunk);
    try {
      for (let frame = this.#decoder.next(); frame !== undefined; frame = this.#decoder.next()) {
        if (this.#end !== undefined) return;
        this.#isBlocked = false;
        this.#setup.owner.active(this);
        this.#take(decodeFrame(frame));
      }
    } catch (error) {
      this.#violation(error instanceof Error ? error.message : String(error));
    }
  }

  #take(received: Received): void {
    const { message } = received;
    if (this.#cuts("receiving", message)) return;
    // All others are for the owner to judge.
    // eslint-disable-next-line @typescript-eslint/switch-exhaustiveness-check
    switch (message.type) {
      case "Suspension":
        this.#finish({ kind: "suspended", awaiting: message.awaitingOn });
        break;
      case "Error":
        this.#finish({ kind: "failed", failure: failureFrom(message) });
        break;
      case "End":
        this.#finish({ kind: "completed" });
        break;
      case "AwaitingOn":
        this.awaiting = message.awaitingOn;
        this.#isBlocked = !message.executingSideEffects && this.executing.size === 0;
        break;
      case "Start":
      case "ProposeRunCompletionAck":
        this.#violation(`${message.type} is not for the endpoint to send`);
        break;
      default:
        this.#setup.owner.received(this, received);
        this.#cuts("received", message);
    }
  }

  #execute(run: HostedRun, execute: () => unknown): unknown {
    if (this.#cutsRun("executing", run)) return never();
    this.executing.set(run.completionId, run.name);
    this.#isBlocked = false;
    const over = () => this.executing.delete(run.completionId);
    let result: unknown;
    try {
      result = this.#setup.owner.executeRun(this, run, execute);
    } catch (error) {
      over();
      if (this.#cutsRun("executed", run)) return never();
      throw error;
    }
    if (!isThenable(result)) {
      over();
      return this.#cutsRun("executed", run) ? never() : result;
    }
    return Promise.resolve(result).then(
      (value) => {
        over();
        return this.#cutsRun("executed", run) ? never() : value;
      },
      (error: unknown) => {
        over();
        if (this.#cutsRun("executed", run)) return never();
        throw error;
      },
    );
  }

  #cuts(kind: AttemptPointKind, message: Message): boolean {
    return this.#cutAt({ kind, message });
  }

  #cutsRun(kind: AttemptPointKind, run: HostedRun): boolean {
    return this.#cutAt({ kind, run });
  }

  #cutAt(what: Pick<AttemptPoint, "kind" | "message" | "run">): boolean {
    if (this.#end !== undefined) return true;
    if (!this.#asksAt(what)) return false;
    this.cut("a crash was asked for", true);
    return true;
  }

  #asksAt(what: Pick<AttemptPoint, "kind" | "message" | "run">): boolean {
    const { invocationId, number: attempt } = this;
    return this.#setup.owner.cutsAt({ invocationId, attempt, ...what });
  }

  #violation(message: string): void {
    this.fail({ code: 571, message });
  }

  #finish(end: AttemptEnd): void {
    if (this.#end !== undefined) return;
    if (end.kind !== "cut" && this.#isInputOpen) this.#channel?.closeInput();
    this.#isInputOpen = false;
    this.#end = end;
    this.executing.clear();
    this.#setup.owner.ended(this, end);
  }
}

/** What a run gets whose attempt is no more. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}

const DISCONNECTED = { code: 500, message: "The connection ended without a closing message" };

function failureFrom(error: ErrorMessage): AttemptFailure {
  return {
    ...plainFailure(error),
    stacktrace: error.stacktrace,
    commandIndex: error.relatedCommandIndex,
    commandName: error.relatedCommandName,
    commandType:
      error.relatedCommandType === undefined ? undefined : commandNameOf(error.relatedCommandType),
    nextRetryDelayMs: error.nextRetryDelay,
    behavior: error.behavior,
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | undefined | null)?.then === "function";
}
