/**
 * One attempt of one invocation as a pure state machine: bytes in, bytes out, no promises, no timers, no sockets.
 *
 * It receives the recorded journal, checks the commands of user code against it, emits new ones, keeps notifications
 * in journal order and writes the frame that ends the attempt. What user code gets to see, and when, is decided above.
 */
import { codes } from "../errors/codes.js";
import { ProtocolError } from "../errors/protocol-error.js";
import { decodeMessage, decodeNotification } from "../protocol/decode.js";
import { OutputBuffer } from "../protocol/encode.js";
import { FrameDecoder, type Frame } from "../protocol/frame-decoder.js";
import { MESSAGE_TYPES } from "../protocol/message-types.js";
import type {
  CommandMessage,
  FutureTree,
  InputCommandMessage,
  Message,
  StartMessage,
  ValueOrFailure,
} from "../protocol/messages.js";
import type { ProtocolVersion } from "../protocol/version.js";
import { EagerState } from "./eager-state.js";
import { Journal } from "./journal.js";
import { describeEarlyEnd, describeMismatch, describeStuckReplay } from "./mismatch-report.js";
import { NotificationQueue } from "./notification-queue.js";
import type { AttemptFailure, Outcome } from "./outcome.js";
import type { Phase } from "./phase.js";
import { findMismatch } from "./replay-check.js";
import { Runs } from "./runs.js";
import { decideRetry, type RunRetryPolicy } from "./retry-policy.js";

export interface MachineOptions {
  readonly version: ProtocolVersion;
  /** False where a journal value codec may encode equal values to different bytes. */
  readonly comparePayloads: boolean;
  readonly onJournalMismatch: "retry" | "pause" | "fail";
  /** Called once, from whatever ends the attempt, after the closing frame was written. */
  readonly onClosed: (outcome: Outcome) => void;
}

/** The error of a run closure that is to be retried, as the run executor saw it. */
export interface RetryableRunFailure {
  readonly message: string;
  readonly stacktrace: string;
  /** How long this execution of the closure took. */
  readonly elapsedMs: number;
}

export class InvocationMachine {
  readonly journal = new Journal();
  readonly notifications = new NotificationQueue();
  readonly runs = new Runs();
  readonly version: ProtocolVersion;

  private readonly decoder = new FrameDecoder();
  private readonly output = new OutputBuffer();
  private phase: Phase = { kind: "awaitingStart" };
  private startMessage: StartMessage | undefined;
  private inputCommand: InputCommandMessage | undefined;
  private eagerState: EagerState | undefined;
  private inputClosed = false;
  /** Until this attempt adds a command of its own, the server's retry count speaks of the last replayed one. */
  private hasEmitted = false;

  constructor(private readonly options: MachineOptions) {
    this.version = options.version;
  }

  // --- bytes in, bytes out

  /** Takes request bytes, cut anywhere. Malformed input fails the attempt. */
  feed(chunk: Uint8Array): void {
    if (this.isClosed) return;
    try {
      this.decoder.push(chunk);
      for (let frame = this.decoder.next(); frame !== undefined; frame = this.decoder.next()) {
        this.accept(frame);
        if (this.isClosed) return;
      }
    } catch (error) {
      this.fail(toProtocolFailure(error));
    }
  }

  /** The server half-closed the request. */
  closeInput(): void {
    this.inputClosed = true;
    if (this.isClosed || this.isRunning) return;
    this.fail(
      toProtocolFailure(
        new ProtocolError("The request ended before the whole journal had been received"),
      ),
    );
  }

  /** Everything written since the last call. */
  takeOutput(): Uint8Array | undefined {
    return this.output.take();
  }

  get hasOutput(): boolean {
    return !this.output.isEmpty;
  }

  // --- phases

  get isRunning(): boolean {
    return this.phase.kind === "running";
  }

  get isClosed(): boolean {
    return this.phase.kind === "closed";
  }

  get isInputClosed(): boolean {
    return this.inputClosed;
  }

  /** Whether commands of an earlier attempt are still being repeated. */
  get isReplaying(): boolean {
    return this.journal.isReplaying;
  }

  /** What the server said about the invocation. Only once the machine is running. */
  get start(): StartMessage {
    return this.mustHave(this.startMessage);
  }

  /** The recorded input. Only once the machine is running. */
  get input(): InputCommandMessage {
    return this.mustHave(this.inputCommand);
  }

  get state(): EagerState {
    return this.mustHave(this.eagerState);
  }

  // --- commands

  /**
   * Executes a command: checks it against the recorded one, or emits it.
   * Returns false when the attempt is over; the caller's future then never settles.
   */
  issue(command: CommandMessage): boolean {
    if (!this.isRunning) return false;
    this.journal.advance(command);
    const recorded = this.journal.peekRecorded();
    if (recorded === undefined) {
      this.hasEmitted = true;
      this.output.append(command, this.version);
      return true;
    }
    return this.check(recorded, command);
  }

  /** Refuses what the negotiated version cannot say. */
  requireVersion(minimum: ProtocolVersion, feature: string): boolean {
    if (this.version >= minimum) return true;
    this.fail({
      code: codes.UNSUPPORTED_FEATURE,
      message:
        `${feature} needs service protocol V${String(minimum)}, but this invocation uses V${String(this.version)}. ` +
        "Update the Restate server or enable the feature there, or do without it.",
    });
    return false;
  }

  // --- runs

  /** Proposes the result of a run closure; it settles when the server has made it durable. */
  proposeRun(completionId: number, result: ValueOrFailure): void {
    const run = this.runs.get(completionId);
    if (run === undefined || !this.isRunning) return;
    if (result.kind === "failure" && !this.supportsMetadata(result.failure.metadata.length)) return;
    // A V7 ack carries no value, so the result is kept until it is acknowledged; older servers echo it.
    this.runs.propose(completionId, this.version >= 7 ? result : undefined);
    this.output.append(
      { type: "ProposeRunCompletion", resultCompletionId: completionId, result },
      this.version,
    );
  }

  /** A run closure failed with an error that is not terminal: ends the attempt, or gives up and proposes a failure. */
  failRun(completionId: number, failure: RetryableRunFailure, policy: RunRetryPolicy): void {
    const run = this.runs.get(completionId);
    if (run === undefined || !this.isRunning) return;
    const decision = decideRetry(policy, this.retryProgress(failure.elapsedMs));
    if (decision.kind === "giveUp") {
      this.proposeRun(completionId, {
        kind: "failure",
        failure: { code: codes.INTERNAL, message: failure.message, metadata: [] },
      });
      return;
    }
    const relatedCommand = { index: run.commandIndex, type: "RunCommand", name: run.name } as const;
    const base = { code: codes.INTERNAL, message: failure.message, stacktrace: failure.stacktrace };
    if (decision.kind === "pause") {
      if (this.requireVersion(7, "PauseError")) this.fail({ ...base, relatedCommand, behavior: "pause" });
    } else {
      const delay = decision.delayMs;
      this.fail({ ...base, relatedCommand, ...(delay !== undefined && { nextRetryDelayMs: delay }) });
    }
  }

  /** Terminal error metadata exists since V6. */
  supportsMetadata(entries: number): boolean {
    return entries === 0 || this.requireVersion(6, "Terminal error metadata");
  }

  // --- endings

  /** Writes the handler's result and ends the invocation. */
  end(result: ValueOrFailure): void {
    if (!this.isRunning) return;
    if (result.kind === "failure" && !this.supportsMetadata(result.failure.metadata.length)) return;
    if (!this.issue({ type: "OutputCommand", result, name: "" })) return;
    const next = this.journal.peekRecorded();
    if (next !== undefined) {
      this.failMismatch(describeEarlyEnd(decodeCommand(next), this.journal.commandIndex + 1));
      return;
    }
    this.close({ kind: "completed" }, { type: "End" });
  }

  /** Ends the attempt; the server resumes the invocation when the awaited set makes progress. */
  suspend(awaitingOn: FutureTree): void {
    if (this.isRunning) this.close({ kind: "suspended" }, { type: "Suspension", awaitingOn });
  }

  /** V7: tells the server what user code is blocked on while the connection stays open. */
  announceAwait(awaitingOn: FutureTree): void {
    if (!this.isRunning) return;
    this.output.append(
      { type: "AwaitingOn", awaitingOn, executingSideEffects: false },
      this.version,
    );
  }

  /** Ends the attempt with an ErrorMessage. Without a related command, the last one is named. */
  fail(failure: AttemptFailure): void {
    if (this.isClosed) return;
    const related = failure.relatedCommand ?? this.journal.lastCommand();
    const behavior = failure.behavior ?? "retry";
    this.close(
      { kind: "failed", failure },
      {
        type: "Error",
        code: failure.code,
        message: failure.message,
        stacktrace: failure.stacktrace ?? "",
        relatedCommandIndex: related?.index,
        relatedCommandName: related === undefined || related.name === "" ? undefined : related.name,
        relatedCommandType: related === undefined ? undefined : MESSAGE_TYPES[related.type].id,
        nextRetryDelay: failure.nextRetryDelayMs,
        behavior: this.version >= 7 ? behavior : "retry",
      },
    );
  }

  /** User code rests although recorded commands follow: the await that blocks it is new. */
  failStuckReplay(awaited: readonly string[]): void {
    const next = this.journal.peekRecorded();
    if (next === undefined) return;
    this.failMismatch(
      describeStuckReplay(awaited, decodeCommand(next), this.journal.commandIndex + 1),
    );
  }

  /** The connection is gone. */
  abort(reason: unknown): void {
    if (!this.isClosed) this.close({ kind: "aborted", reason });
  }

  // --- internals

  private accept(frame: Frame): void {
    switch (MESSAGE_TYPES[frame.name].kind) {
      case "command":
        this.acceptCommand(frame);
        break;
      case "notification":
        this.acceptNotification(frame);
        break;
      case "control":
        this.acceptControl(frame);
        break;
    }
  }

  private acceptControl(frame: Frame): void {
    const message = decodeMessage(frame.name, frame.payload);
    if (message.type === "Start" && this.phase.kind === "awaitingStart") this.acceptStart(message);
    else if (message.type === "ProposeRunCompletionAck" && this.isRunning) {
      this.acceptAck(message.completionId);
    } else throw new ProtocolError(`Unexpected ${frame.name} message while ${this.phase.kind}`);
  }

  private acceptStart(message: StartMessage): void {
    if (message.knownEntries === 0) {
      throw new ProtocolError("The Start message announces no journal entries, not even the input");
    }
    this.startMessage = message;
    this.eagerState = new EagerState(message);
    this.phase = { kind: "awaitingJournal", remainingEntries: message.knownEntries };
  }

  private acceptCommand(frame: Frame): void {
    if (this.phase.kind !== "awaitingJournal") {
      throw new ProtocolError(`Unexpected ${frame.name} while ${this.phase.kind}`);
    }
    this.journal.record(frame);
    this.countEntry(this.phase.remainingEntries);
  }

  private acceptNotification(frame: Frame): void {
    if (this.phase.kind === "awaitingStart") {
      throw new ProtocolError(`Unexpected ${frame.name} before the Start message`);
    }
    this.notifications.push(decodeNotification(frame.name, frame.payload));
    if (this.phase.kind === "awaitingJournal") this.countEntry(this.phase.remainingEntries);
  }

  private acceptAck(completionId: number): void {
    const result = this.runs.acknowledge(completionId);
    if (result === undefined) {
      throw new ProtocolError(
        `Acknowledgement of run completion ${String(completionId)}, which this attempt did not propose`,
      );
    }
    this.notifications.push({ id: { kind: "completion", id: completionId }, result });
  }

  private countEntry(remaining: number): void {
    if (remaining > 1) {
      this.phase = { kind: "awaitingJournal", remainingEntries: remaining - 1 };
      return;
    }
    this.consumeInput();
    this.phase = { kind: "running" };
  }

  /** The first command of every journal is the input. */
  private consumeInput(): void {
    const frame = this.journal.peekRecorded();
    if (frame?.name !== "InputCommand") {
      throw new ProtocolError(
        `The journal must begin with the input, but begins with ${frame?.name ?? "no command at all"}`,
      );
    }
    this.inputCommand = decodeMessage(frame.name, frame.payload) as InputCommandMessage;
    this.journal.takeRecorded();
    this.journal.advance(this.inputCommand);
  }

  private check(recorded: Frame, command: CommandMessage): boolean {
    const mismatch = findMismatch(recorded, command, this.options);
    if (mismatch !== undefined) {
      this.failMismatch(describeMismatch(mismatch, this.journal.commandIndex));
      return false;
    }
    this.journal.takeRecorded();
    return true;
  }

  private failMismatch(message: string): void {
    this.fail({
      code: codes.JOURNAL_MISMATCH,
      message,
      behavior: this.options.onJournalMismatch,
    });
  }

  private retryProgress(elapsedMs: number): { attempts: number; elapsedMs: number } {
    const { retryCountSinceLastStoredEntry: count, durationSinceLastStoredEntry: duration } =
      this.start;
    if (this.hasEmitted || count === 0) return { attempts: 1, elapsedMs };
    return { attempts: count + 1, elapsedMs: duration + elapsedMs };
  }

  private close(outcome: Outcome, closing?: Message): void {
    if (closing !== undefined) this.output.append(closing, this.version);
    this.phase = { kind: "closed", outcome };
    this.options.onClosed(outcome);
  }

  private mustHave<TValue>(value: TValue | undefined): TValue {
    if (value === undefined) throw new Error("The journal has not been received yet");
    return value;
  }
}

function toProtocolFailure(error: unknown): AttemptFailure {
  const message = error instanceof Error ? error.message : String(error);
  const stacktrace = error instanceof Error ? (error.stack ?? "") : "";
  const code = error instanceof ProtocolError ? error.code : codes.INTERNAL;
  return { code, message, stacktrace };
}

function decodeCommand(frame: Frame): CommandMessage {
  return decodeMessage(frame.name, frame.payload) as CommandMessage;
}
