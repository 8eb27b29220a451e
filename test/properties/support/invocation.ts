/** One invocation under a random schedule: attempts that suspend, fail, crash and resume until it has an output. */
import type { FutureTree } from "../../../packages/restate-sdk/src/protocol/messages.js";
import { describeTree, isSatisfied, keyOf, leavesOf } from "./await-set.js";
import { AttemptRun, type AttemptEnding, type StateMode } from "./attempt-run.js";
import type { Effects } from "./effects.js";
import type { Rng } from "./rng.js";
import { turns, wait } from "./phases.js";
import type { CompiledProgram } from "./user-code.js";
import type { World } from "./world.js";

/** A property does not hold. */
export class Violation extends Error {}

export interface InvocationSetup {
  readonly world: World;
  readonly program: CompiledProgram;
  readonly effects: Effects;
  readonly rng: Rng;
  /** Request and response one after the other: input is closed once the journal has been sent. */
  readonly requestResponse: boolean;
  readonly isCodecAsync: boolean;
  readonly stateMode: StateMode;
  readonly hasHooks: boolean;
}

export interface InvocationStats {
  attempts: number;
  suspensions: number;
  crashes: number;
  probes: number;
  notifications: number;
  commands: number;
}

const MAX_ATTEMPTS = 400;
/** Attempts that may crash, close early and so on; the later ones only help to finish. */
const MAX_WILD_ATTEMPTS = 10;

export class Invocation {
  readonly traces: (readonly string[])[] = [];
  readonly stats: InvocationStats = {
    attempts: 0,
    suspensions: 0,
    crashes: 0,
    probes: 0,
    notifications: 0,
    commands: 0,
  };
  private readonly runs: AttemptRun[] = [];

  constructor(readonly setup: InvocationSetup) {}

  /** Until the output is journaled. */
  async run(): Promise<void> {
    const { world } = this.setup;
    while (world.output === undefined) {
      if (this.stats.attempts > MAX_ATTEMPTS) throw new Violation("The invocation never ends");
      const run = this.startAttempt();
      const ending = await this.attempt(run);
      this.check(run, ending);
      if (ending.kind === "suspended") {
        this.stats.suspensions++;
        if (this.setup.rng.chance(0.5)) await this.probe(run, ending.awaitingOn);
        this.wake(run, ending.awaitingOn);
      }
    }
    await turns(3);
    for (const run of this.runs) this.checkLateEvents(run);
    for (const entry of world.entries) {
      if (entry.kind === "command") this.stats.commands++;
      else this.stats.notifications++;
    }
  }

  /** What the last attempt passed until its handler was over. */
  get traceOfHandler(): readonly string[] {
    return this.runs.at(-1)?.traceOfHandler ?? [];
  }

  /** One undisturbed attempt on a journal, with everything at hand from the beginning. */
  async replay(world: World): Promise<AttemptRun> {
    const run = new AttemptRun({ ...this.setup, world, isWild: false });
    await this.settle(run, { world, requestResponse: true });
    return run;
  }

  // --- one attempt

  private startAttempt(): AttemptRun {
    this.stats.attempts++;
    const run = new AttemptRun({ ...this.setup, isWild: this.isWild });
    this.runs.push(run);
    return run;
  }

  private get isWild(): boolean {
    return this.stats.attempts <= MAX_WILD_ATTEMPTS;
  }

  private async attempt(run: AttemptRun): Promise<AttemptEnding> {
    const { rng } = this.setup;
    if (this.isWild) {
      const steps = rng.chance(0.2) ? 0 : rng.between(1, rng.chance(0.3) ? 12 : 80);
      for (let i = 0; i < steps && run.ending === undefined; i++) {
        this.act(run);
        await wait(rng);
      }
    }
    if (run.ending === undefined) await this.settle(run, this.setup);
    if (run.ending === undefined) throw new Error("Unreachable");
    return run.ending;
  }

  /** One random event. */
  private act(run: AttemptRun): void {
    const { rng, requestResponse, effects } = this.setup;
    const event = rng.weighted({
      nothing: 1,
      deliver: run.hasInput ? 8 : 0,
      deliverAll: run.hasInput ? 3 : 0,
      collect: run.hasOutput ? 6 : 0,
      complete: 4,
      endClosure: effects.open.length > 0 ? 4 : 0,
      lastBreath: effects.open.length > 0 && !run.isInputClosed ? 1 : 0,
      drain: run.isPaused ? 3 : 0,
      closeInput: run.hasInput || run.isInputClosed ? 0 : requestResponse ? 8 : 0.3,
      crash: 0.25,
    });
    switch (event) {
      case "nothing":
        break;
      case "deliver":
        run.deliver(rng.chance(0.5) ? rng.between(1, 12) : rng.between(1, 200));
        break;
      case "deliverAll":
        run.deliver(Number.MAX_SAFE_INTEGER);
        break;
      case "collect":
        run.collect(rng.chance(0.3) ? rng.between(1, 60) : Number.MAX_SAFE_INTEGER);
        break;
      case "complete":
        this.complete(run);
        break;
      case "endClosure":
        effects.endOne(rng);
        break;
      case "lastBreath":
        this.complete(run);
        run.deliver(Number.MAX_SAFE_INTEGER);
        run.closeInput();
        // The closure is over before user code has come to rest.
        effects.endOne(rng);
        break;
      case "drain":
        run.drain();
        break;
      case "closeInput":
        run.closeInput();
        break;
      case "crash":
        this.stats.crashes++;
        run.crash();
        break;
    }
  }

  private complete(run: AttemptRun): void {
    const { rng, world } = this.setup;
    const candidates = world.candidates();
    if (candidates.length > 0) run.notify(world.complete(rng.pick(candidates)));
  }

  /** Lets the attempt do what it can, then helps it on; whatever it awaits is completed or it is made to suspend. */
  private async settle(
    run: AttemptRun,
    { world, requestResponse }: Pick<InvocationSetup, "world" | "requestResponse">,
  ): Promise<void> {
    const { rng, effects } = this.setup;
    for (let idle = 0; idle < 25; idle++) {
      const before = run.activity;
      run.deliver(Number.MAX_SAFE_INTEGER);
      if (requestResponse && !run.isInputClosed) run.closeInput();
      if (run.isPaused) run.drain();
      await turns(3);
      run.collect(Number.MAX_SAFE_INTEGER);
      if (run.ending !== undefined) return;
      if (run.activity !== before) {
        idle = 0;
        continue;
      }
      // Values may be being decoded, which takes some turns and which nobody can see.
      if (run.isStalled) continue;
      if (effects.open.length > 0) {
        effects.endOne(rng);
        idle = 0;
      } else if (!run.isInputClosed) {
        const candidates = world.candidates();
        if (candidates.length > 0 && rng.chance(0.8)) {
          run.notify(world.complete(rng.pick(candidates)));
        } else run.closeInput();
        idle = 0;
      }
    }
    if (run.violation !== undefined) throw new Violation(run.violation);
    if (run.isStalled) throw new Violation("Stall: a notification waits although nothing runs");
    throw new Violation("Deadlock: the attempt neither goes on nor suspends");
  }

  // --- between attempts

  private check(run: AttemptRun, ending: AttemptEnding): void {
    const trace = run.traceOfHandler;
    // With a changing state mode an attempt whose commands got lost may have gone another way.
    if (this.setup.stateMode !== "changing") {
      for (const other of this.traces) expectPrefix(other, trace);
    }
    this.traces.push(trace);
    if (run.violation !== undefined) throw new Violation(run.violation);
    if (ending.kind === "failed" && !ending.message.startsWith("flaky")) {
      throw new Violation(`The attempt failed: ${ending.message}`);
    }
    if (ending.kind === "suspended" && leavesOf(ending.awaitingOn).length === 0) {
      throw new Violation("Suspended on nothing");
    }
  }

  /** Nothing of user code may run once an attempt is over, no matter what it awaited. */
  private checkLateEvents(run: AttemptRun): void {
    if (run.lateEvents.length > run.lateEventsAllowed) {
      throw new Violation(
        `User code went on after its attempt: ${run.lateEvents.slice(run.lateEventsAllowed).join(" ")}`,
      );
    }
  }

  /** Completes things until the server would resume the invocation. */
  private wake(run: AttemptRun, awaitingOn: FutureTree): void {
    const { world, rng } = this.setup;
    const arrived = run.unseen();
    while (!isSatisfied(awaitingOn, arrived)) {
      // Somebody may resume an invocation by hand.
      if (this.isWild && rng.chance(0.02)) return;
      const candidates = world.candidates(leavesOf(awaitingOn));
      if (candidates.length === 0) {
        throw new Violation(`Lost wake-up: nothing can satisfy ${describeTree(awaitingOn)}`);
      }
      const { id, result } = world.complete(rng.pick(candidates));
      arrived.set(keyOf(id), result.kind !== "failure");
    }
  }

  /**
   * Resumes a copy of the invocation after everything has been completed that does not satisfy the suspension:
   * user code must not move. If it did, the real one would sleep on although it could go on.
   */
  private async probe(run: AttemptRun, awaitingOn: FutureTree): Promise<void> {
    const arrived = run.unseen();
    if (isSatisfied(awaitingOn, arrived)) return;
    this.stats.probes++;
    const world = this.completeAllButAwaited(awaitingOn, arrived);
    const commands = world.entries.filter(({ kind }) => kind === "command").length;
    const executions = this.setup.effects.executions;
    const probe = await this.replay(world);
    const ending = probe.ending;
    const about = `a probe with everything but ${describeTree(awaitingOn)}`;
    if (ending?.kind !== "suspended") {
      throw new Violation(`Lost wake-up: ${about} ended as ${JSON.stringify(ending)}`);
    }
    if (probe.trace.join() !== run.trace.join()) {
      throw new Violation(`Lost wake-up: ${about} moved: ${difference(run.trace, probe.trace)}`);
    }
    if (world.entries.filter(({ kind }) => kind === "command").length !== commands) {
      throw new Violation(`Lost wake-up: ${about} issued commands`);
    }
    if (this.setup.effects.executions !== executions) {
      throw new Violation(`${about} executed a run that had been proposed`);
    }
  }

  private completeAllButAwaited(awaitingOn: FutureTree, seen: ReadonlyMap<string, boolean>): World {
    let world = this.setup.world.fork();
    let arrived = new Map(seen);
    const refused = new Set<string>();
    for (let i = 0; i < 40; i++) {
      const candidates = world.candidates().filter(({ key }) => !refused.has(key));
      if (candidates.length === 0) break;
      const candidate = this.setup.rng.pick(candidates);
      const next = world.fork();
      const { id, result } = next.complete(candidate);
      const nextArrived = new Map(arrived).set(keyOf(id), result.kind !== "failure");
      if (isSatisfied(awaitingOn, nextArrived)) refused.add(candidate.key);
      else [world, arrived] = [next, nextArrived];
    }
    return world;
  }
}

/** Attempts agree as far as both went. */
export function expectPrefix(left: readonly string[], right: readonly string[]): void {
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    if (left[i] !== right[i]) {
      throw new Violation(`Attempts diverge: ${difference(left, right)}`);
    }
  }
}

export function difference(left: readonly string[], right: readonly string[]): string {
  let i = 0;
  while (i < left.length && i < right.length && left[i] === right[i]) i++;
  const around = (trace: readonly string[]) => trace.slice(Math.max(0, i - 2), i + 3).join(" ");
  return `at event ${String(i)}\n  one:   … ${around(left)}\n  other: … ${around(right)}`;
}
