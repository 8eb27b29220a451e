/** Typed clients: proxies that turn `client.handler(input, options)` into a call or a send by name. */
import type { HandlerDescriptor } from "@restatedev/restate-sdk-core";
import type { ClientCallOptions, ClientSendOptions } from "../api/calls.js";
import type { ScopedContext } from "../api/clients.js";
import type { InvocationScope } from "./invocation-scope.js";
import { genericCall, genericSend, type CallRequest } from "./calls.js";

/** What a client needs of a definition, an interface or `{ name }`. */
interface Definition {
  readonly name: string;
  readonly _kind?: "service" | "object" | "workflow";
  readonly _handlers?: Readonly<Record<string, HandlerDescriptor>>;
}

class UntypedClients {
  readonly #scope: InvocationScope;
  readonly #scopeKey: string | undefined;

  constructor(scope: InvocationScope, scopeKey?: string) {
    this.#scope = scope;
    this.#scopeKey = scopeKey;
  }

  serviceClient(definition: Definition): object {
    return this.#client(genericCall, definition);
  }

  objectClient(definition: Definition, key: string): object {
    return this.#client(genericCall, definition, key);
  }

  workflowClient(definition: Definition, key: string): object {
    return this.#client(genericCall, definition, key);
  }

  client(definition: Definition, key?: string): object {
    return this.#client(genericCall, definition, keyFor(definition, key));
  }

  serviceSendClient(definition: Definition): object {
    return this.#client(genericSend, definition);
  }

  objectSendClient(definition: Definition, key: string): object {
    return this.#client(genericSend, definition, key);
  }

  workflowSendClient(definition: Definition, key: string): object {
    return this.#client(genericSend, definition, key);
  }

  sendClient(definition: Definition, key?: string): object {
    return this.#client(genericSend, definition, keyFor(definition, key));
  }

  #client(start: Start, { name: service, _handlers }: Definition, key?: string): object {
    return handlerProxy((method, args) => {
      const { parameter, options } = parseArguments(args);
      const described = _handlers?.[method];
      const { defaultSerde } = this.#scope.settings;
      return start(this.#scope, {
        ...options,
        service,
        method,
        parameter,
        key,
        scope: this.#scopeKey,
        inputSerde: options.input ?? described?._inputSerde ?? defaultSerde,
        outputSerde: options.output ?? described?._outputSerde ?? defaultSerde,
      });
    });
  }
}

/**
 * The clients of a context; with a scope key, the same clients within a scope.
 *
 * Their public signatures infer the handlers from the definition's type, which has no counterpart at run time.
 */
export const Clients = UntypedClients as unknown as new (
  scope: InvocationScope,
  scopeKey?: string,
) => ScopedContext;

/** Makes a call or a send of what a client was told. */
type Start = (scope: InvocationScope, request: CallRequest<unknown, unknown>) => unknown;

/** Clients for definitions of any kind know from the definition whether there is a key. */
function keyFor(definition: Definition, key: string | undefined): string | undefined {
  return definition._kind === "service" ? undefined : key;
}

function handlerProxy(invoke: (method: string, args: readonly unknown[]) => unknown): object {
  return new Proxy(
    {},
    {
      get: (_target, property) => {
        // A client is no promise: awaiting one by mistake must not call a handler named "then".
        if (typeof property !== "string" || property === "then") return undefined;
        return (...args: unknown[]) => invoke(property, args);
      },
    },
  );
}

/** Those of calls and those of sends: which ones a handler call takes is for the types to say. */
type Options = ClientCallOptions<unknown, unknown> & ClientSendOptions<unknown>;

interface OptionsCarrier {
  getOpts(): Options | undefined;
}

const NO_OPTIONS: Options = {};

/** `(input?, options?)`; options are recognised by what `rpc.opts` and `rpc.sendOpts` return. */
function parseArguments(args: readonly unknown[]): {
  readonly parameter: unknown;
  readonly options: Options;
} {
  const [first, second] = args;
  if (args.length > 2) {
    throw new TypeError(
      `A handler call takes an input and options, but got ${args.length} arguments. Pass several values as one object.`,
    );
  }
  if (args.length === 2 && second !== undefined) {
    if (isOptions(second)) return { parameter: first, options: second.getOpts() ?? NO_OPTIONS };
    throw new TypeError(
      "The second argument of a handler call must come from rpc.opts({...}) or rpc.sendOpts({...}).",
    );
  }
  if (isOptions(first)) return { parameter: undefined, options: first.getOpts() ?? NO_OPTIONS };
  return { parameter: first, options: NO_OPTIONS };
}

function isOptions(value: unknown): value is OptionsCarrier {
  return (
    typeof value === "object" &&
    value !== null &&
    "getOpts" in value &&
    typeof value.getOpts === "function"
  );
}
