/** What a mocked context is given: its invocation, the world around it, and the script. */
import type {
  Duration,
  EndpointOptions,
  ObjectContext,
  ObjectSharedContext,
  WorkflowContext,
  WorkflowSharedContext,
} from "@restatedev/restate-sdk";
import type { RunStandIn } from "../environment/run-mocks.js";
import type { ScriptedCall } from "./scripted-services.js";
import type { Scripted } from "./scripts.js";

/** Stands for types that are inferred from the user's code. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Unspecified = any;

/** The context of handlers whose kind the test does not say: it can do what all of them can. */
export type AnyContext = WorkflowContext<Unspecified>;

/** The state that a context is typed with. */
export type StateOf<C> =
  C extends WorkflowContext<infer TState>
    ? Values<TState>
    : C extends WorkflowSharedContext<infer TState>
      ? Values<TState>
      : C extends ObjectContext<infer TState>
        ? Values<TState>
        : C extends ObjectSharedContext<infer TState>
          ? Values<TState>
          : Record<string, never>;

/** Contexts without a type for their state have any. */
type Values<TState> =
  IsAny<TState> extends true
    ? Record<string, unknown>
    : TState extends { _: never }
      ? Record<string, unknown>
      : TState;

type IsAny<T> = 0 extends 1 & T ? true : false;

/** What becomes of a run: a value, an error, or a {@link RunStandIn} that is executed in place of the action. */
export type ScriptedRun = RunStandIn | Json | Error;

/** Any value that can be journaled as JSON; its type is the handler's to know. */
type Json = string | number | boolean | object | null | undefined;

interface CommonOptions {
  /** What `ctx.request()` says of the body, and the input of the journal; JSON. `run(handler, input)` takes its own. */
  readonly input?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly idempotencyKey?: string;
  /** `ctx.rand` and the invocation id depend on it. Default: 0. */
  readonly seed?: number | string;
  /** What time it is at the beginning; sleeps pass at once, by this clock. Default: now. */
  readonly startAt?: Date | number;
  /** What is called in place of the actions of `ctx.run`, or what they result in, by the name of the run. */
  readonly runs?: Readonly<Record<string, ScriptedRun>>;
  /**
   * What to do with named runs that `runs` does not have: "refuse" (default) fails the test, "execute" executes their
   * actions. Those without a name are always executed; `ctx.date` is one of them.
   */
  readonly unscriptedRuns?: "refuse" | "execute";
  /** What calls result in, or functions of their input, by `Service/handler`. Sends need none. */
  readonly calls?: Readonly<Record<string, ScriptedCall>>;
  /** Services that exist for this context, above all typed stand-ins by `mockService`. */
  readonly services?: EndpointOptions["services"];
  /** What awakeables are completed with, in the order in which the handler makes them. */
  readonly awakeables?: readonly Scripted[];
  /** What signals are sent, by name. */
  readonly signals?: Readonly<Record<string, Scripted>>;
  /** Cancels the invocation when that much time has passed. */
  readonly cancelAfter?: Duration | number;
  readonly logger?: EndpointOptions["logger"];
}

interface KeyedOptions<TState> extends CommonOptions {
  readonly key: string;
  readonly state?: Partial<TState>;
  /** What durable promises are completed with, by name. */
  readonly promises?: Readonly<Record<string, Scripted>>;
}

interface UnkeyedOptions extends CommonOptions {
  readonly key?: never;
  readonly state?: never;
  readonly promises?: never;
}

interface LooseOptions extends CommonOptions {
  readonly key?: string;
  readonly state?: Readonly<Record<string, unknown>>;
  readonly promises?: Readonly<Record<string, Scripted>>;
}

/** Contexts with a key need one, and have state; those without have neither. */
export type MockOptions<C> =
  IsLoose<C> extends true
    ? LooseOptions
    : C extends { key: string }
      ? KeyedOptions<StateOf<C>>
      : UnkeyedOptions;

type IsLoose<C> = C extends WorkflowContext<infer TState> ? IsAny<TState> : IsAny<C>;

/** They may be left out where none has to be given. */
export type MockArguments<C> =
  IsLoose<C> extends true
    ? [options?: LooseOptions]
    : C extends { key: string }
      ? [options: MockOptions<C>]
      : [options?: MockOptions<C>];

/** The same for code that reads them whatever the context. */
export type AnyMockOptions = LooseOptions;
