/**
 * A Restate server in this process: a state machine over invocations, journals, state, timers and queues, driven by one
 * scheduler and one clock. It talks to handlers in the service protocol, byte for byte as the server does.
 */
import type { Header, ProtocolVersion, ValueOrFailure } from "../codec.js";
import type { AttemptPoint } from "./attempt.js";
import { Clock, type ClockMode } from "./clock.js";
import { Commands } from "./commands.js";
import type { Deployment } from "./connection.js";
import type { Invocation, InvocationRequest } from "./invocation.js";
import { Lifecycle } from "./lifecycle.js";
import { inheritance, refuseRestart, type RestartRefusal } from "./restart.js";
import { Scheduler, type Chooser } from "./scheduler.js";
import { realNow } from "./real-time.js";
import {
  discoverServices,
  refuseOtherKind,
  SERVER_DEFAULTS,
  type ResolvedHandler,
  type ServerDefaults,
} from "./services.js";
import { Submissions, type Submission } from "./submissions.js";
import type { Watcher } from "./watcher.js";
import { World, type RunExecution, type StandInResolver, type WorldOptions } from "./world.js";

export interface RuntimeOptions {
  readonly seed?: number | string | undefined;
  /** Version of the service protocol. Default: 6. */
  readonly protocol?: ProtocolVersion | undefined;
  /** Default: "suspend". */
  readonly mode?: WorldOptions["mode"] | undefined;
  /** Default: "eager". */
  readonly state?: WorldOptions["state"] | undefined;
  /** Default: true. */
  readonly retries?: boolean | undefined;
  readonly clock?: ClockMode | undefined;
  /** Where virtual time begins. Default: now. */
  readonly startAt?: number | undefined;
  /** What services that say nothing else get. */
  readonly defaults?: Partial<ServerDefaults> | undefined;
  /** Decides the order of steps where the server's is not determined. Default: first come, first served. */
  readonly choose?: Chooser | undefined;
  readonly cutsAt?: ((point: AttemptPoint) => boolean) | undefined;
  /** Attempts that {@link cutsAt} cuts are tried again at once and count as no failures. Default: false. */
  readonly forgetCrashes?: boolean | undefined;
  readonly watcher?: Watcher | undefined;
  readonly executeRun?: ((execution: RunExecution) => unknown) | undefined;
  readonly onThrown?: ((invocation: Invocation, cause: unknown) => boolean) | undefined;
  /** Told of what a command asks for that does not exist; that fails the invocation. Without it, it is retried. */
  readonly onRefused?: ((error: Error) => void) | undefined;
  /** Told when retries seem to have no end; the invocation is paused. */
  readonly onEndlessRetries?: ((invocation: Invocation) => void) | undefined;
  /** After how many failed attempts in a row they seem so. Default: 1,000. */
  readonly endlessAfterAttempts?: number | undefined;
  /** After how many real milliseconds of them they seem so. Default: 2,000. */
  readonly endlessAfterMs?: number | undefined;
  /** Stands in for handlers that no deployment has. */
  readonly standIn?: StandInResolver | undefined;
  /** Told when something has happened after all. */
  readonly onProgress?: (() => void) | undefined;
  /**
   * Told when somebody waits, but nothing can happen any more, whatever the time; or not before user code is done with
   * what it is at, which may be never.
   */
  readonly onStuck?: ((because: "nothing can happen" | "user code is at work") => void) | undefined;
}

/** What an outside caller asks for; the rest has defaults. */
export type ExternalRequest = Pick<InvocationRequest, "service" | "handler"> & {
  readonly key?: string | undefined;
  readonly scope?: string | undefined;
  readonly limitKey?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly headers?: readonly Header[];
  readonly body?: Uint8Array;
  readonly delayMs?: number | undefined;
};

/** Turns without anything to do before time moves: code of the test gets a chance to go first. */
const SETTLED_TURNS = 3;

export class Runtime {
  readonly world: World;
  readonly clock: Clock;
  readonly lifecycle: Lifecycle;
  readonly commands: Commands;
  readonly submissions: Submissions;
  readonly #options: RuntimeOptions;
  readonly #scheduler: Scheduler;
  readonly #waiting = new Set<symbol>();
  #restWaiters: (() => void)[] = [];
  #externalCalls = 0;
  #suspending = 0;

  constructor(options: RuntimeOptions = {}) {
    this.#options = options;
    this.#scheduler = new Scheduler({
      choose: options.choose,
      onQuiet: (turns) => this.#onQuiet(turns),
    });
    const world = new World({
      seed: options.seed ?? 0,
      version: options.protocol ?? 6,
      mode: options.mode ?? "suspend",
      state: options.state ?? "eager",
      retries: options.retries ?? true,
      now: () => this.clock.now(),
      scheduler: this.#scheduler,
      cutsAt: options.cutsAt,
      forgetCrashes: options.forgetCrashes ?? false,
      watcher: options.watcher,
      executeRun: options.executeRun,
      hasFailedEnough: (invocation) => this.#hasFailedEnough(invocation),
      onThrown: options.onThrown,
      onRefused: options.onRefused,
      standIn: options.standIn,
    });
    this.world = world;
    this.clock = new Clock({
      mode: options.clock ?? "auto",
      startAt: options.startAt ?? Date.now(),
      timers: world.timers,
      wake: () => this.#scheduler.wake(),
    });
    this.commands = new Commands(
      world,
      () => this.lifecycle,
      () => this.submissions,
    );
    this.lifecycle = new Lifecycle(world, this.commands.apply);
    this.submissions = new Submissions(world, this.lifecycle);
  }

  /**
   * Discovers a deployment's services. They take the place of those with the same names for invocations without an attempt.
   *
   * @throws TypeError if one of them was of another kind before
   */
  async register(deployment: Deployment): Promise<void> {
    const defaults = { ...SERVER_DEFAULTS, ...this.#options.defaults };
    const { services } = this.world;
    const found = await discoverServices(deployment, defaults);
    for (const service of found) refuseOtherKind(service, services.get(service.name));
    for (const service of found) services.set(service.name, service);
  }

  /** Takes in an invocation from outside. */
  submit(request: ExternalRequest, resolved: ResolvedHandler): Submission {
    const { delayMs } = request;
    const submission = this.submissions.submit(
      {
        service: request.service,
        handler: request.handler,
        key: request.key,
        scope: request.scope,
        limitKey: request.limitKey,
        idempotencyKey: request.idempotencyKey,
        headers: request.headers ?? [],
        body: request.body ?? new Uint8Array(),
        notBefore: delayMs === undefined || delayMs <= 0 ? undefined : this.clock.now() + delayMs,
        identity: `ingress ${++this.#externalCalls}`,
        parentId: undefined,
      },
      resolved,
    );
    this.#scheduler.wake();
    return submission;
  }

  /** The result, when there is one. While somebody waits for it, an automatic clock moves on. */
  result(invocation: Invocation): Promise<ValueOrFailure> {
    const wait = Symbol();
    this.#waiting.add(wait);
    this.#scheduler.wake();
    return new Promise((resolve) => {
      this.submissions.onResult(invocation, (result) => {
        this.#waiting.delete(wait);
        resolve(result);
      });
    });
  }

  /** Waits for something to happen; while it does, an automatic clock moves on. */
  async whileWaiting<T>(something: Promise<T>): Promise<T> {
    const wait = Symbol();
    this.#waiting.add(wait);
    this.#scheduler.wake();
    try {
      return await something;
    } finally {
      this.#waiting.delete(wait);
    }
  }

  /**
   * As {@link whileWaiting}. Meanwhile attempts that wait for the server are asked to suspend, as the server does after a
   * while: then they say what they wait for.
   */
  async whileSuspending<T>(something: Promise<T>): Promise<T> {
    this.#suspending++;
    try {
      return await this.whileWaiting(something);
    } finally {
      this.#suspending--;
    }
  }

  /** Resolves when nothing can happen any more at the present time. */
  atRest(): Promise<void> {
    return new Promise((resolve) => {
      this.#restWaiters.push(resolve);
      this.#scheduler.wake();
    });
  }

  /**
   * Starts a completed invocation again as a new one, with the same input; behind a journal entry other than the first,
   * with the journal up to it and the results of the commands in it.
   */
  restartAsNew(invocation: Invocation, from = 0): Submission | RestartRefusal {
    const refusal = refuseRestart(invocation, from);
    if (refusal !== undefined) return refusal;
    const { service, handler, request } = invocation;
    const identity = `restart ${++this.#externalCalls}`;
    const again = { ...request, identity, idempotencyKey: undefined, notBefore: undefined };
    const submission = this.submissions.submit(
      again,
      { service, handler },
      inheritance(invocation, from),
    );
    this.#scheduler.wake();
    return submission;
  }

  /** Ends everything at once. */
  stop(): void {
    this.#scheduler.stop();
    this.clock.stop();
    for (const invocation of this.world.running()) {
      invocation.isKilled = true;
      if (invocation.status.kind === "running")
        invocation.status.attempt.cut("the environment was disposed");
    }
    this.world.timers.clear();
    for (const resolve of this.#restWaiters.splice(0)) resolve();
  }

  /** Whether to look again in the next turn. */
  #onQuiet(turns: number): boolean {
    if (turns === 1) this.#options.onProgress?.();
    if (this.#askSilentStreams()) return true;
    this.clock.followRealTime();
    if (turns < SETTLED_TURNS) return true;
    const isBusy = [...this.lifecycle.attempts].some(({ isBlocked }) => !isBlocked);
    if (isBusy && !this.clock.isForced) return this.#noteStuck("user code is at work");
    this.#options.watcher?.onQuiet();
    if (!isBusy && this.#tellRest()) return true;
    if (this.clock.step(this.#waiting.size > 0)) return true;
    return this.#noteStuck("nothing can happen");
  }

  /** Many attempts are cheap if a policy of the run's own ends them; many that also take long are not worth the wait. */
  #hasFailedEnough(invocation: Invocation): boolean {
    const {
      endlessAfterAttempts = 1_000,
      endlessAfterMs = 2_000,
      onEndlessRetries,
    } = this.#options;
    const isEndless =
      onEndlessRetries !== undefined &&
      this.clock.isFree &&
      this.#waiting.size > 0 &&
      invocation.fruitless >= endlessAfterAttempts &&
      realNow() - invocation.failsSince >= endlessAfterMs;
    if (!isEndless) return false;
    // Once it is paused, so that what is told is true.
    queueMicrotask(() => {
      onEndlessRetries(invocation);
    });
    return true;
  }

  #tellRest(): boolean {
    const waiters = this.#restWaiters.splice(0);
    for (const resolve of waiters) resolve();
    return waiters.length > 0;
  }

  #noteStuck(because: "nothing can happen" | "user code is at work"): false {
    // Of real time there is always more to come.
    const isOver = because === "user code is at work" || this.clock.mode !== "real";
    if (isOver && this.#waiting.size > 0) this.#options.onStuck?.(because);
    return false;
  }

  /**
   * An endpoint that does not tell whether its open streams wait for us is asked to suspend, as the server does after a
   * while: then those that stay are at work. So are all that wait, if somebody wants to know for what.
   */
  #askSilentStreams(): boolean {
    let hasAsked = false;
    for (const attempt of this.lifecycle.attempts) {
      const isAsked = attempt.isBlocked ? this.#suspending > 0 : !attempt.isHosted;
      if (attempt.isInputOpen && isAsked) {
        attempt.closeInput();
        hasAsked = true;
      }
    }
    return hasAsked;
  }
}
