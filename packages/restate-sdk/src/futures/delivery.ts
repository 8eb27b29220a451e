/**
 * THE rule that makes replay deterministic: user code sees one notification at a time, in journal order, and the next
 * one only after it has come to rest, that is after every microtask that the last one set off has run.
 *
 * - A notification that nobody awaits is noted and the next one follows at once.
 * - What it has brought counts from the moment at which somebody awaits it: that resolves in microtasks, never earlier.
 * - Only the rest callback sets `atRest`; every delivery and every sign of activity clears it.
 * - A closure of `ctx.run` starts only when there is nothing left to deliver: it may be about to be completed.
 */
import type { AttemptHost } from "../api/attempt-host.js";
import { CancelledError } from "../errors/terminal-error.js";
import { cancelInvocation, CANCEL_SIGNAL } from "../machine/commands.js";
import type { InvocationMachine } from "../machine/machine.js";
import type { Notification } from "../protocol/messages.js";
import type { Duration } from "@restatedev/restate-sdk-core";
import { whenAtRest } from "../util/rest.js";
import { Ring } from "../util/ring.js";
import { leavesOf, toFutureTree, type AwaitTree, type KnownFeeders } from "./await-tree.js";
import { Announcements } from "./announcements.js";
import { CancellableCalls } from "./cancellable-calls.js";
import { bindDerivedFutures } from "./derived.js";
import type { Future } from "./future.js";
import type { Mailbox } from "./mailbox.js";
import { Preparations } from "./preparation.js";
import { Recipients } from "./recipients.js";
import type { RunFuture, RunRuntime } from "./run-future.js";
import type { SingleFuture } from "./single.js";

bindDerivedFutures();

export interface DeliveryOptions {
  readonly machine: InvocationMachine;
  /** With explicit cancellation the cancel signal is a signal like any other. */
  readonly handler: { readonly options: { readonly explicitCancellation: boolean } };
  readonly request: { readonly host?: Pick<AttemptHost, "whenAtRest" | "onBlocked"> };
  /** Writes what the machine has put out. */
  flush(): void;
  /** Called for an error that must end the attempt. */
  abort(error: unknown): void;
  startTimer(duration: Duration | number): Future<void>;
}

export class Delivery implements RunRuntime {
  readonly #options: DeliveryOptions;
  readonly awaiting = new Ring<Future<unknown>>();
  unawaited = 0;

  readonly #machine: InvocationMachine;
  #hasEnded = false;
  #atRest = false;
  #restArmed = false;
  #isPaused = false;
  #wasCancelled = false;
  #isPumping = false;
  #mustPump = false;

  readonly #recipients: Recipients;
  readonly calls: CancellableCalls;
  /** Runs whose closure has not been started. */
  #pendingRuns: RunFuture<unknown>[] = [];
  /** By completion id. A list, like those of `Runs`. */
  readonly #executingRuns: (RunFuture<unknown> | undefined)[] = [];
  #executingCount = 0;

  readonly #announcements = new Announcements();
  /** Only an asynchronous codec needs some. */
  #preparations: Preparations | undefined;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#machine = options.machine;
    this.#recipients = new Recipients(options.machine, this);
    this.calls = new CancellableCalls(options.machine);
  }

  // --- events from outside

  /** User code is about to start. Nothing is delivered before. */
  begin(): void {
    this.#armRest();
  }

  /**
   * The handler has returned or thrown. However long interceptors still take, what it left behind sees nothing any more
   * and its commands are dropped: an attempt that is done must neither differ from the last one there nor suspend.
   */
  end(): void {
    this.#hasEnded = true;
    this.#machine.journal.seal();
  }

  /** Notifications have arrived, the input was closed, or a run closure has ended. */
  progress(): void {
    if (this.#atRest) this.#advance();
  }

  /** The transport's buffer is full. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.progress();
  }

  /** The attempt is over: run closures in flight get to know. */
  close(): void {
    this.#abortRuns(undefined);
  }

  // --- registration of futures

  register(future: SingleFuture<unknown>): Mailbox | undefined {
    return this.#recipients.add(future);
  }

  addRun(run: RunFuture<unknown>): void {
    this.#pendingRuns.push(run);
  }

  // --- FutureRuntime

  /** Answers whether something else than a delivery woke user code (a promise of its own): it must come to rest again. */
  touch(): boolean {
    const wasAtRest = this.#atRest;
    if (wasAtRest) this.#markActive();
    return wasAtRest;
  }

  whenDecoded(decoding: Promise<void> | undefined, action: () => void): void {
    // What user code awaits now stays pending.
    if (this.isOver) return;
    if (!decoding && this.#isPrepared) this.#guard(action);
    else (this.#preparations ??= new Preparations()).add(decoding, action);
  }

  startTimer(duration: Duration | number): Future<void> {
    return this.#options.startTimer(duration);
  }

  abort(error: unknown): void {
    if (!this.#hasEnded) this.#options.abort(error);
  }

  // --- runs

  runStarted(completionId: number, run: RunFuture<unknown>): void {
    this.#executingRuns[completionId] = run;
    this.#executingCount++;
  }

  runEnded(completionId: number, retry: RunFuture<unknown> | undefined): void {
    this.#executingRuns[completionId] = undefined;
    this.#executingCount--;
    if (this.#machine.isClosed) return;
    if (retry) this.#pendingRuns.push(retry);
    // Others may end in this very moment: we look what is left to do when all of them have proposed their results.
    this.touch();
  }

  /** Whether the closure of a run has started and not ended. */
  get isExecuting(): boolean {
    return this.#executingCount > 0;
  }

  #abortRuns(reason: unknown): void {
    for (const run of this.#executingRuns) run?.abort(reason);
  }

  /** For a warning at the end of the handler. After a cancellation it is no mistake to leave runs alone. */
  neverStartedRuns(): string[] {
    return this.#wasCancelled ? [] : this.#pendingRuns.map((run) => run.label);
  }

  get isOver(): boolean {
    return this.#hasEnded || this.#machine.isClosed;
  }

  // --- rest

  #markActive(): void {
    this.#atRest = false;
    this.#armRest();
  }

  #armRest(): void {
    if (this.#restArmed) return;
    this.#restArmed = true;
    // A closure for each time, rather than one that an attempt holds for as long as it waits.
    (this.#options.request.host?.whenAtRest ?? whenAtRest)(() => {
      this.#onRest();
    });
  }

  #onRest(): void {
    this.#restArmed = false;
    if (this.#machine.isClosed) return;
    this.#atRest = true;
    this.#advance();
  }

  #advance(): void {
    try {
      if (this.#hasEnded) {
        if (this.#machine.hasOutput) this.#options.flush();
      } else if (this.#isPrepared) this.#pump();
      else {
        this.#preparations?.start(
          (actions) => this.#onDecoded(actions),
          (error) => this.abort(error),
        );
      }
    } catch (error) {
      // Nobody above could handle it: it would end the process, and every other invocation with it.
      this.abort(error);
    }
  }

  /** Whether nothing waits for a codec. */
  get #isPrepared(): boolean {
    return this.#preparations?.isIdle !== false;
  }

  #onDecoded(actions: readonly (() => void)[]): void {
    if (this.isOver) return;
    this.#markActive();
    for (const action of actions) this.#guard(action);
  }

  // --- the pump

  #pump(): void {
    this.#mustPump = true;
    // Otherwise the transport has answered in the middle of a write.
    if (this.#isPumping) return;
    this.#isPumping = true;
    while (this.#mustPump && this.#atRest && !this.#isPaused && !this.#machine.isClosed) {
      if (this.#deliverNext()) continue;
      this.#mustPump = false;
      this.#onBlocked();
    }
    this.#isPumping = false;
  }

  /** False if there is nothing that could be delivered. A future that user code may notice touches this. */
  #deliverNext(): boolean {
    const notification = this.#machine.notifications.peek();
    if (!notification) return false;
    if (!this.#options.handler.options.explicitCancellation && isCancel(notification))
      return this.#deliverCancel();
    this.#machine.notifications.pop();
    this.#recipients.route(notification);
    return true;
  }

  /**
   * Cancellation keeps its place in the queue. It waits there until something is awaited and until the ids of the
   * calls to cancel are known; then it is one step: cancel the calls, reject everything awaited.
   */
  #deliverCancel(): boolean {
    if (this.awaiting.isEmpty) return false;
    const callIds = this.calls.takeIds();
    if (!callIds) return false;
    this.#machine.notifications.pop();
    this.#recipients.count++;
    this.#wasCancelled = true;
    for (const callId of callIds) cancelInvocation(this.#machine, callId);
    const cancelled = this.awaiting.items;
    this.#markActive();
    const reason = new CancelledError();
    this.#abortRuns(reason);
    for (const future of cancelled) future.cancelWaiter(reason);
    return true;
  }

  // --- nothing to deliver

  #onBlocked(): void {
    const machine = this.#machine;
    // Only a cancellation that lacks the ids of its calls stays in the queue while something is awaited.
    const awaitsCallIds = machine.notifications.peek() !== undefined && !this.awaiting.isEmpty;
    if (machine.isReplaying && !this.awaiting.isEmpty && !awaitsCallIds) {
      machine.failStuckReplay(treesOf(this.awaiting.items).flatMap(leavesOf));
      return;
    }
    if (this.#startRuns()) {
      // What closures propose that end at once shall leave together with the commands that started them.
      this.#markActive();
      return;
    }
    const isWaiting = !this.awaiting.isEmpty && !this.isExecuting;
    if (isWaiting) this.#waitForServer(awaitsCallIds);
    if (machine.hasOutput) this.#options.flush();
    if (isWaiting) this.#options.request.host?.onBlocked?.();
  }

  #startRuns(): boolean {
    if (this.#pendingRuns.length === 0) return false;
    const waiting = this.#pendingRuns.filter((run) => !run.isAwaited);
    const due = this.#pendingRuns.filter((run) => run.isAwaited);
    this.#pendingRuns = waiting;
    for (const run of due) run.start();
    return due.length > 0;
  }

  #waitForServer(awaitsCallIds: boolean): void {
    const machine = this.#machine;
    const events = machine.journal.lastCommand.index + this.#recipients.count;
    if (!machine.isInputClosed && !(machine.version >= 7 && this.#announcements.isDue(events)))
      return;
    const roots = treesOf(awaitsCallIds ? this.calls.missingIds() : this.awaiting.items);
    // Without a root user code waits for promises of its own only, and no server can help it.
    if (roots.length === 0) return;
    if (!this.#options.handler.options.explicitCancellation && !awaitsCallIds) {
      roots.push({ kind: "signal", idx: CANCEL_SIGNAL });
    }
    const tree = toFutureTree(roots, machine.version);
    if (machine.isInputClosed) machine.suspend(tree);
    else {
      machine.announceAwait(tree);
      this.#announcements.told(events, roots.flatMap(leavesOf).length);
    }
  }

  /** Decoding runs user code (serdes), which may throw. */
  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.abort(error);
    }
  }
}

function treesOf(futures: readonly Future<unknown>[]): AwaitTree[] {
  const trees: AwaitTree[] = [];
  const known: KnownFeeders = new Map();
  for (const future of futures) {
    const tree = future.awaitTree(known);
    if (tree) trees.push(tree);
  }
  return trees;
}

function isCancel({ id }: Notification): boolean {
  return id.kind === "signal" && id.idx === CANCEL_SIGNAL;
}
