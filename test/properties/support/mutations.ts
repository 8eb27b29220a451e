/**
 * Mistakes that look right: each changes the rule in one place, from outside, and has to be caught by the property tests.
 *
 * They reach into private members, so a renamed one shows up here; that is the price of having no switches in the SDK.
 */
import { CombinedFuture } from "../../../packages/restate-sdk/src/futures/combinators.js";
import { Delivery } from "../../../packages/restate-sdk/src/futures/delivery.js";
import { CompletionStream } from "../../../packages/restate-sdk/src/futures/completion-stream.js";
import {
  Future,
  type Watcher,
  type Watching,
} from "../../../packages/restate-sdk/src/futures/future.js";
import { Mailbox } from "../../../packages/restate-sdk/src/futures/mailbox.js";
import { MappedFuture } from "../../../packages/restate-sdk/src/futures/mapped.js";
import { CancellableCalls } from "../../../packages/restate-sdk/src/futures/cancellable-calls.js";
import { RunFuture } from "../../../packages/restate-sdk/src/futures/run-future.js";
import { SingleFuture } from "../../../packages/restate-sdk/src/futures/single.js";
import { InvocationMachine } from "../../../packages/restate-sdk/src/machine/machine.js";
import { NotificationQueue } from "../../../packages/restate-sdk/src/machine/notification-queue.js";
import type {
  FutureTree,
  Notification,
  NotificationResult,
  ValueOrFailure,
} from "../../../packages/restate-sdk/src/protocol/messages.js";
import type { Fifo } from "../../../packages/restate-sdk/src/util/fifo.js";
import type { Ring } from "../../../packages/restate-sdk/src/util/ring.js";

import type { FutureExpr, Program, Stmt } from "./program.js";
import { replaceGetter, replaceMethod } from "./replace.js";

export interface Mutation {
  readonly name: string;
  /** Only shows with an asynchronous journal value codec. */
  readonly needsCodec?: boolean;
  /** Where to begin, so that the first counterexample is not far. */
  readonly firstSeed?: number;
  /** What shows it, if random programs hardly ever do. Schedules are random all the same. */
  readonly program?: Program;
  /** Makes the mistake until the returned function is called. */
  apply(): () => void;
}

function both(...undo: (() => void)[]): () => void {
  return () => {
    for (const each of undo) each();
  };
}

/** The delivery with its private parts. */
interface OpenDelivery {
  readonly machine: InvocationMachine;
  readonly awaiting: Ring<Future<unknown>>;
  readonly recipients: {
    /** By twice the completion id. */
    readonly futures: (SingleFuture<unknown> | undefined)[];
    route(notification: Notification): void;
  };
  readonly pendingRuns: RunFuture<unknown>[];
  onRest(): void;
  atRest: boolean;
  restArmed: boolean;
  isPumping: boolean;
  advance(): void;
  pump(): void;
  markActive(): void;
  deliverNext(): boolean;
  onBlocked(): void;
  guard(action: () => void): void;
}

/** Delivery and waiter are private to futures. */
function deliveryOf(future: Future<unknown>): OpenDelivery | undefined {
  return future.runtime as unknown as OpenDelivery | undefined;
}

function privatePartsOf(future: Future<unknown>): { waiter: unknown } {
  return future as unknown as { waiter: unknown };
}

function completionOf(future: Future<unknown>): number | undefined {
  if (!(future instanceof SingleFuture)) return undefined;
  const { leaf } = future.options;
  return leaf.kind === "completion" ? leaf.id : undefined;
}

/** Settles a future before its turn. */
function completeEarly(delivery: OpenDelivery, future: Future<unknown>, id: number): void {
  const result = delivery.machine.notifications.lookAhead(id);
  if (result === undefined || future.outcome !== undefined) return;
  delivery.recipients.futures[2 * id]?.complete(result);
  delivery.recipients.futures[2 * id] = undefined;
}

function onAwait(change: (future: Future<unknown>, delivery: OpenDelivery) => void): () => void {
  return replaceMethod<Future<unknown>, [], unknown>(
    Future,
    "nativePromise",
    (original) =>
      function (this: Future<unknown>) {
        const delivery = deliveryOf(this);
        if (delivery !== undefined && this.outcome === undefined) change(this, delivery);
        return original.call(this);
      },
  );
}

function restAfter(schedule: (onRest: () => void) => void): () => void {
  return replaceMethod<OpenDelivery, [], void>(
    Delivery,
    "armRest",
    () =>
      function (this: OpenDelivery) {
        if (this.restArmed) return;
        this.restArmed = true;
        schedule(() => {
          this.onRest();
        });
      },
  );
}

function afterMicrotasks(count: number): (onRest: () => void) => void {
  return (onRest) => {
    queueMicrotask(count === 1 ? onRest : () => afterMicrotasks(count - 1)(onRest));
  };
}

function changeSuspension(change: (tree: FutureTree) => FutureTree): () => void {
  return replaceMethod<InvocationMachine, [FutureTree], void>(
    InvocationMachine,
    "suspend",
    (original) =>
      function (this: InvocationMachine, tree: FutureTree) {
        original.call(this, change(tree));
      },
  );
}

/** Only what was awaited last, and the cancel signal. */
function lastLeafOf(tree: FutureTree): FutureTree {
  const nested = tree.nested.at(-1);
  const last = nested === undefined ? tree.completions.slice(-1) : [];
  const named = nested === undefined && last.length === 0 ? tree.namedSignals.slice(-1) : [];
  const signals =
    tree.signals.length > 1 && last.length + named.length === 0 ? tree.signals.slice(-2) : [1];
  return {
    ...tree,
    completions: last,
    namedSignals: named,
    signals,
    nested: nested === undefined ? [] : [nested],
  };
}

function mapTree(tree: FutureTree, change: (node: FutureTree) => FutureTree): FutureTree {
  return change({ ...tree, nested: tree.nested.map((node) => mapTree(node, change)) });
}

/** The completions that mappers wait for. */
function mappedLeavesOf(tree: FutureTree): number[] {
  const own = tree.combinator === "unknown" ? tree.completions : [];
  return [...own, ...tree.nested.flatMap(mappedLeavesOf)];
}

/** Awaits `all([f0, sleep])` while a mapper watches `f0` on behalf of a race that nobody awaits yet. */
const MAPPER_ASIDE: Program = {
  explicitCancellation: false,
  body: [
    { kind: "letFuture", name: "f0", of: { kind: "sleep" } },
    {
      kind: "letFuture",
      name: "f1",
      of: {
        kind: "combine",
        op: "race",
        items: [{ kind: "map", of: { kind: "ref", name: "f0" }, mode: "value" }],
      },
    },
    awaiting({
      kind: "combine",
      op: "all",
      items: [{ kind: "ref", name: "f0" }, { kind: "sleep" }],
    }),
    awaiting({ kind: "ref", name: "f1" }),
  ],
};

function awaiting(of: FutureExpr): Stmt {
  return { kind: "await", of: { kind: "future", of }, caught: false };
}

export const MUTATIONS: readonly Mutation[] = [
  // --- what is delivered when
  {
    name: "an await resolves when the completion is known, though not delivered",
    apply: () =>
      onAwait((future, delivery) => {
        const id = completionOf(future);
        if (id !== undefined) completeEarly(delivery, future, id);
      }),
  },
  {
    name: "the only waiter is resolved as it begins to wait when its notification is next",
    apply: () =>
      onAwait((future, delivery) => {
        const { notifications } = delivery.machine;
        const head = notifications.peek();
        if (head?.id.kind !== "completion" || head.id.id !== completionOf(future)) return;
        if (!delivery.awaiting.isEmpty) return;
        notifications.pop();
        delivery.recipients.route(head);
      }),
  },
  {
    name: "notifications are delivered before the handler has come to rest for the first time",
    firstSeed: 220,
    apply: () =>
      replaceMethod<OpenDelivery, [], void>(
        Delivery,
        "begin",
        (original) =>
          function (this: OpenDelivery) {
            original.call(this);
            this.atRest = true;
          },
      ),
  },
  {
    name: "notifications that nobody awaits are absorbed as they arrive",
    firstSeed: 1840,
    apply: () =>
      replaceMethod<OpenDelivery, [], void>(
        Delivery,
        "progress",
        (original) =>
          function (this: OpenDelivery) {
            if (!this.atRest) absorb(this);
            original.call(this);
          },
      ),
  },
  {
    name: "a data event delivers although user code is not at rest",
    apply: () =>
      replaceMethod<OpenDelivery, [], void>(
        Delivery,
        "progress",
        (original) =>
          function (this: OpenDelivery) {
            this.atRest = true;
            original.call(this);
          },
      ),
  },
  {
    name: "two deliveries without a rest between them",
    apply: () =>
      replaceMethod<OpenDelivery, [], boolean>(
        Delivery,
        "deliverNext",
        (original) =>
          function (this: OpenDelivery) {
            const delivered = original.call(this);
            return delivered && !this.atRest ? original.call(this) : delivered;
          },
      ),
  },
  {
    name: "deliveries go on after one that user code sees",
    apply: () =>
      replaceMethod<OpenDelivery, [], void>(
        Delivery,
        "markActive",
        (original) =>
          function (this: OpenDelivery) {
            if (!this.isPumping) original.call(this);
          },
      ),
  },
  { name: "a rest is one microtask", apply: () => restAfter(afterMicrotasks(1)) },
  { name: "a rest is ten microtasks", apply: () => restAfter(afterMicrotasks(10)) },
  {
    name: "a rest is a tick",
    apply: () =>
      restAfter((onRest) => {
        process.nextTick(onRest);
      }),
  },
  {
    name: "a rest is a tick after a microtask",
    apply: () =>
      restAfter((onRest) => {
        queueMicrotask(() => {
          process.nextTick(onRest);
        });
      }),
  },
  {
    name: "results take one hop more when they are live",
    apply: () =>
      replaceMethod<SingleFuture<unknown>, [], void>(
        SingleFuture,
        "take",
        (original) =>
          function (this: SingleFuture<unknown>) {
            if (deliveryOf(this)?.machine.isReplaying === false) {
              queueMicrotask(() => {
                original.call(this);
              });
            } else original.call(this);
          },
      ),
  },
  {
    name: "what arrives during a write is not looked at",
    apply: () =>
      replaceMethod<OpenDelivery, [], void>(
        Delivery,
        "pump",
        (original) =>
          function (this: OpenDelivery) {
            if (!this.isPumping) original.call(this);
          },
      ),
  },

  // --- runs
  {
    name: "a run settles when its closure returns",
    apply: () =>
      replaceMethod<OpenRun, [unknown], void>(
        RunFuture,
        "succeeded",
        (original) =>
          function (this: OpenRun, value) {
            original.call(this, value);
            const { completionId, scope } = this.run;
            scope.delivery.recipients.futures[2 * completionId] = undefined;
            const result: ValueOrFailure = { kind: "value", value: this.run.serialize(value) };
            if (this.outcome === undefined) this.complete(result);
          },
      ),
  },
  {
    name: "a closure starts with its command, whatever the journal holds",
    apply: () =>
      both(
        replaceMethod<NotificationQueue, [number], undefined>(
          NotificationQueue,
          "lookAhead",
          () => () => undefined,
        ),
        replaceMethod<OpenDelivery, [RunFuture<unknown>], void>(
          Delivery,
          "addRun",
          () =>
            function (this: OpenDelivery, run) {
              queueMicrotask(() => {
                if (!this.machine.isClosed) run.start();
              });
            },
        ),
      ),
  },
  {
    name: "suspends while a closure is executing",
    apply: () => replaceGetter<OpenDelivery>(Delivery, "isExecuting", () => () => false),
  },
  {
    name: "a result that is awaited in several ways takes as few microtasks as one that is awaited in one",
    apply: () => replaceGetter<Future<unknown>>(Future, "hasOnlyWaiter", () => () => true),
  },
  {
    name: "a closure that ends makes the pump look although user code is not at rest",
    apply: () =>
      replaceMethod<OpenDelivery, Parameters<Delivery["runEnded"]>, void>(
        Delivery,
        "runEnded",
        (original) =>
          function (this: OpenDelivery, ...ended) {
            original.call(this, ...ended);
            if (!this.machine.isClosed) this.onBlocked();
          },
      ),
  },

  // --- cancellation
  {
    name: "cancellation overtakes the queue",
    apply: () =>
      replaceMethod<OpenQueue, [Notification], void>(
        NotificationQueue,
        "push",
        (original) =>
          function (this: OpenQueue, notification) {
            original.call(this, notification);
            const { waiting } = this;
            while (isCancel(notification) && waiting.first !== notification) {
              const first = waiting.shift();
              if (first) waiting.push(first);
            }
          },
      ),
  },
  {
    name: "cancellation spares what is known to be completed, though not delivered",
    apply: () =>
      replaceMethod<Future<unknown>, [unknown], void>(
        Future,
        "cancelWaiter",
        (original) =>
          function (this: Future<unknown>, reason) {
            const id = completionOf(this);
            const delivery = deliveryOf(this);
            const known = delivery?.machine.notifications.lookAhead(id ?? 0);
            if (known === undefined) original.call(this, reason);
            // It stays among those that are awaited.
          },
      ),
  },
  {
    name: "cancellation rejects promises for good",
    apply: () =>
      replaceMethod<Future<unknown>, [unknown], void>(
        Future,
        "cancelWaiter",
        (original) =>
          function (this: Future<unknown>, reason) {
            const { waiter } = privatePartsOf(this);
            original.call(this, reason);
            privatePartsOf(this).waiter = waiter;
          },
      ),
  },
  {
    name: "cancellation does not wait for the ids of the calls it cancels",
    apply: () =>
      replaceMethod<CancellableCalls, [], boolean>(CancellableCalls, "hasAllIds", () => () => true),
  },

  // --- suspension
  {
    name: "the suspension names only what was awaited last",
    apply: () => changeSuspension(lastLeafOf),
  },
  {
    name: "the suspension omits runs",
    apply: () =>
      replaceMethod<SingleFuture<unknown>, [], unknown>(
        SingleFuture,
        "awaitTree",
        (original) =>
          function (this: SingleFuture<unknown>) {
            return this instanceof RunFuture && this.isAwaited ? undefined : original.call(this);
          },
      ),
  },
  {
    name: "the suspension omits the cancel signal",
    apply: () =>
      changeSuspension((tree) => ({ ...tree, signals: tree.signals.filter((idx) => idx !== 1) })),
  },
  {
    name: "the suspension omits the last of several awaited promises",
    apply: () =>
      changeSuspension((tree) => ({
        ...tree,
        completions: tree.completions.length > 1 ? tree.completions.slice(0, -1) : tree.completions,
      })),
  },
  {
    name: "a race waits for all of its children",
    apply: () =>
      changeSuspension((tree) => ({
        ...tree,
        nested: tree.nested.map((child) =>
          mapTree(child, (node) =>
            node.combinator === "firstCompleted" ? { ...node, combinator: "allCompleted" } : node,
          ),
        ),
      })),
  },
  {
    name: "any waits like all",
    apply: () =>
      changeSuspension((tree) =>
        mapTree(tree, (node) =>
          node.combinator === "firstSucceededOrAllFailed"
            ? { ...node, combinator: "allSucceededOrFirstFailed" }
            : node,
        ),
      ),
  },
  {
    name: "a mapper below allSettled has to wait for its siblings",
    firstSeed: 4600,
    apply: () =>
      changeSuspension((tree) => {
        const hidden = new Set(tree.nested.flatMap(mappedLeavesOf));
        return { ...tree, completions: tree.completions.filter((id) => !hidden.has(id)) };
      }),
  },
  {
    name: "a mapper that nobody waits for has to wait for the siblings of its source",
    program: MAPPER_ASIDE,
    apply: () => replaceGetter<Future<unknown>>(Future, "feedsMapper", () => () => false),
  },
  {
    name: "suspends before everything has been delivered",
    apply: () =>
      replaceMethod<InvocationMachine, [], void>(
        InvocationMachine,
        "closeInput",
        (original) =>
          function (this: InvocationMachine) {
            original.call(this);
            const delivery = deliveries.get(this);
            if (delivery !== undefined && this.isRunning && !this.isReplaying) delivery.onBlocked();
          },
      ),
  },

  // --- combinators, mappers, signals
  {
    name: "ready promises go by the journal: results count although nobody waits for them",
    apply: () =>
      replaceMethod<SingleFuture<unknown>, [NotificationResult], void>(
        SingleFuture,
        "complete",
        (original) =>
          function (this: SingleFuture<unknown>, result) {
            original.call(this, result);
            this.take();
          },
      ),
  },
  {
    name: "a combinator takes what is ready when it is made, not when it is awaited",
    apply: () =>
      replaceMethod<Future<unknown>, [Watching], void>(
        Future,
        "watch",
        (original) =>
          function (this: Future<unknown>, watching) {
            original.call(this, watching);
            this.take();
          },
      ),
  },
  {
    name: "a combinator takes no more than the first result that is ready",
    apply: () =>
      replaceMethod<OpenCombinator, [], void>(
        CombinedFuture,
        "take",
        (original) =>
          function (this: OpenCombinator) {
            const ready = this.children.find(
              (child) => child instanceof SingleFuture && child.result !== undefined,
            );
            if (ready === undefined) original.call(this);
            else ready.take();
          },
      ),
  },
  {
    name: "all results take equally many microtasks",
    apply: () =>
      replaceMethod<object, [NotificationResult, number], void>(
        SingleFuture,
        "show",
        (original) =>
          function (this: object, result) {
            original.call(this, result, 1);
          },
      ),
  },
  {
    name: "a combinator counts a result although somebody else waits for it, too",
    apply: () =>
      replaceMethod<OpenFuture, [boolean], boolean>(
        Future,
        "isAbsorbed",
        () =>
          function (this: OpenFuture, ok) {
            return this.watchers.some(({ watcher }) => watcher.absorbs?.(ok));
          },
      ),
  },
  {
    name: "asCompleted does not look again at what nobody waited for",
    apply: () => {
      const taken = new WeakSet();
      return replaceMethod<object, [], void>(
        CompletionStream,
        "take",
        (original) =>
          function (this: object) {
            if (!taken.has(this)) original.call(this);
            taken.add(this);
          },
      );
    },
  },
  {
    name: "a mapper runs for the loser of a race",
    apply: () =>
      replaceGetter<Future<unknown>>(
        Future,
        "isAwaited",
        (original) =>
          function (this: Future<unknown>) {
            if (this instanceof MappedFuture) return this.outcome === undefined;
            return original.call(this);
          },
      ),
  },
  {
    name: "only the first await of a combinator takes signals that were kept",
    firstSeed: 1580,
    apply: () => {
      const demanded = new WeakSet();
      return replaceMethod<object, [], void>(
        CombinedFuture,
        "take",
        (original) =>
          function (this: object) {
            if (!demanded.has(this)) original.call(this);
            demanded.add(this);
          },
      );
    },
  },
  {
    name: "a signal goes to the oldest promise, awaited or not",
    apply: () =>
      replaceMethod<OpenMailbox, [unknown], void>(
        Mailbox,
        "receive",
        (original) =>
          function (this: OpenMailbox, result) {
            const [oldest] = this.waiting;
            if (oldest === undefined) original.call(this, result);
            else {
              this.waiting.delete(oldest);
              oldest.complete(result);
            }
          },
      ),
  },

  {
    name: "what a handler leaves behind goes on until its interceptors are done",
    apply: () => replaceMethod<OpenDelivery, [], void>(Delivery, "end", () => () => {}),
  },

  // --- asynchronous codecs
  {
    name: "a value is shown as soon as it is decoded",
    needsCodec: true,
    apply: () =>
      replaceMethod<OpenDelivery, [Promise<void> | undefined, () => void], void>(
        Delivery,
        "whenDecoded",
        () =>
          function (this: OpenDelivery, decoding, action) {
            if (decoding === undefined) this.guard(action);
            else
              void decoding.then(() => {
                this.guard(action);
              });
          },
      ),
  },
  {
    name: "deliveries go on while a value is being decoded",
    needsCodec: true,
    apply: () =>
      replaceMethod<OpenDelivery, [], void>(
        Delivery,
        "advance",
        (original) =>
          function (this: OpenDelivery) {
            original.call(this);
            this.pump();
          },
      ),
  },
];

interface OpenRun extends SingleFuture<unknown> {
  readonly run: {
    readonly completionId: number;
    readonly serialize: (value: unknown) => Uint8Array;
    readonly scope: { readonly delivery: OpenDelivery };
  };
}

interface OpenCombinator {
  readonly children: readonly Future<unknown>[];
}

interface OpenFuture {
  readonly watchers: readonly { readonly watcher: Watcher }[];
}

interface OpenQueue {
  readonly waiting: Fifo<Notification>;
}

interface OpenMailbox {
  readonly waiting: Set<{ complete(result: unknown): void }>;
}

function isCancel({ id }: Notification): boolean {
  return id.kind === "signal" && id.idx === 1;
}

function absorb(delivery: OpenDelivery): void {
  const { notifications } = delivery.machine;
  for (
    let head = notifications.peek();
    head?.id.kind === "completion";
    head = notifications.peek()
  ) {
    const future = delivery.recipients.futures[2 * head.id.id];
    if (future === undefined || future.isAwaited) return;
    notifications.pop();
    delivery.recipients.route(head);
  }
}

/** Machines do not know who delivers for them. */
const deliveries = new WeakMap<InvocationMachine, OpenDelivery>();
replaceMethod<OpenDelivery, [], void>(
  Delivery,
  "begin",
  (original) =>
    function (this: OpenDelivery) {
      deliveries.set(this.machine, this);
      original.call(this);
    },
);
