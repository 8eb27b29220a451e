/** `ctx.request()`: what the server said about the invocation and about this attempt. */
import type { InvocationId } from "../api/invocation-id.js";
import type { Request, Target } from "../api/request.js";
import type { InvocationMachine } from "../machine/machine.js";
import { headerOf } from "./headers.js";
import type { CatalogHandler } from "./service-catalog.js";
import type { EndpointRequest, HeaderValues } from "./types.js";

export interface RequestOptions {
  readonly machine: InvocationMachine;
  readonly request: EndpointRequest;
  readonly handler: CatalogHandler;
  /** Asked for at most once, since most handlers never look at it. */
  readonly attemptCompletedSignal: () => AbortSignal;
}

export function createRequest(options: RequestOptions): Request {
  return new AttemptRequest(options);
}

/** A class, because it is made for every attempt; the maps are built when somebody looks at them. */
class AttemptRequest implements Request {
  readonly #from: RequestOptions;
  readonly target: Target;
  readonly id: InvocationId;
  readonly body: Uint8Array;
  readonly extraArgs: unknown[];
  readonly idempotencyKey?: string;
  readonly scope?: string;
  readonly limitKey?: string;
  #headerMap: Map<string, string> | undefined;
  #attemptHeaderMap: Map<string, string> | undefined;

  constructor(from: RequestOptions) {
    this.#from = from;
    const { start, input } = from.machine;
    this.target = new InvocationTarget(from.handler.serviceName, from.handler.name, start.key);
    this.id = start.debugId as InvocationId;
    this.body = input.value;
    this.extraArgs = [...from.request.extraArgs];
    // Restate has no empty keys and scopes.
    if (start.idempotencyKey) this.idempotencyKey = start.idempotencyKey;
    if (start.scope) this.scope = start.scope;
    if (start.limitKey) this.limitKey = start.limitKey;
  }

  get headers(): ReadonlyMap<string, string> {
    return (this.#headerMap ??= new Map(
      this.#from.machine.input.headers.map(({ key, value }) => [key, value]),
    ));
  }

  get attemptHeaders(): ReadonlyMap<string, string> {
    return (this.#attemptHeaderMap ??= toMap(this.#from.request.headers));
  }

  get attemptCompletedSignal(): AbortSignal {
    return this.#from.attemptCompletedSignal();
  }
}

class InvocationTarget implements Target {
  readonly key?: string;

  constructor(
    readonly service: string,
    readonly handler: string,
    key: string,
  ) {
    if (key) this.key = key;
  }

  toString(): string {
    return [this.service, this.key, this.handler].filter(Boolean).join("/");
  }
}

function toMap(headers: HeaderValues): Map<string, string> {
  const map = new Map<string, string>();
  for (const name of Object.keys(headers)) {
    const value = headerOf(headers, name);
    if (value !== undefined) map.set(name, value);
  }
  return map;
}
