/** Services that stand in for those a test does not want to run. */
import {
  handlers as handlerOf,
  object,
  service,
  workflow,
  type EndpointOptions,
} from "@restatedev/restate-sdk";
import { userCode } from "../runtime/user-code.js";
import type { AnyDefinition, HandlerArgs, HandlerOutput, HandlersOf } from "./definitions.js";

/** What a stand-in handler is told besides its input. */
export interface MockedCall {
  /** Of virtual objects and workflows; else undefined. */
  readonly key: string | undefined;
  readonly invocationId: string;
  readonly headers: ReadonlyMap<string, string>;
}

/** Stand-ins for handlers; those left out are refused loudly when they are called. */
export type MockedHandlers<D> = {
  readonly [K in keyof HandlersOf<D>]?: (
    input: HandlerArgs<HandlersOf<D>[K]>[0],
    call: MockedCall,
  ) => HandlerOutput<HandlersOf<D>[K]> | PromiseLike<HandlerOutput<HandlersOf<D>[K]>>;
};

export type ServiceKind = "service" | "object" | "workflow";

/** A service known by name only. */
export interface NamedService {
  readonly name: string;
  readonly kind: ServiceKind;
}

/**
 * A stand-in for a service, to be listed among the services of an environment.
 *
 * @param target the definition it stands in for, or its name and kind
 *
 * @example
 * ```ts
 * const sent: string[] = [];
 * const env = await createTestEnvironment({
 *   services: [signup, mockService(emailer, { send: (to) => void sent.push(to) })],
 * });
 * ```
 */
export function mockService<D extends AnyDefinition | NamedService>(
  target: D,
  handlers: D extends AnyDefinition
    ? MockedHandlers<D>
    : Record<string, (input: never, call: MockedCall) => unknown>,
): EndpointOptions["services"][number] {
  const { name } = target;
  const kind = kindOf(target);
  const standIns = Object.entries(handlers as Record<string, StandIn>);
  switch (kind) {
    case "service":
      return service({
        name,
        handlers: Object.fromEntries(standIns.map(([key, each]) => [key, plain(each)])),
      });
    case "object":
      return object({
        name,
        handlers: Object.fromEntries(
          standIns.map(([key, each]) => [key, handlerOf.object.shared(plain(each))]),
        ),
      });
    case "workflow": {
      const run = () => Promise.reject(new Error(`${name}/run is mocked without a stand-in`));
      return workflow({
        name,
        handlers: { run, ...Object.fromEntries(standIns.map(([key, each]) => [key, plain(each)])) },
      });
    }
  }
}

type StandIn = (input: unknown, call: MockedCall) => unknown;

interface AnyContext {
  request(): {
    readonly id: string;
    readonly headers: ReadonlyMap<string, string>;
    readonly target: { readonly key?: string };
  };
}

function plain(standIn: StandIn) {
  // Async, so that what it throws becomes a rejection.
  // eslint-disable-next-line @typescript-eslint/require-await
  return async (ctx: AnyContext, input: unknown): Promise<unknown> => {
    const { id: invocationId, headers, target } = ctx.request();
    // What stands in for a handler is the test's, so checks of handlers are not for it.
    return userCode.run(undefined, () =>
      standIn(input, { key: target.key, invocationId, headers }),
    );
  };
}

function kindOf(target: object): ServiceKind {
  const { kind, _kind } = target as { kind?: ServiceKind; _kind?: ServiceKind };
  if (kind !== undefined) return kind;
  if (_kind !== undefined) return _kind;
  if ("object" in target) return "object";
  return "workflow" in target ? "workflow" : "service";
}
