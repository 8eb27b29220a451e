/** The test environment: services, an in-process Restate server, its clock, and everything a test may look at or change. */
import { millisOrDurationToMillis, type Duration, type Serde } from "@restatedev/restate-sdk-core";
import { connect, type Ingress } from "@restatedev/restate-sdk-clients";
import type { EndpointOptions } from "@restatedev/restate-sdk/transport";
import type { CheckError } from "../checks/check.js";
import { Checks } from "../checks/checks.js";
import { handleAdmin } from "../ingress/admin.js";
import { handleIngress } from "../ingress/ingress.js";
import type { AdvanceOptions } from "../runtime/clock.js";
import { unknownTarget } from "../runtime/commands.js";
import { fetchDeployment, type TestDeployment } from "../runtime/fetch-deployment.js";
import { inProcess } from "../runtime/in-process.js";
import type { Invocation } from "../runtime/invocation.js";
import { createRandom } from "../runtime/random.js";
import { Runtime, type ExternalRequest } from "../runtime/runtime.js";
import type { Chooser } from "../runtime/scheduler.js";
import { SERVER_DEFAULTS } from "../runtime/services.js";
import { isAssertionError } from "./assertion-errors.js";
import { Awakeables } from "./awakeables.js";
import type {
  AnyDefinition,
  AnyKeyedDefinition,
  HandlerOutput,
  HandlersOf,
} from "./definitions.js";
import { endlessRetries } from "./endless-retries.js";
import type { TestEnvironmentOptions } from "./environment-options.js";
import { Problems, warn } from "./problems.js";
import { renderReport } from "./report.js";
import { RunMocks, type RunMock, type RunStandIn } from "./run-mocks.js";
import { StateAccess, type AnyState } from "./state-of.js";
import { createClient, type TestCallOptions, type TestClient } from "./test-clients.js";
import { completer, JSON_SERDE, TestInvocation, type Completer } from "./test-invocation.js";

/**
 * Starts a Restate server of this process, with virtual time, and registers the services.
 *
 * @throws TypeError for definitions and options that make no sense
 *
 * @example
 * ```ts
 * await using env = await createTestEnvironment({ services: [greeter] });
 * expect(await env.call(greeter).greet("Ada")).toBe("Hello, Ada");
 * ```
 */
export async function createTestEnvironment(
  options: TestEnvironmentOptions,
): Promise<TestEnvironment> {
  const environment = new TestEnvironment(options);
  await environment.start();
  return environment;
}

/** The time of an environment. */
export interface TestClock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Resolves when that much time has passed and everything it set off is at rest. */
  advance(duration: Duration | number, options?: AdvanceOptions): Promise<void>;
  advanceTo(time: Date | number, options?: AdvanceOptions): Promise<void>;
}

export class TestEnvironment implements AsyncDisposable {
  /** Where the ingress seems to be; {@link TestEnvironment.fetch} answers for it. */
  readonly url = "http://restate.test";
  readonly clock: TestClock;
  /** The clients of `@restatedev/restate-sdk-clients`, connected to this environment. */
  readonly ingress: Ingress;
  /** Awakeables that handlers wait for. */
  readonly awakeables: Awakeables;
  /** The server itself, for tools that build on it. */
  readonly runtime: Runtime;
  readonly #options: TestEnvironmentOptions;
  readonly #mocks = new RunMocks();
  readonly #problems: Problems;
  readonly #checks: Checks;

  /** Use {@link createTestEnvironment}. */
  constructor(options: TestEnvironmentOptions) {
    this.#options = options;
    this.#problems = new Problems({
      stuckAfterMs: options.reportStuckAfterMs ?? 2_000,
      report: options.report ?? warn,
      describe: () => this.report(),
    });
    this.#checks = new Checks(options.checks ?? {}, (error) => {
      this.#problems.fail(error);
    });
    this.runtime = this.#createRuntime();
    this.#checks.start(this.runtime.world);
    const { clock } = this.runtime;
    this.clock = {
      now: () => clock.now(),
      advance: (duration, advance) => this.#orFail(clock.advance(duration, advance)),
      advanceTo: (time, advance) => this.#orFail(clock.advanceTo(Number(time), advance)),
    };
    this.ingress = connect({ url: this.url, fetch: this.fetch });
    this.awakeables = new Awakeables({
      runtime: this.runtime,
      toTestInvocation: (invocation) => this.#toTestInvocation(invocation),
      orFail: (result) => this.#orFail(result),
    });
  }

  /** Called by {@link createTestEnvironment}. */
  async start(): Promise<void> {
    const { services = [], deployments = [] } = this.#options;
    for (const deployment of [{ services }, ...deployments]) await this.deploy(deployment);
  }

  /**
   * Deploys the next version of services. Invocations whose first attempt is still to come run on it; all others stay with
   * the version they began on. Services that are not in it stay as they are. What an endpoint may be told and is left out is
   * as the environment was told.
   *
   * @throws TypeError if a service was of another kind before, and for definitions and options that make no sense
   *
   * @example
   * ```ts
   * await env.deploy({ services: [greeterV2] });
   * ```
   */
  async deploy(deployment: EndpointOptions | TestDeployment): Promise<void> {
    const { protocol = 6 } = this.#options;
    await this.runtime.register(
      "services" in deployment
        ? inProcess({ ...endpointDefaults(this.#options), ...deployment })
        : fetchDeployment(deployment, protocol),
    );
  }

  /** The ingress, as `fetch` would reach it at {@link url}. */
  readonly fetch = (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    this.#checks.onIngressRequest(request);
    return this.#orFail(handleIngress(this.runtime, request));
  };

  /** The admin API, as `fetch` would reach it: cancel, kill, pause, resume, purge, restart, and simple queries. */
  readonly adminFetch = (input: string | URL | Request, init?: RequestInit): Promise<Response> =>
    handleAdmin(this.runtime, new Request(input, init));

  /**
   * Calls a handler and resolves with its result. Objects and workflows need a key. While the call is awaited, an automatic
   * clock moves on.
   *
   * @example
   * ```ts
   * await env.call(greeter).greet("Ada");
   * await env.call(counter, "a").add(1);
   * ```
   */
  call<D extends AnyDefinition>(definition: D, options?: string | TestCallOptions): TestClient<D> {
    const target = { definition, options: toOptions(options) };
    return createClient(target, (request, output) =>
      this.#submit(request, { output, delay: target.options.delay }).result(),
    ) as TestClient<D>;
  }

  /** Starts an invocation and gives a handle of it. */
  send<D extends AnyDefinition>(
    definition: D,
    options?: string | TestCallOptions,
  ): SendingClient<D> {
    const target = { definition, options: toOptions(options) };
    return createClient(target, (request, output) =>
      this.#submit(request, { output, delay: target.options.delay }),
    ) as SendingClient<D>;
  }

  /** Every invocation that is known, in the order of their submission; completed ones are known until their retention ends. */
  invocations(): TestInvocation[] {
    return [...this.runtime.world.invocations.values()].map((each) => this.#toTestInvocation(each));
  }

  /** @throws Error if there is no such invocation */
  invocation(id: string): TestInvocation {
    const found = this.runtime.world.invocations.get(id);
    if (found !== undefined) return this.#toTestInvocation(found);
    throw new Error(`There is no invocation ${id}, or its retention is over`);
  }

  /** The state of an object or workflow. */
  stateOf<TState extends AnyState = Record<string, unknown>>(
    { name: service }: AnyKeyedDefinition,
    key: string,
    {
      scope,
      serde = JSON_SERDE,
    }: { readonly scope?: string; readonly serde?: Serde<unknown> } = {},
  ): StateAccess<TState> {
    return new StateAccess(() => this.runtime.world.state.of({ service, key, scope }), serde);
  }

  /** A durable promise of a workflow. */
  promiseOf(
    { name: service }: AnyKeyedDefinition,
    key: string,
    name: string,
  ): Completer & { peek(): unknown } {
    const { promises } = this.runtime.world;
    const target = { service, key, scope: undefined };
    const complete = completer((result) => {
      if (promises.complete(target, name, result)) return;
      throw new Error(`The promise "${name}" of ${service}/${key} was already completed`);
    }, JSON_SERDE);
    const peek = () => {
      const result = promises.peek(target, name);
      return result?.kind === "value" ? JSON_SERDE.deserialize(result.value) : result?.failure;
    };
    return { ...complete, peek };
  }

  /** Executes something else than the action of the runs with this name. */
  mockRun(name: string, standIn: RunStandIn): RunMock {
    return this.#mocks.add(name, standIn);
  }

  /** At most so many attempts at a time for a scope ("tenant"), or a limit key in it ("tenant/user"). */
  limitConcurrency(pattern: string, concurrency: number): void {
    this.runtime.world.limits.setRule(pattern, concurrency);
  }

  /** What the checks have found so far. */
  get findings(): readonly CheckError[] {
    return this.#checks.findings;
  }

  /** Resolves when nothing can happen any more at the present time. */
  atRest(): Promise<void> {
    return this.#orFail(this.runtime.atRest());
  }

  /** Every invocation that is not over, and what it waits for. */
  report(): string {
    return renderReport(this.runtime.world, this.runtime.clock.now());
  }

  /**
   * Ends everything. What the test still waits for rejects.
   *
   * @throws the assertion error that a handler threw, if the test has not seen it
   */
  async [Symbol.asyncDispose](): Promise<void> {
    this.runtime.stop();
    this.#checks.stop();
    await this.#problems.end();
  }

  /** Ends everything, and leaves what is still waited for pending for ever. For tools that have seen enough. */
  abandon(): void {
    this.runtime.stop();
    this.#checks.stop();
    this.#problems.abandon();
  }

  /** The same as `await using` does at the end of its block. */
  dispose(): Promise<void> {
    return this[Symbol.asyncDispose]();
  }

  #createRuntime(): Runtime {
    const { seed = 0, shuffle = false, startAt, failOnAssertionErrors = true } = this.#options;
    const { choose = shuffle ? chooserOf(seed) : undefined, retryPolicy } = this.#options;
    return new Runtime({
      ...this.#options,
      seed,
      choose,
      startAt: startAt === undefined ? undefined : Number(startAt),
      defaults: { retryPolicy: { ...SERVER_DEFAULTS.retryPolicy, ...retryPolicy } },
      watcher: this.#checks,
      executeRun: (execution) => this.#mocks.execute(execution),
      onThrown: (_invocation, cause) => {
        if (!failOnAssertionErrors || !isAssertionError(cause)) return false;
        this.#problems.fail(cause);
        return true;
      },
      endlessAfterMs: this.#options.reportStuckAfterMs,
      onEndlessRetries: (invocation) => {
        this.#problems.fail(endlessRetries(this.runtime.world, invocation, ENDLESS_REMEDY));
      },
      onRefused: (error) => {
        this.#problems.fail(error);
      },
      onStuck: (because) => {
        if (because === "nothing can happen") this.#checks.onStuck();
        this.#problems.noteStuck(because);
      },
      onProgress: () => {
        this.#problems.noteProgress();
      },
    });
  }

  #submit(
    request: ExternalRequest,
    {
      output,
      delay,
    }: { readonly output: Serde<unknown>; readonly delay: Duration | number | undefined },
  ): TestInvocation {
    const { service, handler, key } = request;
    const { submissions, world } = this.runtime;
    const resolved = submissions.resolve(service, handler);
    if (resolved === undefined) throw new Error(unknownTarget(world, service, handler));
    if ((key === undefined) !== (resolved.service.kind === "service")) {
      throw new TypeError(
        key === undefined
          ? `${service} is a ${resolved.service.kind}, so a call needs a key: env.call(definition, "key")`
          : `${service} is a service, and services have no keys, but got "${key}"`,
      );
    }
    const delayMs = delay === undefined ? undefined : millisOrDurationToMillis(delay);
    const { invocation } = this.runtime.submit({ ...request, delayMs }, resolved);
    return this.#toTestInvocation(invocation, output);
  }

  #toTestInvocation(invocation: Invocation, output: Serde<unknown> = JSON_SERDE): TestInvocation {
    const orFail = <T>(result: Promise<T>) => this.#orFail(result);
    return new TestInvocation({ runtime: this.runtime, invocation, output, orFail });
  }

  #orFail<T>(result: Promise<T>): Promise<T> {
    return this.#problems.race(result);
  }
}

const ENDLESS_REMEDY = "If it is right after all, set the option endlessAfterAttempts.";

/** What endpoints of this environment are told, unless they are told otherwise. */
function endpointDefaults({
  defaultServiceOptions,
  journalValueCodecProvider,
  logger = () => undefined,
}: TestEnvironmentOptions): Omit<EndpointOptions, "services"> {
  return {
    logger,
    ...(defaultServiceOptions && { defaultServiceOptions }),
    ...(journalValueCodecProvider && { journalValueCodecProvider }),
  };
}

/** A function for each handler, which starts it and gives a handle of the invocation. */
export type SendingClient<D> = {
  readonly [K in keyof HandlersOf<D>]: (
    ...args: Parameters<TestClient<D>[K]>
  ) => TestInvocation<HandlerOutput<HandlersOf<D>[K]>>;
};

function toOptions(options: string | TestCallOptions | undefined): TestCallOptions {
  return typeof options === "string" ? { key: options } : (options ?? {});
}

function chooserOf(seed: number | string): Chooser {
  const random = createRandom(seed);
  return (steps) => Math.floor(random() * steps.length);
}
