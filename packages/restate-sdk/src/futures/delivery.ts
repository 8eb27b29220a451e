/**
 * THE rule that makes replay deterministic: user code sees one notification at a time, in journal order, and the next
 * one only after it has come to rest, that is after every microtask that the last one set off has run.
 *
 * - A notification that nobody awaits is noted and the next one follows at once.
 * - A future that is settled but not awaited resolves in a microtask when it is awaited, never earlier.
 * - Only the rest callback sets `atRest`; every delivery and every sign of activity clears it.
 * - A closure of `ctx.run` starts only when there is nothing left to deliver: it may be about to be completed.
 */
import { CancelledError } from "../errors/terminal-error.js";
import { cancelInvocation, CANCEL_SIGNAL } from "../machine/commands.js";
import type { InvocationMachine } from "../machine/machine.js";
import type { Notification, NotificationResult } from "../protocol/messages.js";
import type { Duration } from "@restatedev/restate-sdk-core";
import type { RestScheduler } from "../util/rest.js";
import { leavesOf, toFutureTree, type AwaitTree } from "./await-tree.js";
import { Announcements } from "./announcements.js";
import { CancellableCalls } from "./cancellable-calls.js";
import type { Future } from "./future.js";
import type { Mailbox } from "./mailbox.js";
import { Preparations } from "./preparation.js";
import { Recipients } from "./recipients.js";
import type { RunFuture, RunRuntime } from "./run-future.js";
import type { SingleFuture } from "./single.js";

export interface DeliveryOptions {
  readonly machine: InvocationMachine;
  /** False with `explicitCancellation`: the cancel signal is then a signal like any other. */
  readonly implicitCancellation: boolean;
  readonly whenAtRest: RestScheduler;
  /** Told when only the server can help user code on. */
  readonly onBlocked?: (() => void) | undefined;
  /** Writes what the machine has put out. */
  readonly flush: () => void;
  /** Called for an error that must end the attempt. */
  readonly abortAttempt: (error: unknown) => void;
  readonly startTimer: (duration: Duration | number) => Future<void>;
}

type Step = "absorbed" | "visible" | "blocked";

export class Delivery implements RunRuntime {
  readonly awaiting = new Set<Future<unknown>>();

  private readonly machine: InvocationMachine;
  private begun = false;
  private hasEnded = false;
  private atRest = false;
  private restArmed = false;
  private isPaused = false;
  private wasCancelled = false;
  private isPumping = false;
  private progressWhilePumping = 0;

  private readonly recipients: Recipients;
  private readonly cancellableCalls: CancellableCalls;
  /** Runs whose closure has not been started. */
  private pendingRuns: RunFuture<unknown>[] = [];
  private readonly executingRuns = new Set<RunFuture<unknown>>();

  /** While a delivery is being worked out: what it settles for user code, in order. */
  private delivering: Future<unknown>[] | undefined;
  private mappers: (() => void)[] = [];
  private readonly announcements = new Announcements();
  private readonly preparations = new Preparations();

  constructor(private readonly options: DeliveryOptions) {
    this.machine = options.machine;
    this.recipients = new Recipients(options.machine);
    this.cancellableCalls = new CancellableCalls(options.machine);
  }

  // --- events from outside

  /** User code is about to start. Nothing is delivered before. */
  begin(): void {
    this.begun = true;
    this.armRest();
  }

  /**
   * The handler has returned or thrown. However long interceptors still take, what it left behind sees nothing any more
   * and its commands are dropped: an attempt that is done must neither differ from the last one there nor suspend.
   */
  end(): void {
    this.hasEnded = true;
    this.machine.journal.seal();
  }

  /** Notifications have arrived, the input was closed, or a run closure has ended. */
  progress(): void {
    if (this.atRest) this.advance();
  }

  /** The transport's buffer is full. */
  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    this.progress();
  }

  /** The attempt is over: run closures in flight get to know. */
  close(): void {
    for (const run of this.executingRuns) run.abort(undefined);
    this.awaiting.clear();
  }

  // --- registration of futures

  addCompletion(completionId: number, future: SingleFuture<unknown>): void {
    this.recipients.addCompletion(completionId, future);
  }

  /** An answer that was at hand when it was asked for, such as eager state. */
  completeNow(future: SingleFuture<unknown>, result: NotificationResult): void {
    future.complete(result, this.recipients.order);
  }

  addAwakeable(signal: number, future: SingleFuture<unknown>): void {
    this.recipients.addAwakeable(signal, future);
  }

  addRun(run: RunFuture<unknown>): void {
    this.pendingRuns.push(run);
  }

  addCancellableCall(invocationId: Future<string>): void {
    this.cancellableCalls.add(invocationId);
  }

  /** Hands over the calls made so far; a later cancellation leaves them alone. */
  takeCancellableCalls(): Future<string>[] {
    return this.cancellableCalls.take();
  }

  namedSignals(name: string): Mailbox {
    return this.recipients.namedSignals(name);
  }

  cancelSignals(): Mailbox {
    return this.recipients.cancelSignals();
  }

  // --- FutureRuntime

  touch(): void {
    if (!this.atRest) return;
    // Something else than a delivery woke user code (a promise of its own): it must come to rest again.
    this.markActive();
  }

  resolve(future: Future<unknown>): void {
    if (this.delivering !== undefined) this.delivering.push(future);
    else {
      // Settled by user code or a promise of its own: that woke user code, not a delivery.
      this.touch();
      this.whenPrepared(future, () => future.resolveWaiter());
    }
  }

  enqueueMapper(mapper: () => void): void {
    if (this.delivering === undefined) mapper();
    else this.mappers.push(mapper);
  }

  whenPrepared(future: Future<unknown>, action: () => void): void {
    // What user code awaits now stays pending.
    if (this.isOver) return;
    const decoding = future.prepare();
    if (decoding === undefined && this.preparations.isIdle) this.guard(action);
    else {
      this.touch();
      this.preparations.add(decoding, action);
    }
  }

  startTimer(duration: Duration | number): Future<void> {
    return this.options.startTimer(duration);
  }

  abortAttempt(error: unknown): void {
    if (!this.hasEnded) this.options.abortAttempt(error);
  }

  // --- runs

  runStarted(run: RunFuture<unknown>): void {
    this.machine.runs.started();
    this.executingRuns.add(run);
  }

  runEnded(run: RunFuture<unknown>, retry: boolean): void {
    this.executingRuns.delete(run);
    this.machine.runs.finished();
    if (this.machine.isClosed) return;
    if (retry) this.pendingRuns.push(run);
    // Others may end in this very moment: we look what is left to do when all of them have proposed their results.
    this.touch();
  }

  /** For a warning at the end of the handler. After a cancellation it is no mistake to leave runs alone. */
  neverStartedRuns(): string[] {
    return this.wasCancelled ? [] : this.pendingRuns.map((run) => run.label);
  }

  private get isOver(): boolean {
    return this.hasEnded || this.machine.isClosed;
  }

  // --- rest

  private markActive(): void {
    this.atRest = false;
    this.armRest();
  }

  private armRest(): void {
    if (this.restArmed) return;
    this.restArmed = true;
    this.options.whenAtRest(this.onRest);
  }

  private readonly onRest = (): void => {
    this.restArmed = false;
    if (this.machine.isClosed) return;
    this.atRest = true;
    this.advance();
  };

  private advance(): void {
    if (this.hasEnded) {
      if (this.machine.hasOutput) this.options.flush();
    } else if (this.preparations.isIdle) this.pump();
    else this.preparations.start(this.onDecoded, (error) => this.abortAttempt(error));
  }

  private readonly onDecoded = (actions: readonly (() => void)[]): void => {
    if (this.isOver) return;
    this.markActive();
    for (const action of actions) this.guard(action);
  };

  // --- the pump

  private pump(): void {
    if (!this.begun) return;
    if (this.isPumping) {
      // The transport answered in the middle of a write.
      this.progressWhilePumping++;
      return;
    }
    this.isPumping = true;
    let seen: number;
    do {
      seen = this.progressWhilePumping;
      this.deliverDue();
    } while (seen !== this.progressWhilePumping);
    this.isPumping = false;
  }

  private deliverDue(): void {
    while (this.atRest && !this.isPaused && !this.machine.isClosed) {
      const step = this.deliverNext();
      if (step === "absorbed") continue;
      if (step === "blocked") this.onBlocked();
      return;
    }
  }

  private deliverNext(): Step {
    const notification = this.machine.notifications.peek();
    if (notification === undefined) return "blocked";
    if (this.options.implicitCancellation && isCancel(notification)) return this.deliverCancel();
    this.machine.notifications.pop();
    this.delivering = [];
    this.recipients.route(notification);
    const visible = this.delivering;
    this.delivering = undefined;
    return this.show(visible);
  }

  /** Lets user code see what the delivery settled for it. */
  private show(visible: readonly Future<unknown>[]): Step {
    const mappers = this.mappers;
    if (visible.length === 0 && mappers.length === 0) return "absorbed";
    this.mappers = [];
    for (const mapper of mappers) mapper();
    const resolveAll = () => {
      for (const future of visible) future.resolveWaiter();
    };
    this.markActive();
    const decoding = visible.map((future) => future.prepare()).filter(isDefined);
    if (decoding.length === 0) this.guard(resolveAll);
    else this.preparations.add(Promise.all(decoding), resolveAll);
    return "visible";
  }

  /**
   * Cancellation keeps its place in the queue. It waits there until something is awaited and until the ids of the
   * calls to cancel are known; then it is one step: cancel the calls, reject everything awaited.
   */
  private deliverCancel(): Step {
    if (this.awaiting.size === 0) return "blocked";
    const callIds = this.cancellableCalls.takeIds();
    if (callIds === undefined) return "blocked";
    this.machine.notifications.pop();
    this.recipients.order++;
    this.wasCancelled = true;
    for (const callId of callIds) cancelInvocation(this.machine, callId);
    const cancelled = [...this.awaiting];
    this.awaiting.clear();
    this.markActive();
    const reason = new CancelledError();
    for (const run of this.executingRuns) run.abort(reason);
    for (const future of cancelled) future.cancelWaiter(reason);
    return "visible";
  }

  // --- nothing to deliver

  private onBlocked(): void {
    const { machine } = this;
    // Only a cancellation that lacks the ids of its calls stays in the queue while something is awaited.
    const awaitsCallIds = machine.notifications.peek() !== undefined && this.awaiting.size > 0;
    if (machine.isReplaying && this.awaiting.size > 0 && !awaitsCallIds) {
      machine.failStuckReplay(treesOf(this.awaiting).flatMap(leavesOf));
      return;
    }
    if (this.startRuns()) {
      // What closures propose that end at once shall leave together with the commands that started them.
      this.markActive();
      return;
    }
    const isWaiting = this.awaiting.size > 0 && !machine.runs.isExecuting;
    if (isWaiting) this.waitForServer(awaitsCallIds);
    if (machine.hasOutput) this.options.flush();
    if (isWaiting) this.options.onBlocked?.();
  }

  private startRuns(): boolean {
    if (this.pendingRuns.length === 0) return false;
    const waiting = this.pendingRuns.filter((run) => !run.isAwaited);
    const due = this.pendingRuns.filter((run) => run.isAwaited);
    this.pendingRuns = waiting;
    for (const run of due) run.start();
    return due.length > 0;
  }

  private waitForServer(awaitsCallIds: boolean): void {
    const { machine } = this;
    const events = machine.journal.commandIndex + this.recipients.order;
    if (!machine.isInputClosed && !(machine.version >= 7 && this.announcements.isDue(events)))
      return;
    const roots = treesOf(awaitsCallIds ? this.cancellableCalls.missingIds() : this.awaiting);
    // Without a root user code waits for promises of its own only, and no server can help it.
    if (roots.length === 0) return;
    if (this.options.implicitCancellation && !awaitsCallIds) {
      roots.push({ kind: "signal", idx: CANCEL_SIGNAL });
    }
    const tree = toFutureTree(roots, machine.version);
    if (machine.isInputClosed) machine.suspend(tree);
    else {
      machine.announceAwait(tree);
      this.announcements.told(events, roots.flatMap(leavesOf).length);
    }
  }

  /** Decoding runs user code (serdes), which may throw. */
  private guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.abortAttempt(error);
    }
  }
}

function treesOf(futures: Iterable<Future<unknown>>): AwaitTree[] {
  const trees: AwaitTree[] = [];
  for (const future of futures) {
    const tree = future.awaitTree();
    if (tree !== undefined) trees.push(tree);
  }
  return trees;
}

function isCancel({ id }: Notification): boolean {
  return id.kind === "signal" && id.idx === CANCEL_SIGNAL;
}

function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined;
}
