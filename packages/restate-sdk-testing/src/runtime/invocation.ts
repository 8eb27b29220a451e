/** One invocation as the server knows it, and the states it goes through. */
import type {
  CommandMessage,
  FutureTree,
  Header,
  NotificationMessage,
  ProtocolVersion,
  ValueOrFailure,
} from "../codec.js";
import type { Attempt } from "./attempt.js";
import type { AttemptFailure, AttemptRecord } from "./attempt-end.js";
import { idsFor } from "./ids.js";
import { Journal } from "./journal.js";
import type { KeyedTarget } from "./keyed-stores.js";
import type { HandlerInfo, ResolvedHandler, ServiceInfo } from "./services.js";

export interface InvocationTargetInfo {
  readonly service: string;
  readonly handler: string;
  /** Objects and workflows have one. */
  readonly key: string | undefined;
  readonly scope: string | undefined;
}

/** What is asked for. */
export interface InvocationRequest extends InvocationTargetInfo {
  readonly limitKey: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
  /** When to start it; undefined is at once. */
  readonly notBefore: number | undefined;
  /** What makes it the invocation it is, apart from its target: nothing else may have the same. */
  readonly identity: string;
  /** The invocation that called it. */
  readonly parentId: string | undefined;
}

/** What a new invocation has from the beginning, besides its input. */
export interface Inheritance {
  readonly entries: readonly (CommandMessage | NotificationMessage)[];
  /** With the journal go the random values in it. */
  readonly randomSeed: bigint;
}

export type InvocationStatus =
  | { readonly kind: "scheduled"; readonly at: number; readonly cancel: () => void }
  /** Another invocation holds the key, or all slots of its scope or limit key are taken. */
  | { readonly kind: "pending"; readonly waitsFor: "key" | "slot" }
  /** About to run. */
  | { readonly kind: "ready" }
  | { readonly kind: "running"; readonly attempt: Attempt }
  | { readonly kind: "suspended"; readonly awaiting: FutureTree; readonly seen: number }
  | { readonly kind: "backing-off"; readonly until: number; readonly cancel: () => void }
  | { readonly kind: "paused" }
  | { readonly kind: "completed"; readonly result: ValueOrFailure; readonly at: number };

export class Invocation {
  readonly id: string;
  readonly rawId: Uint8Array;
  readonly randomSeed: bigint;
  /** The version it runs on, once it does. */
  service: ServiceInfo;
  handler: HandlerInfo;
  readonly journal: Journal;
  readonly attempts: AttemptRecord[] = [];
  readonly scope: string | undefined;
  readonly limitKey: string | undefined;
  status: InvocationStatus = { kind: "ready" };
  /** Failed attempts since the last time it was suspended, paused or new. */
  failures = 0;
  /** What Start messages tell: failed attempts since the last entry was stored. */
  failuresSinceLastEntry = 0;
  /** When the first of {@link fruitless} was, in real milliseconds. */
  failsSince = 0;
  lastEntryAt: number;
  lastFailure: AttemptFailure | undefined;
  /** An operator wants it paused when the current attempt has ended. */
  isPauseRequested = false;
  isKilled = false;
  readonly listeners: ((result: ValueOrFailure) => void)[] = [];
  /** What it called and waits for. */
  readonly callees = new Set<Invocation>();
  /** Whose results will complete which of its commands: what it called or attached to. */
  readonly resultsFrom = new Map<number, Invocation>();
  /** What to do with its timers when it is over. */
  readonly timers = new Set<() => void>();

  constructor(
    readonly request: InvocationRequest,
    { service, handler }: ResolvedHandler,
    readonly context: {
      readonly now: number;
      readonly version: ProtocolVersion;
      readonly inherits?: Inheritance | undefined;
    },
  ) {
    this.service = service;
    this.handler = handler;
    const { id, rawId, randomSeed } = idsFor(request.identity);
    this.id = id;
    this.rawId = rawId;
    this.randomSeed = context.inherits?.randomSeed ?? randomSeed;
    this.scope = request.scope;
    this.limitKey = request.limitKey;
    this.journal = new Journal(context.version);
    this.lastEntryAt = context.now;
    const input = {
      type: "InputCommand",
      headers: request.headers,
      value: request.body,
      name: "",
    } as const;
    for (const message of [input, ...(context.inherits?.entries ?? [])]) {
      this.journal.append(message, { at: context.now, attempt: 0 });
    }
  }

  /** The object or workflow it belongs to. */
  get keyed(): KeyedTarget | undefined {
    const { service, key, scope } = this.request;
    return key === undefined ? undefined : { service, key, scope };
  }

  get result(): ValueOrFailure | undefined {
    return this.status.kind === "completed" ? this.status.result : undefined;
  }

  /** Failed attempts that have changed nothing. */
  get fruitless(): number {
    return Math.min(this.failures, this.failuresSinceLastEntry);
  }

  /** `Service/key/handler`. */
  get targetName(): string {
    const { service, key, handler } = this.request;
    return key === undefined ? `${service}/${handler}` : `${service}/${key}/${handler}`;
  }
}
