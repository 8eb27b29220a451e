/** Everything the runtime knows: invocations, state, promises, queues, timers, services. Data only. */
import type { HostedRun } from "@restatedev/restate-sdk/transport";
import type { ProtocolVersion } from "../codec.js";
import type { AttemptPoint } from "./attempt.js";
import { History } from "./history.js";
import { toHex } from "./ids.js";
import type { Invocation } from "./invocation.js";
import { KeyLocks } from "./key-locks.js";
import { PromiseStore, StateStore } from "./keyed-stores.js";
import { ConcurrencyLimits } from "./limits.js";
import type { Scheduler } from "./scheduler.js";
import type { ResolvedHandler, ServiceInfo } from "./services.js";
import { Timers } from "./timers.js";
import type { Watcher } from "./watcher.js";

export interface WorldOptions {
  /** Ids and random sequences depend on it. */
  readonly seed: number | string;
  readonly version: ProtocolVersion;
  /**
   * "suspend" ends the request of an attempt behind the known journal, so that every wait suspends and all of the handler
   * is replayed all the time. "stream" answers while the attempt runs, as a connection that stays open.
   */
  readonly mode: "suspend" | "stream";
  /** How much of the state comes along with an invocation: all, nothing, or every other key. */
  readonly state: "eager" | "lazy" | "partial";
  /** False makes every failed attempt the end of its invocation. */
  readonly retries: boolean;
  readonly now: () => number;
  readonly scheduler: Scheduler;
  /** Asked at every point where an attempt may die; true lets it. */
  readonly cutsAt: ((point: AttemptPoint) => boolean) | undefined;
  /** What has died because of that is tried again at once, as if nothing had been. */
  readonly forgetCrashes: boolean;
  readonly watcher: Watcher | undefined;
  /** Executes the action of a run, or something in its stead. */
  readonly executeRun: ((execution: RunExecution) => unknown) | undefined;
  /** Told what user code threw when an attempt fails; answers whether the invocation is to fail with it. */
  readonly onThrown: ((invocation: Invocation, cause: unknown) => boolean) | undefined;
  /** Asked before retries of which no policy knows the last: whether there were enough of them. Then it is paused. */
  readonly hasFailedEnough: (invocation: Invocation) => boolean;
  /** Told of a command that asks for what does not exist. If there is somebody to tell, the invocation fails. */
  readonly onRefused: ((error: Error) => void) | undefined;
  /** Stands in for handlers that no deployment has. */
  readonly standIn: StandInResolver | undefined;
}

export type StandInResolver = (service: string, handler: string) => ResolvedHandler | undefined;

/** A `ctx.run` that is about to be executed. */
export interface RunExecution {
  readonly invocation: Invocation;
  readonly attempt: number;
  readonly run: HostedRun;
  /** Calls what is the action of the run by then, inside the interceptors. */
  readonly execute: () => unknown;
}

export class World {
  readonly invocations = new Map<string, Invocation>();
  readonly byRawId = new Map<string, Invocation>();
  /** Invocations that can be found by what they were called: workflows and idempotency keys. */
  readonly named = new Map<string, Invocation>();
  readonly services = new Map<string, ServiceInfo>();
  readonly state = new StateStore();
  readonly promises = new PromiseStore();
  readonly locks = new KeyLocks<Invocation>();
  readonly limits = new ConcurrencyLimits<Invocation>();
  readonly timers = new Timers();
  readonly history = new History();

  constructor(readonly options: WorldOptions) {}

  get now(): number {
    return this.options.now();
  }

  get scheduler(): Scheduler {
    return this.options.scheduler;
  }

  add(invocation: Invocation): void {
    this.invocations.set(invocation.id, invocation);
    this.byRawId.set(toHex(invocation.rawId), invocation);
  }

  forget(invocation: Invocation): void {
    this.invocations.delete(invocation.id);
    this.byRawId.delete(toHex(invocation.rawId));
  }

  /** Invocations with an attempt under way. */
  running(): Invocation[] {
    return [...this.invocations.values()].filter(({ status }) => status.kind === "running");
  }
}
