/** One mocked invocation: a server of its own, in which everything but the handler under test is scripted. */
import { millisOrDurationToMillis } from "@restatedev/restate-sdk-core";
import {
  object,
  PauseError,
  RestateError,
  RetryableError,
  service,
  TerminalError,
} from "@restatedev/restate-sdk";
import { FIRST_AWAKEABLE_SIGNAL, type ValueOrFailure } from "../codec.js";
import { isAssertionError } from "../environment/assertion-errors.js";
import { endlessRetries } from "../environment/endless-retries.js";
import { Problems, warn } from "../environment/problems.js";
import { renderReport } from "../environment/report.js";
import { RunMocks } from "../environment/run-mocks.js";
import { JSON_SERDE, TestInvocation } from "../environment/test-invocation.js";
import { inProcess } from "../runtime/in-process.js";
import type { Invocation } from "../runtime/invocation.js";
import { Runtime } from "../runtime/runtime.js";
import { turn } from "../runtime/scheduler.js";
import type { RunExecution } from "../runtime/world.js";
import type { AnyMockOptions } from "./mock-options.js";
import { ScriptedServices } from "./scripted-services.js";
import { isThenable, Later, play, toError } from "./scripts.js";
import { openWaits, type OpenWait } from "./open-waits.js";

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type MockedHandler = (ctx: any, input: any) => Promise<unknown>;

/**
 * "once": the handler runs once, attempts stay open, and whatever would end one early is an error. "replayed": as in
 * production, with retries and replays; every wait suspends.
 */
export type MockMode = "once" | "replayed";

export const MOCKED = { service: "Mocked", handler: "handler" } as const;

/** Until user code is known to rest, what it wrote is flushed, and what that brings about has been stored. */
const TURNS_TO_FLUSH = 4;

/** What a server does to attempts that wait for long: they would end, and "once" is only one. */
const NO_TIMEOUTS = { inactivityTimeoutMs: Infinity, abortTimeoutMs: Infinity };

export class MockSession {
  readonly runtime: Runtime;
  /** Everything that was asked for and is not in the script, and assertions that failed in it. */
  readonly problems: Error[] = [];
  readonly #options: AnyMockOptions;
  readonly #mode: MockMode;
  readonly #mocks = new RunMocks();
  /** Errors of actions, which are retried; others that handlers throw are bugs. */
  readonly #runErrors = new WeakSet<Error>();
  /** Of handlers that wait for what is none of Restate's. */
  readonly #reports = new Problems({
    stuckAfterMs: 2_000,
    report: warn,
    describe: () => renderReport(this.runtime.world, this.runtime.clock.now()),
  });
  #invocation: Invocation | undefined;
  #promised = 0;
  #onProblem: (error: Error) => void = () => undefined;

  constructor(options: AnyMockOptions, mode: MockMode) {
    this.#options = options;
    this.#mode = mode;
    const { runs = {}, calls = {}, seed, startAt } = options;
    for (const [name, script] of Object.entries(runs)) {
      this.#mocks.add(name, (execution) => playRun(script, execution));
    }
    const scripted = new ScriptedServices({
      calls,
      runtime: () => this.runtime,
      onUnscripted: (target) => this.#problem(unscriptedCall(target)),
      onThrown: (error) => {
        if (isAssertionError(error)) this.#problem(error);
      },
    });
    this.runtime = new Runtime({
      seed,
      startAt: startAt === undefined ? undefined : Number(startAt),
      mode: mode === "once" ? "stream" : "suspend",
      // From this version on, attempts say what they wait for although they stay open.
      protocol: 7,
      executeRun: (execution) => this.#execute(execution),
      defaults: mode === "once" ? NO_TIMEOUTS : {},
      onThrown: (_invocation, cause) => this.#thrown(cause),
      onRefused: (error) => this.#problem(error),
      endlessAfterMs: 1_000,
      onEndlessRetries: (mocked) => {
        this.#problem(endlessRetries(this.runtime.world, mocked, ENDLESS_REMEDY));
      },
      onStuck: (because) => {
        if (because === "nothing can happen") this.#stuck();
        else if (mode === "replayed") this.#reports.noteStuck(because);
      },
      onProgress: () => this.#reports.noteProgress(),
      standIn: scripted.resolve,
    });
  }

  get invocation(): Invocation {
    if (this.#invocation !== undefined) return this.#invocation;
    throw new Error("The mocked invocation has not been started");
  }

  /** Rejects when something is not in the script, or the handler throws what is no TerminalError. */
  readonly failed = new Promise<never>((_, reject) => {
    this.#onProblem = reject;
  });

  async start(handler: MockedHandler, body: Uint8Array): Promise<void> {
    // It may fail before, or after, somebody looks.
    this.failed.catch(() => undefined);
    const { key, services = [], headers = {}, idempotencyKey, logger } = this.#options;
    const { service: name, handler: handlerName } = MOCKED;
    const handlers = { [handlerName]: handler };
    const mocked = key === undefined ? service({ name, handlers }) : object({ name, handlers });
    await this.runtime.register(
      inProcess({ services: [mocked, ...services], logger: logger ?? (() => undefined) }),
    );
    this.#presetState();
    const resolved = this.runtime.submissions.resolve(name, handlerName);
    if (resolved === undefined) throw new Error("The mocked handler is not there");
    const request = {
      service: name,
      handler: handlerName,
      key,
      body,
      idempotencyKey,
      headers: Object.entries(headers).map(([field, value]) => ({ key: field, value })),
    };
    this.#invocation = this.runtime.submit(request, resolved).invocation;
    this.#playScripts();
    // That somebody waits for it lets time pass.
    void this.runtime.result(this.#invocation).then((result) => this.#ended(result));
  }

  /** The result, if there is going to be one. */
  result(): Promise<ValueOrFailure> {
    return Promise.race([this.runtime.result(this.invocation), this.failed]);
  }

  /** Resolves when everything the handler has asked for has arrived. */
  async settled(): Promise<void> {
    for (let turns = 0; turns < TURNS_TO_FLUSH; turns++) await turn();
  }

  /** What the handler still awaits stays pending. */
  async stop(): Promise<void> {
    this.runtime.stop();
    await this.#reports.end();
  }

  /** For tests to look at; it goes on to exist when the session has ended. */
  view<TOutput>(output = JSON_SERDE): TestInvocation<TOutput> {
    const { runtime, invocation } = this;
    return new TestInvocation<TOutput>({ runtime, invocation, output, orFail: (result) => result });
  }

  // --- the script

  #presetState(): void {
    const { key, state = {} } = this.#options;
    if (key === undefined) return;
    const stored = this.runtime.world.state.of({ service: MOCKED.service, key, scope: undefined });
    for (const [name, value] of Object.entries(state)) {
      if (value !== undefined) stored.set(name, JSON_SERDE.serialize(value));
    }
  }

  #playScripts(): void {
    const { runtime, invocation } = this;
    const { awakeables = [], signals = {}, promises = {}, cancelAfter } = this.#options;
    awakeables.forEach((script, index) => {
      const id = { kind: "signal", idx: FIRST_AWAKEABLE_SIGNAL + index } as const;
      this.#play(script, (result) => runtime.commands.signal(invocation, { id, result }, "script"));
    });
    for (const [name, script] of Object.entries(signals)) {
      const id = { kind: "namedSignal", name } as const;
      this.#play(script, (result) => runtime.commands.signal(invocation, { id, result }, "script"));
    }
    const { keyed } = invocation;
    for (const [name, script] of Object.entries(promises)) {
      this.#play(script, (result) => {
        if (keyed !== undefined) runtime.world.promises.complete(keyed, name, result);
      });
    }
    if (cancelAfter === undefined) return;
    const at = runtime.world.now + millisOrDurationToMillis(cancelAfter);
    runtime.world.timers.add({ at, label: "a scripted cancellation" }, () => {
      runtime.lifecycle.cancel(invocation);
    });
  }

  /** While a promise of the test's is open, the handler does not wait in vain. */
  #play(script: unknown, settle: (result: ValueOrFailure) => void): void {
    if (isThenable(script)) this.#promised++;
    play(this.runtime, script, (result) => {
      if (isThenable(script)) this.#promised--;
      settle(result);
    });
  }

  // --- runs

  #execute(execution: RunExecution): unknown {
    const { invocation, run } = execution;
    const { runs = {}, unscriptedRuns = "refuse" } = this.#options;
    const isMocked = invocation === this.#invocation && run.name !== "";
    const execute = (): unknown => {
      if (isMocked && unscriptedRuns === "refuse" && !Object.hasOwn(runs, run.name)) {
        throw this.#problem(unscriptedRun(run.name));
      }
      return this.#mocks.execute(execution);
    };
    try {
      const result = execute();
      if (!isThenable(result)) return result;
      return Promise.resolve(result).catch((thrown: unknown) => {
        throw this.#runFailed(run.name, thrown);
      });
    } catch (thrown) {
      throw this.#runFailed(run.name, thrown);
    }
  }

  #runFailed(name: string, thrown: unknown): Error {
    const error = toError(thrown);
    if (error instanceof TerminalError) return error;
    if (isAssertionError(error) || isMisuse(error)) this.#problem(error);
    if (this.#mode === "replayed") {
      this.#runErrors.add(error);
      return error;
    }
    // There is no second attempt of a function that the test has called itself: this was the last retry.
    const run = name === "" ? "ctx.run" : `ctx.run "${name}"`;
    return new TerminalError(error.message, {
      cause: new Error(`${run} failed for good: a handler that is called directly has no retries`, {
        cause: error,
      }),
    });
  }

  // --- problems

  /** Whether that is the end of the invocation. */
  #thrown(cause: unknown): boolean {
    // Then the failure says more.
    if (cause === undefined) return true;
    const error = toError(cause);
    if (this.#runErrors.has(error) && !this.problems.includes(error)) return false;
    this.#problem(error);
    return true;
  }

  #ended(result: ValueOrFailure): void {
    if (result.kind === "value" || this.invocation.journal.output !== undefined) return;
    const [first] = this.problems;
    const error = first ?? this.#problem(new Error(result.failure.message));
    // The function that the test has called waits for nothing any more, so it would hang without a word.
    if (this.#mode === "once") void Promise.reject(error);
  }

  #problem(error: Error): Error {
    if (!this.problems.includes(error)) this.problems.push(error);
    this.#onProblem(error);
    return error;
  }

  #stuck(): void {
    if (this.#promised > 0) return;
    const { status, lastFailure } = this.invocation;
    if (status.kind === "paused") {
      this.#problem(new Error(`${GAVE_UP}: ${lastFailure?.message ?? "it was paused"}`));
      return;
    }
    const waits = openWaits(this.invocation);
    const error = this.#problem(new Error(describeStuck(this.view().waitsFor(), waits)));
    for (const { fail } of waits) fail(this.runtime, error);
  }
}

const ENDLESS_REMEDY = "Script the run so that it succeeds at last, or fails with a TerminalError.";

const GAVE_UP = "mockContext: the handler was retried until its policy gave up, and is paused";

/** The context used where it must not be, for example. */
function isMisuse(error: Error): boolean {
  return (
    error instanceof RestateError &&
    !(error instanceof RetryableError) &&
    !(error instanceof PauseError)
  );
}

function playRun(
  script: unknown,
  execution: Parameters<Parameters<RunMocks["add"]>[1]>[0],
): unknown {
  if (typeof script === "function") return (script as (execution: unknown) => unknown)(execution);
  if (script instanceof Error) throw script;
  if (script instanceof Later) {
    throw new TypeError(
      `The run "${execution.name}" is scripted with later(), but time does not pass while an action is executed`,
    );
  }
  return script;
}

function unscriptedRun(name: string): TerminalError {
  return new TerminalError(
    `mockContext: the run "${name}" is not in the script. ` +
      `Add runs: { ${JSON.stringify(name)}: result }, or execute actions with unscriptedRuns: "execute".`,
  );
}

function unscriptedCall(target: string): TerminalError {
  return new TerminalError(
    `mockContext: the call of ${target} is not in the script. ` +
      `Add calls: { ${JSON.stringify(target)}: result }, or a stand-in for the service to services.`,
  );
}

function describeStuck(waits: readonly string[], open: readonly OpenWait[]): string {
  const hints = open.map(({ hint }) => hint);
  const script = hints.length === 0 ? "" : ` Add ${hints.join(" or ")}.`;
  return `mockContext: the handler waits for ${waits.join(" and ") || "something"}, which is not in the script.${script}`;
}
