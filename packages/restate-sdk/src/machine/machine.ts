/**
 * One attempt of one invocation as a pure state machine: bytes in, bytes out, no promises, no timers, no sockets.
 *
 * It receives the recorded journal, checks the commands of user code against it, emits new ones, keeps notifications
 * in journal order and writes the frame that ends the attempt. What user code gets to see, and when, is decided above.
 */
import * as codes from "../errors/codes.js";
import { ProtocolError } from "../errors/protocol-error.js";
import { decodeMessage, decodeNotification } from "../protocol/decode.js";
import { encodesTo, OutputBuffer } from "../protocol/encode.js";
import { FrameDecoder, type Frame } from "../protocol/frame-decoder.js";
import type { CommandName } from "../protocol/message-types.js";
import type {
  CommandMessage,
  ControlMessage,
  FutureTree,
  InputCommandMessage,
  MessageOf,
  NotificationId,
  Result,
  StartMessage,
  ValueOrFailure,
} from "../protocol/messages.js";
import {
  supportsFeature,
  type ProtocolFeature,
  type ProtocolVersion,
} from "../protocol/version.js";
import { EagerState } from "./eager-state.js";
import { Journal } from "./journal.js";
import * as report from "./mismatch-report.js";
import { NotificationQueue } from "./notification-queue.js";
import {
  failureOf,
  toErrorMessage,
  toProtocolFailure,
  unsupported,
  type AttemptFailure,
  type Outcome,
  type RelatedCommand,
} from "./outcome.js";
import type { JournalPhase, Phase } from "./phase.js";
import { findMismatch } from "./replay-check.js";
import { decideRetry, retryProgress, type RunRetryPolicy } from "./retry-policy.js";
import { Runs } from "./runs.js";

export interface MachineOptions {
  readonly version: ProtocolVersion;
  /** False where a journal value codec may encode equal values to different bytes. */
  readonly comparePayloads: boolean;
  readonly handler: {
    readonly options: { readonly onJournalMismatchErrors: "retry" | "pause" | "fail" };
  };
  /** Called once, from whatever ends the attempt, after the closing frame was written. */
  onClosed(outcome: Outcome): void;
}

/** One execution of a run closure that failed with an error that is not terminal. */
export interface FailedRun {
  readonly error: Error;
  readonly elapsedMs: number;
}

export class InvocationMachine {
  readonly #options: MachineOptions;
  readonly journal = new Journal();
  readonly notifications = new NotificationQueue();
  readonly runs = new Runs();
  readonly version: ProtocolVersion;

  readonly #decoder = new FrameDecoder();
  readonly #output = new OutputBuffer();
  #eagerState: EagerState | undefined;
  #phase: Phase = { kind: "awaitingStart" };
  /** What the server said about the invocation. Set before the machine is running, as is the input. */
  start!: StartMessage;
  /** The recorded input. */
  input!: InputCommandMessage;
  /** Whether the server has half-closed the request. */
  isInputClosed = false;
  /** Until this attempt adds a command of its own, the server's retry count speaks of the last replayed one. */
  #hasEmitted = false;

  constructor(options: MachineOptions) {
    this.#options = options;
    this.version = options.version;
  }

  // --- bytes in, bytes out

  /** Takes request bytes, cut anywhere. Malformed input fails the attempt. */
  feed(chunk: Uint8Array): void {
    if (this.isClosed) return;
    try {
      this.#decoder.push(chunk);
      this.#acceptFrames();
    } catch (error) {
      this.fail(toProtocolFailure(error));
    }
  }

  /** The server half-closed the request. */
  closeInput(): void {
    this.isInputClosed = true;
    if (this.isClosed || this.isRunning) return;
    const error = new ProtocolError("The request ended before the whole journal had been received");
    this.fail(toProtocolFailure(error));
  }

  /** Everything written since the last call. */
  takeOutput(): Uint8Array | undefined {
    return this.#output.take();
  }

  get hasOutput(): boolean {
    return !this.#output.isEmpty;
  }

  // --- phases

  get isRunning(): boolean {
    return this.#phase.kind === "running";
  }

  get isClosed(): boolean {
    return this.#phase.kind === "closed";
  }

  /** How the attempt ended, once it has. */
  get outcome(): Outcome | undefined {
    return this.#phase.kind === "closed" ? this.#phase.outcome : undefined;
  }

  /** Whether commands of an earlier attempt are still being repeated. */
  get isReplaying(): boolean {
    return this.journal.isReplaying;
  }

  /** What is known of the state; not to be asked before the machine is running. */
  get state(): EagerState {
    return (this.#eagerState ??= new EagerState(this.start));
  }

  // --- commands

  /**
   * Executes a command: checks it against the recorded one, or emits it.
   * Returns false when the attempt or its handler is over; the caller's future then never settles.
   */
  issue(command: CommandMessage): boolean {
    if (!this.isRunning || this.journal.refuses(command)) return false;
    this.journal.advance(command);
    try {
      const recorded = this.journal.peekRecorded();
      if (recorded) return this.#check(recorded, command);
      this.#output.append(command, this.version);
      this.#hasEmitted = true;
      return true;
    } catch (error) {
      // Callers without types may pass what cannot be encoded, the name included.
      const relatedCommand = { ...this.journal.lastCommand, name: "" };
      this.fail({ ...toProtocolFailure(error), relatedCommand });
      return false;
    }
  }

  /** The recorded command that is next to be replayed, if it is of this type. */
  peekCommandOf<TName extends CommandName>(type: TName): MessageOf<TName> | undefined {
    if (this.journal.peekRecorded()?.name !== type) return undefined;
    return this.#decodeNext() as MessageOf<TName> | undefined;
  }

  /** Refuses what the negotiated version cannot say. */
  requireFeature(feature: ProtocolFeature, what: string, related?: RelatedCommand): boolean {
    if (supportsFeature(this.version, feature)) return true;
    this.fail({ ...unsupported(feature, what, this.version), relatedCommand: related });
    return false;
  }

  // --- runs

  /** Proposes the result of a run closure; it settles when the server has made it durable. */
  proposeRun(completionId: number, result: ValueOrFailure): void {
    if (!this.isRunning || !this.runs.get(completionId)) return;
    if (!this.canCarry(result)) return;
    // A V7 ack carries no value, so the result is kept until it is acknowledged; older servers echo it.
    const isAcked = supportsFeature(this.version, "runProposalAck");
    this.runs.propose(completionId, isAcked ? result : undefined);
    const proposal = {
      type: "ProposeRunCompletion",
      resultCompletionId: completionId,
      result,
    } as const;
    this.#output.append(proposal, this.version);
  }

  /**
   * A run closure failed with an error that is not terminal: ends the attempt, or, with the retries used up, makes the
   * error the run's result.
   */
  failRun(completionId: number, { error, elapsedMs }: FailedRun, policy: RunRetryPolicy): void {
    const run = this.runs.get(completionId);
    if (!run || !this.isRunning) return;
    const decision = decideRetry(policy, retryProgress(this.start, this.#hasEmitted, elapsedMs));
    if (decision) {
      this.fail({ ...failureOf(error), relatedCommand: run, ...decision });
      return;
    }
    const failure = { code: codes.INTERNAL, message: error.message, metadata: [] };
    this.proposeRun(completionId, { kind: "failure", failure });
  }

  /** Whether the version can carry what the result holds; if not, the attempt fails. */
  canCarry(result: Result): boolean {
    if (result.kind !== "failure" || result.failure.metadata.length === 0) return true;
    return this.requireFeature("failureMetadata", "Terminal error metadata");
  }

  // --- endings

  /** Writes the handler's result and ends the invocation. */
  end(result: ValueOrFailure): void {
    if (!this.isRunning || !this.canCarry(result)) return;
    if (!this.issue({ type: "OutputCommand", result, name: "" })) return;
    if (!this.isReplaying) {
      this.#close({ kind: "completed" }, { type: "End" });
      return;
    }
    const next = this.#decodeNext();
    if (next) this.#failMismatch(report.describeEarlyEnd(next), this.journal.lastCommand);
  }

  /** Ends the attempt; the server resumes the invocation when the awaited set makes progress. */
  suspend(awaitingOn: FutureTree): void {
    if (this.isRunning) this.#close({ kind: "suspended" }, { type: "Suspension", awaitingOn });
  }

  /** V7: tells the server what user code is blocked on while the connection stays open. */
  announceAwait(awaitingOn: FutureTree): void {
    if (!this.isRunning) return;
    const message = { type: "AwaitingOn", awaitingOn, executingSideEffects: false } as const;
    this.#output.append(message, this.version);
  }

  /** Ends the attempt with an ErrorMessage. */
  fail(failure: AttemptFailure): void {
    if (this.isClosed) return;
    this.#close({ kind: "failed", failure }, toErrorMessage(failure));
  }

  /** User code rests although recorded commands follow: the await that blocks it is new. */
  failStuckReplay(awaited: readonly NotificationId[]): void {
    // Whoever awaits nothing of the server's waits for a promise of his own, which may settle yet.
    const next = awaited.length === 0 ? undefined : this.#decodeNext();
    if (!next) return;
    const { runs, start } = this;
    const words = report.describeStuckReplay({ awaited, runs, invocationId: start.id }, next);
    this.#failMismatch(words, runs.firstOf(awaited));
  }

  /** The connection is gone. */
  abort(reason: unknown): void {
    if (!this.isClosed) this.#close({ kind: "aborted", reason });
  }

  // --- internals

  #acceptFrames(): void {
    while (!this.isClosed) {
      const frame = this.#decoder.next();
      if (!frame) return;
      this.#accept(frame);
    }
  }

  #accept(frame: Frame): void {
    if (frame.kind === "command") this.#acceptCommand(frame);
    else if (frame.kind === "notification") this.#acceptNotification(frame);
    else this.#acceptControl(frame);
  }

  #acceptControl(frame: Frame): void {
    const { name } = frame;
    if (name === "Start" && this.#phase.kind === "awaitingStart") {
      this.#acceptStart(decodeMessage(name, frame));
    } else if (name === "ProposeRunCompletionAck" && this.isRunning) {
      this.#acceptAck(decodeMessage(name, frame).completionId);
    } else throw new ProtocolError(`Unexpected ${name} message while ${this.#phase.kind}`);
  }

  #acceptStart(message: StartMessage): void {
    if (message.knownEntries === 0) {
      throw new ProtocolError("The Start message announces no journal entries, not even the input");
    }
    this.start = message;
    // What is malformed is told at once; most handlers have no state.
    if (message.stateMap.length > 0) this.#eagerState = new EagerState(message);
    this.#phase = { kind: "awaitingJournal", remaining: message.knownEntries };
  }

  #acceptCommand(frame: Frame): void {
    if (this.#phase.kind !== "awaitingJournal") {
      throw new ProtocolError(`Unexpected ${frame.name} while ${this.#phase.kind}`);
    }
    this.journal.record(frame);
    this.#countEntry(this.#phase);
  }

  #acceptNotification(frame: Frame): void {
    if (this.#phase.kind === "awaitingStart") {
      throw new ProtocolError(`Unexpected ${frame.name} before the Start message`);
    }
    this.notifications.push(decodeNotification(frame.name, frame));
    if (this.#phase.kind === "awaitingJournal") this.#countEntry(this.#phase);
  }

  #acceptAck(completionId: number): void {
    const result = this.runs.acknowledge(completionId);
    if (!result) {
      throw new ProtocolError(
        `Received an ack for completion ${completionId}, which this attempt did not propose`,
      );
    }
    this.notifications.push({
      id: { kind: "completion", id: completionId },
      result,
      next: undefined,
    });
  }

  #countEntry(phase: JournalPhase): void {
    if (--phase.remaining > 0) return;
    this.#consumeInput();
    this.#phase = { kind: "running" };
  }

  /** The first command of every journal is the input. */
  #consumeInput(): void {
    const frame = this.journal.peekRecorded();
    if (frame?.name !== "InputCommand") {
      throw new ProtocolError(
        `The journal must begin with the input, but begins with ${frame?.name ?? "no command at all"}`,
      );
    }
    this.input = decodeMessage("InputCommand", frame);
    this.journal.takeRecorded();
    this.journal.advance(this.input);
  }

  #check(frame: Frame, executed: CommandMessage): boolean {
    // Equal bytes mean equal commands, since encoding is canonical: most replays end here.
    if (frame.name !== executed.type || !encodesTo(executed, this.version, frame)) {
      const recorded = this.#decodeNext();
      if (!recorded) return false;
      const mismatch = findMismatch(recorded, executed, this.#options);
      if (mismatch) {
        const { lastCommand } = this.journal;
        this.#failMismatch(report.describeMismatch(mismatch, lastCommand.index), lastCommand);
        return false;
      }
    }
    this.journal.takeRecorded();
    return true;
  }

  /** Recorded commands are decoded when they are needed. A malformed one ends the attempt. */
  #decodeNext(): CommandMessage | undefined {
    const frame = this.journal.peekRecorded();
    if (!frame) return undefined;
    try {
      return decodeMessage(frame.name as CommandName, frame);
    } catch (error) {
      this.fail(toProtocolFailure(error));
      return undefined;
    }
  }

  #failMismatch(message: string, relatedCommand: RelatedCommand | undefined): void {
    const canChoose = supportsFeature(this.version, "errorBehavior");
    const behavior = canChoose ? this.#options.handler.options.onJournalMismatchErrors : "retry";
    this.fail({ code: codes.JOURNAL_MISMATCH, message, relatedCommand, behavior });
  }

  #close(outcome: Outcome, closing?: ControlMessage): void {
    if (closing) this.#output.append(closing, this.version);
    this.#phase = { kind: "closed", outcome };
    this.#options.onClosed(outcome);
  }
}
