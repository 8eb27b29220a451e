/** Runs attempts: opens them with the journal, stores what they send, and tells how they end. */
import type { HostedRun, MisuseKind } from "@restatedev/restate-sdk/transport";
import {
  isCommand,
  type CommandMessage,
  type MessageOf,
  type NotificationMessage,
  type Received,
} from "../codec.js";
import type { AttemptEnd, AttemptRecord } from "./attempt-end.js";
import { Attempt, type AttemptOwner, type AttemptPoint } from "./attempt.js";
import type { Invocation } from "./invocation.js";
import { pinToLatest } from "./pinning.js";
import { setStatus, storeEntry } from "./records.js";
import { startMessage } from "./start-message.js";
import { Timeouts } from "./timeouts.js";
import { userCode } from "./user-code.js";
import type { World } from "./world.js";

/** Why the server cannot do what a command says. The attempt fails. */
export interface CommandRefusal {
  readonly code: number;
  readonly message: string;
}

/** What the runner tells of, in the order of an attempt's life. */
export interface AttemptObserver {
  /** A command was stored. */
  onCommand(invocation: Invocation, command: CommandMessage): CommandRefusal | undefined;
  /** The result of a run was proposed. */
  onProposal(invocation: Invocation, completion: NotificationMessage): void;
  onEnd(invocation: Invocation, ended: EndedAttempt): void;
}

export interface EndedAttempt {
  readonly end: AttemptEnd;
  /** Index of the first notification that the attempt was not told of. */
  readonly firstUnseen: number | undefined;
  /** What user code threw is not worth another attempt. */
  readonly isHopeless: boolean;
}

export class AttemptRunner implements AttemptOwner {
  /** By the serial of the attempt. */
  readonly #running = new Map<number, Invocation>();
  readonly #timeouts: Timeouts;
  readonly #hopeless = new Set<number>();

  constructor(
    private readonly world: World,
    private readonly observer: AttemptObserver,
  ) {
    this.#timeouts = new Timeouts(world);
  }

  /** Attempts under way. */
  get attempts(): Iterable<Attempt> {
    return [...this.#running.values()].flatMap(({ status }) =>
      status.kind === "running" ? [status.attempt] : [],
    );
  }

  start(invocation: Invocation): void {
    const { world } = this;
    const { version, mode } = world.options;
    const number = invocation.attempts.length + 1;
    if (number === 1) pinToLatest(world, invocation);
    const { id: invocationId, journal, request, service } = invocation;
    const attempt = new Attempt({
      invocationId,
      number,
      service: request.service,
      handler: request.handler,
      version,
      deployment: service.deployment,
      owner: this,
      headers: { "x-restate-server": "restate-sdk-testing" },
    });
    const replayedEntries = journal.entries.length;
    invocation.attempts.push({ number, startedAt: world.now, replayedEntries });
    world.history.add({ at: world.now, invocationId, kind: "attempt started", attempt: number });
    this.#running.set(attempt.serial, invocation);
    setStatus(world, invocation, { kind: "running", attempt });
    this.#timeouts.start(attempt, invocation.handler);
    attempt.start(journal.replay(startMessage(world, invocation)));
    if (mode === "suspend") attempt.closeInput();
  }

  // --- AttemptOwner

  now(): number {
    const executed = userCode.getStore()?.executed;
    // Actions may not use the context, so one that asks for the time is the context's own.
    if (executed?.run === "") executed.run = "ctx.date";
    return this.world.now;
  }

  whenAtRest(callback: () => void): void {
    this.world.scheduler.whenAtRest(callback);
  }

  active(attempt: Attempt): void {
    this.#timeouts.active(attempt);
    this.world.scheduler.wake();
  }

  cutsAt(point: AttemptPoint): boolean {
    return this.world.options.cutsAt?.(point) ?? false;
  }

  enter(attempt: Attempt, open: () => void): void {
    const invocation = this.#running.get(attempt.serial);
    if (invocation === undefined) open();
    else userCode.run({ invocation, attempt: attempt.number, run: undefined }, open);
  }

  misused(attempt: Attempt, kind: MisuseKind, message: string): void {
    // What an attempt does that is over has no effect; but that a handler did not wait shows only then.
    const invocation =
      this.#running.get(attempt.serial) ?? this.world.invocations.get(attempt.invocationId);
    if (invocation !== undefined) this.world.options.watcher?.onMisuse(invocation, kind, message);
  }

  serialized(attempt: Attempt, value: unknown, read: () => unknown): void {
    const invocation = this.#running.get(attempt.serial);
    if (invocation !== undefined) this.world.options.watcher?.onSerialized(invocation, value, read);
  }

  executeRun(attempt: Attempt, run: HostedRun, execute: () => unknown): unknown {
    const invocation = this.#running.get(attempt.serial);
    if (invocation === undefined) return execute();
    const { world } = this;
    const { number } = attempt;
    const executed = {
      at: world.now,
      invocationId: invocation.id,
      kind: "executed" as const,
      attempt: number,
      run: run.name,
    };
    world.history.add(executed);
    const { executeRun } = world.options;
    return userCode.run({ invocation, attempt: number, run: run.name, executed }, () =>
      executeRun === undefined
        ? execute()
        : executeRun({ invocation, attempt: number, run, execute }),
    );
  }

  failed(attempt: Attempt, cause: unknown): void {
    const invocation = this.#running.get(attempt.serial);
    if (invocation === undefined) return;
    if (this.world.options.onThrown?.(invocation, cause) === true)
      this.#hopeless.add(attempt.serial);
  }

  received(attempt: Attempt, { message, requestsAck }: Received): void {
    const invocation = this.#running.get(attempt.serial);
    if (invocation === undefined) return;
    if (isCommand(message)) this.#takeCommand(attempt, invocation, message);
    else if (message.type === "ProposeRunCompletion") {
      if (requestsAck) attempt.proposedForAck.add(message.resultCompletionId);
      this.observer.onProposal(invocation, completionOf(invocation, message));
    } else throw new Error(`${message.type} is not for the endpoint to send`);
  }

  ended(attempt: Attempt, end: AttemptEnd): void {
    const invocation = this.#running.get(attempt.serial);
    if (invocation === undefined) return;
    this.#running.delete(attempt.serial);
    this.#timeouts.stop(attempt);
    const { world } = this;
    const record = invocation.attempts.at(-1) as AttemptRecord;
    record.endedAt = world.now;
    record.end = end;
    const event = { kind: "attempt ended", attempt: attempt.number, end } as const;
    world.history.add({ at: world.now, invocationId: invocation.id, ...event });
    world.scheduler.wake();
    const isHopeless = this.#hopeless.delete(attempt.serial);
    this.observer.onEnd(invocation, { end, firstUnseen: attempt.firstUnseen, isHopeless });
  }

  #takeCommand(attempt: Attempt, invocation: Invocation, command: CommandMessage): void {
    storeEntry(this.world, invocation, command);
    const refusal = this.observer.onCommand(invocation, command);
    if (refusal === undefined) return;
    const { onRefused } = this.world.options;
    if (onRefused !== undefined) this.#hopeless.add(attempt.serial);
    attempt.fail(refusal);
    onRefused?.(new Error(`${invocation.targetName}: ${refusal.message}`));
  }
}

function completionOf(
  invocation: Invocation,
  { resultCompletionId: id, result }: MessageOf<"ProposeRunCompletion">,
): NotificationMessage {
  if (invocation.journal.commandOf(id)?.type !== "RunCommand") {
    throw new Error(`A result was proposed for completion ${id}, which is no run`);
  }
  return { type: "RunCompletionNotification", id: { kind: "completion", id }, result };
}
