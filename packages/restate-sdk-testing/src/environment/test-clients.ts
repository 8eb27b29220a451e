/** Typed calls and sends from a test: thin, straight into the runtime. */
import { serde, type Duration, type Serde } from "@restatedev/restate-sdk-core";
import type { ExternalRequest } from "../runtime/runtime.js";
import {
  serdesOf,
  type AnyDefinition,
  type HandlerArgs,
  type HandlerOutput,
  type HandlersOf,
} from "./definitions.js";

/** A function for each handler, which calls it and resolves with its result. */
export type TestClient<D> = {
  readonly [K in keyof HandlersOf<D>]: (
    ...args: HandlerArgs<HandlersOf<D>[K]>
  ) => Promise<HandlerOutput<HandlersOf<D>[K]>>;
};

/** Options of calls and sends from a test. */
export interface TestCallOptions {
  /** Of virtual objects and workflows. */
  readonly key?: string;
  readonly idempotencyKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Starts the invocation later, by the environment's clock. */
  readonly delay?: Duration | number;
  /** Needs protocol 7. */
  readonly scope?: string;
  /** Needs a scope. */
  readonly limitKey?: string;
  /** How the input is encoded. Default: the interface's serde, or JSON. */
  readonly input?: Serde<unknown>;
  /** How the output is decoded. Default: the interface's serde, or JSON. */
  readonly output?: Serde<unknown>;
}

/** What a call needs of the environment. */
export interface ClientTarget {
  readonly definition: AnyDefinition;
  readonly options: TestCallOptions;
}

/** One function for every handler name; which of them exist shows when they are called. */
export function createClient(
  { definition, options }: ClientTarget,
  invoke: (request: ExternalRequest, output: Serde<unknown>) => unknown,
): unknown {
  return new Proxy(
    {},
    {
      get: (_, handler) => {
        // Promises ask whatever they are resolved with whether it is a thenable.
        if (typeof handler === "symbol" || handler === "then") return undefined;
        const serdes = serdesOf(definition, handler);
        const input = options.input ?? serdes.input ?? JSON_SERDE;
        const output = options.output ?? serdes.output ?? JSON_SERDE;
        return (value?: unknown) =>
          invoke(
            {
              service: definition.name,
              handler,
              key: options.key,
              scope: options.scope,
              limitKey: options.limitKey,
              idempotencyKey: options.idempotencyKey,
              headers: Object.entries(options.headers ?? {}).map(([key, text]) => ({
                key,
                value: text,
              })),
              body: input.serialize(value),
            },
            output,
          );
      },
    },
  );
}

const JSON_SERDE = serde.json as Serde<unknown>;
