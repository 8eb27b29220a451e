/** One attempt: replays the journal to the endpoint, takes what it sends, and answers as the schedule says. */
import type {
  Error as ErrorMessage,
  ProposeRunCompletion,
} from "../protocol/gen/restate-protocol_pb.js";
import {
  concatBytes,
  decodePayload,
  encodeFrame,
  encodePayload,
  FrameReader,
  type Frame,
} from "./frames.js";
import { awaitPointOf, describeAwaitPoint, fromTree, type AwaitPoint } from "./future-tree.js";
import type { InvocationState } from "./invocation-state.js";
import {
  createNotification,
  entryFrame,
  notificationKey,
  type NotificationEntry,
} from "./journal.js";
import { isCommandName, type MessageName, type MessageOf } from "./message-types.js";
import type { AttemptStream, StreamEvent } from "./transport.js";

/** What goes wrong, or is merely unusual, in an attempt. */
export interface AttemptPlan {
  /** Break the connection when this many commands and proposals have come in. */
  readonly cutAfterReceived?: number;
  /** Break the connection when this many messages have gone out and the endpoint rests. Start is the first. */
  readonly cutAfterSent?: number;
  /** Half-close the request behind the replayed journal, as in request-response mode, or at a later point. */
  readonly closeInput?: "after-replay" | { readonly afterReceived: number };
  /** Each message in its own write (default), what belongs together in one write, or byte by byte. */
  readonly delivery?: "frames" | "together" | "bytes";
}

export type AttemptEnd =
  | { readonly kind: "ended" }
  | { readonly kind: "suspended"; readonly awaiting: AwaitPoint }
  | { readonly kind: "failed"; readonly error: ErrorMessage }
  | { readonly kind: "cut" }
  | { readonly kind: "rejected"; readonly status: number }
  | { readonly kind: "disconnected" };

export interface AttemptRecord {
  readonly number: number;
  readonly knownEntries: number;
  /** Keys of the completions that the replayed journal held. */
  readonly replayedCompletions: readonly string[];
  readonly received: readonly MessageName[];
  /** Whether proposals asked for an ack, in order. */
  readonly requestedAcks: readonly boolean[];
  /** The await points the endpoint told about while it ran (version 7). */
  readonly awaitingOn: readonly string[];
  readonly end: AttemptEnd;
}

export class Attempt {
  private readonly reader = new FrameReader();
  private readonly received: MessageName[] = [];
  private readonly awaitingOn: string[] = [];
  private readonly requestedAcks: boolean[] = [];
  private readonly ackRequested = new Set<string>();
  /** Runs without a result, those of earlier attempts included: user code may be at work in one of them. */
  private readonly openRuns: Set<number>;
  private readonly knownEntries: number;
  private readonly replayedCompletions: string[];
  private inputOpen = true;
  private entriesReceived = 0;
  private messagesSent = 0;
  private end: AttemptEnd | undefined;

  constructor(
    private readonly state: InvocationState,
    private readonly stream: AttemptStream,
    private readonly plan: AttemptPlan,
  ) {
    this.knownEntries = state.journal.entries.length;
    this.openRuns = new Set(state.journal.openRuns());
    this.replayedCompletions = state.journal.notifications.map(({ message }) =>
      notificationKey(message),
    );
  }

  async run(): Promise<AttemptRecord> {
    this.replay();
    while (this.end === undefined) {
      const patient = this.openRuns.size > 0;
      this.handle(await this.stream.next({ rest: this.inputOpen, patient }));
    }
    if (this.end.kind !== "cut") await this.drain();
    this.storeProposals();
    return {
      number: this.state.attempts,
      knownEntries: this.knownEntries,
      replayedCompletions: this.replayedCompletions,
      received: this.received,
      requestedAcks: this.requestedAcks,
      awaitingOn: this.awaitingOn,
      end: this.end,
    };
  }

  private replay(): void {
    const start = encodeFrame("Start", encodePayload("Start", this.state.startMessage()));
    this.write([start, ...this.state.journal.entries.map(entryFrame)]);
    if (this.plan.closeInput === "after-replay") this.closeInput();
  }

  private handle(event: StreamEvent): void {
    switch (event.kind) {
      case "head":
        this.checkHead(event);
        break;
      case "data":
        for (const frame of this.reader.push(event.bytes)) {
          if (this.end?.kind === "cut") break;
          this.receive(frame);
        }
        break;
      case "rest":
        this.atRest();
        break;
      case "end":
      case "broken":
        this.end = { kind: "disconnected" };
        break;
    }
  }

  private checkHead({ status, contentType }: StreamEvent & { kind: "head" }): void {
    if (status !== 200) {
      this.end = { kind: "rejected", status };
      return;
    }
    const expected = `application/vnd.restate.invocation.v${this.state.version}`;
    if (contentType !== expected) throw this.violation(`content-type is ${String(contentType)}`);
  }

  private receive(frame: Frame): void {
    if (this.end !== undefined) throw this.violation(`${frame.name} after the terminal message`);
    this.received.push(frame.name);
    if (frame.requestedAck && frame.name !== "ProposeRunCompletion") {
      throw this.violation(`${frame.name} must not request an ack`);
    }
    if (isCommandName(frame.name)) {
      const consequences = this.state.journalCommand(frame.name, frame.payload);
      if (frame.name === "RunCommand") this.noteRun(frame.payload);
      consequences.forEach((entry) => this.deliver(entry));
      this.afterEntry();
    } else {
      this.receiveControl(frame);
    }
  }

  private noteRun(payload: Uint8Array): void {
    const { resultCompletionId } = decodePayload("RunCommand", payload) as MessageOf<"RunCommand">;
    this.openRuns.add(resultCompletionId);
  }

  private receiveControl({ name, payload, requestedAck }: Frame): void {
    const message = decodePayload(name, payload);
    switch (name) {
      case "ProposeRunCompletion":
        this.propose(message as ProposeRunCompletion, requestedAck);
        this.afterEntry();
        break;
      case "AwaitingOn":
        this.noteAwaitingOn(message as MessageOf<"AwaitingOn">);
        break;
      case "Suspension":
        this.suspend(awaitPointOf(message as MessageOf<"Suspension">));
        break;
      case "Error":
        this.end = { kind: "failed", error: message as ErrorMessage };
        break;
      case "End":
        if (!this.state.hasOutput) throw this.violation("End without an output");
        this.end = { kind: "ended" };
        break;
      default:
        throw this.violation(`${name} is not for the endpoint to send`);
    }
  }

  private propose(proposal: ProposeRunCompletion, requestedAck: boolean): void {
    const { resultCompletionId: id, result } = proposal;
    if (this.state.journal.owner(id)?.type !== "RunCommand") {
      throw this.violation(`a result is proposed for c${id}, which is no run`);
    }
    if (
      this.state.journal.notification(`c${id}`) !== undefined ||
      this.ackRequested.has(`c${id}`)
    ) {
      throw this.violation(`a second result is proposed for c${id}`);
    }
    if (result.case === undefined) throw this.violation(`the proposal for c${id} has no result`);
    const notification = createNotification("RunCompletion", {
      id: { case: "completionId", value: id },
      result:
        result.case === "value" ? { case: "value", value: { content: result.value } } : result,
    });
    this.openRuns.delete(id);
    this.requestedAcks.push(requestedAck);
    if (requestedAck && this.state.version >= 7) this.ackRequested.add(`c${id}`);
    const consequence = { notification, when: undefined };
    if (this.state.pool.isImmediate(consequence, () => true)) this.deliver(notification);
    else this.state.pool.add(consequence);
  }

  private noteAwaitingOn({ awaitingOn }: MessageOf<"AwaitingOn">): void {
    if (this.state.version < 7) throw this.violation("AwaitingOn needs version 7");
    if (awaitingOn === undefined) throw this.violation("AwaitingOn without a future");
    this.awaitingOn.push(describeAwaitPoint(fromTree(awaitingOn)));
  }

  private suspend(awaiting: AwaitPoint): void {
    if (this.inputOpen) throw this.violation("suspended although the input is open");
    if (awaiting.kind === "node" && awaiting.children.length === 0) {
      throw this.violation("suspended without waiting for anything");
    }
    this.end = { kind: "suspended", awaiting };
  }

  private afterEntry(): void {
    this.entriesReceived++;
    if (this.entriesReceived === this.plan.cutAfterReceived) this.cut();
    const close = this.plan.closeInput;
    if (typeof close === "object" && this.entriesReceived === close.afterReceived)
      this.closeInput();
  }

  private atRest(): void {
    const { cutAfterSent } = this.plan;
    if (cutAfterSent !== undefined && this.messagesSent >= cutAfterSent) {
      this.cut();
      return;
    }
    const { pool, journal } = this.state;
    const batch: NotificationEntry[] = [];
    const size = this.plan.delivery === "bytes" ? 1 : pool.batchSize(journal);
    for (let left = size; left > 0; left--) {
      const next = pool.take(journal);
      if (next === undefined) break;
      journal.appendNotification(next);
      batch.push(next);
    }
    if (batch.length === 0) this.closeInput();
    else this.write([concatBytes(batch.map((notification) => this.frameFor(notification)))]);
  }

  private deliver(notification: NotificationEntry): void {
    this.state.journal.appendNotification(notification);
    if (this.inputOpen) this.write([this.frameFor(notification)]);
  }

  /** A run's proposer gets an ack instead of its own result, if it asked for one. */
  private frameFor(notification: NotificationEntry): Uint8Array {
    const { id } = notification.message;
    if (id.case === "completionId" && this.ackRequested.has(`c${id.value}`)) {
      const ack = encodePayload("ProposeRunCompletionAck", { completionId: id.value });
      return encodeFrame("ProposeRunCompletionAck", ack);
    }
    return entryFrame(notification);
  }

  /** Sends messages up to the point where the plan cuts. A batch travels in one piece, or the endpoint would race with it. */
  private write(frames: readonly Uint8Array[]): void {
    const room = (this.plan.cutAfterSent ?? Infinity) - this.messagesSent;
    const going = frames.slice(0, Math.max(0, room));
    this.messagesSent += going.length;
    switch (this.plan.delivery ?? "frames") {
      case "frames":
        going.forEach((frame) => this.stream.send(frame));
        break;
      case "together":
        this.stream.send(concatBytes(going));
        break;
      case "bytes":
        for (const byte of concatBytes(going)) this.stream.send(Uint8Array.of(byte));
        break;
    }
  }

  private closeInput(): void {
    if (!this.inputOpen) return;
    this.inputOpen = false;
    this.stream.closeInput();
  }

  private cut(): void {
    this.end = { kind: "cut" };
    this.inputOpen = false;
    this.stream.cut();
  }

  /** The endpoint closes its side once the server has closed its own. */
  private async drain(): Promise<void> {
    this.closeInput();
    for (;;) {
      const event = await this.stream.next({ rest: false });
      if (event.kind === "end" || event.kind === "broken") break;
      if (event.kind === "data" && this.end?.kind !== "rejected") this.handle(event);
    }
    if (this.reader.leftoverBytes > 0 && this.end?.kind !== "disconnected") {
      throw this.violation("the response ends inside a frame");
    }
  }

  /** The server stores every proposal it got, also when nobody is left to hear about it. */
  private storeProposals(): void {
    const { pool, journal } = this.state;
    const isRun = (entry: NotificationEntry) => entry.type === "RunCompletion";
    for (let next = pool.take(journal, isRun); next; next = pool.take(journal, isRun)) {
      journal.appendNotification(next);
    }
  }

  private violation(what: string): Error {
    return this.state.problem(`protocol violation in attempt ${this.state.attempts}: ${what}`);
  }
}
