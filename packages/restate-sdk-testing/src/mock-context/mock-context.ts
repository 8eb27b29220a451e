/** Unit tests of one handler: a real context, on a server of this process that answers what the test's script says. */
import type { Serde } from "@restatedev/restate-sdk-core";
import type { TerminalError } from "@restatedev/restate-sdk";
import type { EntryView } from "../environment/journal-view.js";
import {
  JSON_SERDE,
  toTerminalError,
  type TestInvocation,
} from "../environment/test-invocation.js";
import type { AnyContext, AnyMockOptions, MockArguments, StateOf } from "./mock-options.js";
import { MockSession, type MockedHandler } from "./mock-session.js";

/** What a mocked handler has done. */
export interface MockedRun<TOutput = unknown, TState = Record<string, unknown>> {
  /**
   * What the handler returned.
   *
   * @throws TerminalError if the handler failed
   */
  readonly result: TOutput;
  /** What the handler failed with; undefined if it did not. */
  readonly error: TerminalError | undefined;
  /** What the handler asked for, and what came of it. */
  readonly journal: readonly EntryView[];
  /** The state of the key at the end. */
  readonly state: Partial<TState>;
  /** Attempts, timeline and the like; matchers take it too. */
  readonly invocation: TestInvocation<TOutput>;
}

/** What is in `ctx.mock`. */
export interface Mock<TState = Record<string, unknown>> {
  /**
   * Waits until everything that the handler asked for has arrived, ends the mock and says what there was. What the
   * handler still awaits stays pending.
   *
   * @throws the first thing that was missing in the script, or the first assertion that failed in it
   */
  end(): Promise<MockedRun<undefined, TState>>;
  /** Milliseconds since the Unix epoch, by the mock's clock. */
  now(): number;
}

/** A context to be passed to a handler, with what the test needs in its property `mock`. */
export type MockedContext<C> = C & {
  readonly mock: Mock<StateOf<C>>;
} & AsyncDisposable;

/** Made by {@link mockContext}: await it for a context, or `run` a handler with it. */
export interface ContextMock<C> extends PromiseLike<MockedContext<C>> {
  /**
   * Runs a handler as in production: its input and output pass through their serdes, it is suspended and replayed at
   * every wait, and runs that fail are retried.
   *
   * @throws what the handler threw, unless it is a TerminalError; and what is missing in the script
   */
  run<I, O>(
    handler: (ctx: C, input: I) => Promise<O>,
    ...input: undefined extends I ? [input?: I] : [I] extends [void] ? [input?: I] : [input: I]
  ): Promise<MockedRun<O, StateOf<C>>>;
  /** The same with other serdes than JSON. */
  withSerdes(serdes: { input?: Serde<unknown>; output?: Serde<unknown> }): ContextMock<C>;
}

/**
 * A context for the unit test of one handler. It is the real one, with the real protocol below; what the handler asks for
 * is answered by the options. Something that they do not answer is an error that says what to add.
 *
 * - Await the mock for a context and pass it to the handler, any number of helpers, or parts of a handler. The handler
 *   runs once: a run that throws rejects, as after its last retry.
 * - Or `run` the handler, with retries and replays.
 *
 * Sleeps pass at once.
 *
 * @typeParam C - the handler's context, such as `ObjectContext<{ balance: number }>`; it decides what has to be given
 *
 * @example
 * ```ts
 * const ctx = await mockContext<ObjectContext<{ balance: number }>>({
 *   key: "ada",
 *   state: { balance: 10 },
 *   runs: { "charge card": { receipt: 7 } },
 * });
 * assert.equal(await withdraw(ctx, 3), 7);
 * const { journal, state } = await ctx.mock.end();
 *
 * const { result } = await mockContext({ key: "ada", state: { balance: 10 } }).run(withdraw, 3);
 * ```
 */
export function mockContext<C = AnyContext>(...options: MockArguments<C>): ContextMock<C> {
  return new Mocked<C>(options[0] ?? {}, {});
}

interface Serdes {
  readonly input?: Serde<unknown>;
  readonly output?: Serde<unknown>;
}

class Mocked<C> implements ContextMock<C> {
  readonly #options: AnyMockOptions;
  readonly #serdes: Serdes;

  constructor(options: AnyMockOptions, serdes: Serdes) {
    this.#options = options;
    this.#serdes = serdes;
  }

  withSerdes(serdes: Serdes): ContextMock<C> {
    return new Mocked<C>(this.#options, serdes);
  }

  async run<I, O>(
    handler: (ctx: C, input: I) => Promise<O>,
    input?: I,
  ): Promise<MockedRun<O, StateOf<C>>> {
    const session = new MockSession(this.#options, "replayed");
    const { input: inputSerde = JSON_SERDE, output = JSON_SERDE } = this.#serdes;
    try {
      await session.start(handler as MockedHandler, inputSerde.serialize(input));
      const result = await session.result();
      const [problem] = session.problems;
      if (problem !== undefined) throw problem;
      const view = viewOf<O, StateOf<C>>(session, output);
      return result.kind === "value"
        ? { ...view, result: output.deserialize(result.value) as O, error: undefined }
        : failed(view, toTerminalError(result.failure));
    } finally {
      await session.stop();
    }
  }

  // Awaiting is asking for the context.
  then<A = MockedContext<C>, B = never>(
    onContext?: ((ctx: MockedContext<C>) => A | PromiseLike<A>) | null,
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#context().then(onContext, onError);
  }

  /** The handler of the invocation hands its context to the test and stays open until the mock is ended. */
  async #context(): Promise<MockedContext<C>> {
    const session = new MockSession(this.#options, "once");
    const { input } = this.#options;
    const context = new Promise<C & object>((resolve, reject) => {
      const publish = (ctx: C & object) => {
        resolve(ctx);
        return new Promise<never>(() => undefined);
      };
      const body = input === undefined ? new Uint8Array() : JSON_SERDE.serialize(input);
      session.start(publish, body).catch(reject);
      session.failed.catch(reject);
    });
    return toMocked(await context, session);
  }
}

function toMocked<C>(ctx: C & object, session: MockSession): MockedContext<C> {
  const { runtime } = session;
  const end = async () => {
    await session.settled();
    const [problem] = session.problems;
    const view = viewOf<undefined, StateOf<C>>(session, JSON_SERDE);
    await session.stop();
    if (problem !== undefined) throw problem;
    return { ...view, result: undefined, error: undefined };
  };
  const mock: Mock<StateOf<C>> = { end, now: () => runtime.clock.now() };
  const dispose = () => session.stop();
  // It is the context itself: whatever the SDK recognises it by is there.
  return Object.assign(ctx, { mock, [Symbol.asyncDispose]: dispose });
}

type View<O, S> = Pick<MockedRun<O, S>, "journal" | "state" | "invocation">;

function viewOf<O, S>(session: MockSession, output: Serde<unknown>): View<O, S> {
  const invocation = session.view<O>(output);
  // The context's type says what its state is.
  return { invocation, journal: invocation.journal(), state: invocation.state() as Partial<S> };
}

/** A test that goes on as if there were a result fails where it takes it. */
function failed<O, S>(view: View<O, S>, error: TerminalError): MockedRun<O, S> {
  return {
    ...view,
    error,
    get result(): O {
      throw error;
    },
  };
}
