/** Moves invocations from state to state: the part of the server that starts, resumes, retries and completes them. */
import {
  CANCEL_SIGNAL,
  type CommandMessage,
  type Failure,
  type FutureTree,
  type NotificationMessage,
  type ValueOrFailure,
} from "../codec.js";
import { plainFailure, type AttemptFailure } from "./attempt-end.js";
import {
  AttemptRunner,
  type AttemptObserver,
  type CommandRefusal,
  type EndedAttempt,
} from "./attempt-runner.js";
import type { Attempt } from "./attempt.js";
import { isResolved } from "./await-point.js";
import type { Invocation, InvocationStatus } from "./invocation.js";
import { keyOf } from "./journal.js";
import { targetId } from "./keyed-stores.js";
import { pinToLatest } from "./pinning.js";
import { realNow } from "./real-time.js";
import { setStatus, storeEntry } from "./records.js";
import { decideRetry, type RetryVerdict } from "./retry-policy.js";
import type { World } from "./world.js";

/** What a command that was just stored brings about. */
export type CommandEffect = (
  invocation: Invocation,
  command: CommandMessage,
) => CommandRefusal | undefined;

export interface ResumeOptions {
  /** Where to go on: on the deployment that it began on (default), or on the latest one, for example with a fix. */
  readonly deployment?: "keep" | "latest" | undefined;
}

export class Lifecycle implements AttemptObserver {
  readonly #runner: AttemptRunner;

  constructor(
    private readonly world: World,
    private readonly applyCommand: CommandEffect,
  ) {
    this.#runner = new AttemptRunner(world, this);
  }

  /** Attempts under way. */
  get attempts(): Iterable<Attempt> {
    return this.#runner.attempts;
  }

  // --- towards running

  /** Takes a new invocation in: it runs when its time has come, its key is free and there is room. */
  admit(invocation: Invocation): void {
    const { notBefore } = invocation.request;
    if (notBefore === undefined || notBefore <= this.world.now) {
      this.#enqueue(invocation);
      return;
    }
    const label = `delayed start of ${invocation.targetName}`;
    const cancel = this.world.timers.add({ at: notBefore, label }, () => {
      if (invocation.status.kind === "scheduled") this.#enqueue(invocation);
    });
    this.#set(invocation, { kind: "scheduled", at: notBefore, cancel });
  }

  #enqueue(invocation: Invocation): void {
    const lock = lockOf(invocation);
    if (lock !== undefined && !this.world.locks.acquire(lock, invocation)) {
      this.#set(invocation, { kind: "pending", waitsFor: "key" });
      return;
    }
    this.#makeReady(invocation);
  }

  #makeReady(invocation: Invocation): void {
    if (!this.world.limits.acquire(invocation)) {
      this.#set(invocation, { kind: "pending", waitsFor: "slot" });
      return;
    }
    this.#start(invocation);
  }

  #start(invocation: Invocation): void {
    this.#set(invocation, { kind: "ready" });
    this.world.scheduler.add({
      channel: invocation.id,
      label: `start an attempt of ${invocation.targetName}`,
      run: () => {
        if (invocation.status.kind === "ready") this.#runner.start(invocation);
      },
    });
  }

  // --- AttemptObserver

  onCommand(invocation: Invocation, command: CommandMessage): CommandRefusal | undefined {
    return this.applyCommand(invocation, command);
  }

  onProposal(invocation: Invocation, completion: NotificationMessage): void {
    this.notify(invocation, completion);
  }

  onEnd(invocation: Invocation, { end, firstUnseen, isHopeless }: EndedAttempt): void {
    this.#releaseSlot(invocation);
    if (invocation.isKilled) return;
    switch (end.kind) {
      case "completed":
        this.#completed(invocation);
        break;
      case "suspended":
        this.#suspended(invocation, end.awaiting, firstUnseen);
        break;
      case "failed":
        this.#failed(invocation, end.failure, isHopeless);
        break;
      case "cut": {
        if (end.isCrash && this.world.options.forgetCrashes) {
          this.#makeReady(invocation);
          break;
        }
        const failure = { code: 500, message: `The connection was lost: ${end.why}` };
        this.#failed(invocation, plainFailure(failure), false);
      }
    }
  }

  // --- notifications

  /** Stores a notification when its turn comes, and tells whoever waits for it. */
  notify(invocation: Invocation, notification: NotificationMessage, channel?: string): void {
    this.world.scheduler.add({
      channel: `${invocation.id} ${channel ?? "own"}`,
      label: `${notification.type} for ${invocation.targetName}`,
      run: () => {
        this.#deliver(invocation, notification);
      },
    });
  }

  #deliver(invocation: Invocation, notification: NotificationMessage): void {
    const { journal, status } = invocation;
    if (status.kind === "completed") return;
    const key = keyOf(notification.id);
    if (notification.id.kind === "completion" && journal.has(key)) return;
    storeEntry(this.world, invocation, notification);
    if (status.kind === "running") {
      const { attempt } = status;
      if (attempt.isInputOpen) attempt.notify(notification);
      else attempt.firstUnseen ??= journal.entries.length - 1;
    } else if (status.kind === "suspended") {
      if (isResolved(status.awaiting, journal, status.seen)) this.#makeReady(invocation);
    }
  }

  // --- what becomes of an attempt that has ended

  #suspended(invocation: Invocation, awaiting: FutureTree, firstUnseen: number | undefined): void {
    const seen = firstUnseen ?? invocation.journal.entries.length;
    invocation.failures = 0;
    if (invocation.isPauseRequested) this.#pause(invocation);
    else if (isResolved(awaiting, invocation.journal, seen)) this.#makeReady(invocation);
    else this.#set(invocation, { kind: "suspended", awaiting, seen });
  }

  #failed(invocation: Invocation, failure: AttemptFailure, isHopeless: boolean): void {
    invocation.lastFailure = failure;
    invocation.failures++;
    invocation.failuresSinceLastEntry++;
    if (invocation.fruitless === 1) invocation.failsSince = realNow();
    const { code, message, metadata, behavior, nextRetryDelayMs } = failure;
    const result: ValueOrFailure = { kind: "failure", failure: { code, message, metadata } };
    if (isHopeless || behavior === "fail" || !this.world.options.retries) {
      this.complete(invocation, result);
      return;
    }
    if (behavior === "pause" || invocation.isPauseRequested) {
      this.#pause(invocation);
      return;
    }
    const verdict = this.#verdictOn(invocation, nextRetryDelayMs);
    if (verdict.kind === "retry") this.#backOff(invocation, verdict.delayMs);
    else if (verdict.kind === "pause") this.#pause(invocation);
    else this.complete(invocation, result);
  }

  #verdictOn(invocation: Invocation, nextRetryDelayMs: number | undefined): RetryVerdict {
    const { failures, handler } = invocation;
    const { retryPolicy } = handler;
    const isForEver = nextRetryDelayMs !== undefined || retryPolicy.maxAttempts === Infinity;
    if (isForEver && this.world.options.hasFailedEnough(invocation)) return { kind: "pause" };
    if (nextRetryDelayMs === undefined) return decideRetry(retryPolicy, failures);
    return { kind: "retry", delayMs: nextRetryDelayMs };
  }

  #backOff(invocation: Invocation, delayMs: number): void {
    const until = this.world.now + delayMs;
    const label = `retry of ${invocation.targetName}`;
    const cancel = this.world.timers.add({ at: until, label }, () => {
      if (invocation.status.kind === "backing-off") this.#makeReady(invocation);
    });
    this.#set(invocation, { kind: "backing-off", until, cancel });
  }

  #pause(invocation: Invocation): void {
    invocation.isPauseRequested = false;
    this.#set(invocation, { kind: "paused" });
  }

  #completed(invocation: Invocation): void {
    const { output } = invocation.journal;
    if (output !== undefined) this.complete(invocation, output);
    else
      this.#failed(
        invocation,
        plainFailure({ code: 571, message: "End without an output" }),
        false,
      );
  }

  // --- ends

  /** The invocation is over: its key is free, and whoever waits for the result gets it. */
  complete(invocation: Invocation, result: ValueOrFailure): void {
    const { world } = this;
    const { status } = invocation;
    if (status.kind === "completed") return;
    if (status.kind === "scheduled" || status.kind === "backing-off") status.cancel();
    if (status.kind === "ready") this.#releaseSlot(invocation);
    this.#set(invocation, { kind: "completed", result, at: world.now });
    world.limits.forget(invocation);
    const lock = lockOf(invocation);
    const next = lock === undefined ? undefined : world.locks.release(lock, invocation);
    if (next !== undefined) this.#makeReady(next);
    for (const listener of invocation.listeners.splice(0)) listener(result);
    for (const cancel of invocation.timers) cancel();
    invocation.timers.clear();
    const retentionMs = retentionOf(invocation);
    const options = {
      at: world.now + retentionMs,
      label: `retention of ${invocation.targetName}`,
      isHousekeeping: true,
    };
    if (retentionMs === 0) this.purge(invocation);
    else world.timers.add(options, () => this.purge(invocation));
  }

  /** Forgets a completed invocation; with a workflow go its state and promises. */
  purge(invocation: Invocation): void {
    const { world } = this;
    if (
      invocation.status.kind !== "completed" ||
      world.invocations.get(invocation.id) !== invocation
    )
      return;
    world.forget(invocation);
    for (const [name, named] of world.named) if (named === invocation) world.named.delete(name);
    const { keyed } = invocation;
    if (invocation.handler.kind !== "workflow" || keyed === undefined) return;
    world.state.clear(keyed);
    world.promises.clear(keyed);
  }

  /** Ends an invocation and everything it waits for, without asking. */
  kill(invocation: Invocation): void {
    const { status } = invocation;
    if (status.kind === "completed") return;
    invocation.isKilled = true;
    if (status.kind === "running") status.attempt.cut("the invocation was killed");
    this.#terminate(invocation, KILLED);
    for (const callee of invocation.callees) this.kill(callee);
  }

  /** Asks an invocation to stop; one that waits for its time or its turn to start is over at once. */
  cancel(invocation: Invocation): "cancelled" | "requested" | "over" {
    const { attempts, status } = invocation;
    if (status.kind === "completed") return "over";
    // One that is about to run is asked too, and its first attempt finds out: so do servers.
    if (attempts.length === 0 && (status.kind === "scheduled" || status.kind === "pending")) {
      this.#terminate(invocation, CANCELLED);
      return "cancelled";
    }
    const id = { kind: "signal", idx: CANCEL_SIGNAL } as const;
    this.notify(invocation, { type: "SignalNotification", id, result: { kind: "void" } }, "cancel");
    return "requested";
  }

  /** Whoever waits gets the failure. Of what had to wait for its turn, servers keep nothing, not even for its idempotency key. */
  #terminate(invocation: Invocation, failure: Failure): void {
    const { kind } = invocation.status;
    this.complete(invocation, { kind: "failure", failure });
    if (kind === "scheduled" || kind === "pending") this.purge(invocation);
  }

  /** Pauses an invocation: at once if no attempt runs, else when it ends. */
  pause(invocation: Invocation): void {
    const { status } = invocation;
    if (status.kind === "running") {
      invocation.isPauseRequested = true;
      status.attempt.closeInput();
      return;
    }
    if (status.kind === "backing-off") status.cancel();
    else if (status.kind !== "suspended") return;
    this.#pause(invocation);
  }

  /** Goes on with a paused or suspended invocation, or retries a failed one at once. */
  resume(invocation: Invocation, { deployment = "keep" }: ResumeOptions = {}): void {
    const { status } = invocation;
    if (status.kind === "backing-off") status.cancel();
    else if (status.kind !== "paused" && status.kind !== "suspended") return;
    if (deployment === "latest") pinToLatest(this.world, invocation);
    invocation.failures = 0;
    this.#makeReady(invocation);
  }

  // --- helpers

  #releaseSlot(invocation: Invocation): void {
    for (const next of this.world.limits.release(invocation)) this.#start(next);
  }

  #set(invocation: Invocation, status: InvocationStatus): void {
    setStatus(this.world, invocation, status);
  }
}

const KILLED = { code: 409, message: "killed", metadata: [] };
const CANCELLED = { code: 409, message: "canceled", metadata: [] };

/** Only exclusive handlers of objects exclude each other; a workflow runs once anyway. */
function lockOf({ handler, keyed }: Invocation): string | undefined {
  return handler.kind === "exclusive" && keyed !== undefined ? targetId(keyed) : undefined;
}

function retentionOf({ handler, request }: Invocation): number {
  if (handler.kind === "workflow") return handler.workflowRetentionMs;
  return request.idempotencyKey === undefined
    ? handler.journalRetentionMs
    : handler.idempotencyRetentionMs;
}
