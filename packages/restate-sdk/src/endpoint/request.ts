/** `ctx.request()`: what the server said about the invocation and about this attempt. */
import type { InvocationId } from "../api/invocation-id.js";
import type { Request, Target } from "../api/request.js";
import type { InvocationMachine } from "../machine/machine.js";
import { targetPath } from "../util/target-path.js";
import { headerOf } from "./headers.js";
import type { CatalogHandler } from "./service-catalog.js";
import type { EndpointRequest, HeaderValues } from "./types.js";

/** The attempt that a request belongs to. */
export interface RequestSource {
  readonly machine: Pick<InvocationMachine, "start" | "input">;
  readonly handler: Pick<CatalogHandler, "serviceName" | "name">;
  readonly request: EndpointRequest;
  /** Aborted when the attempt is over. */
  readonly completedSignal: AbortSignal;
}

/** A class, because it is made for every attempt; the maps are built when somebody looks at them. */
export class AttemptRequest implements Request {
  readonly #source: RequestSource;
  // Declared only, since every field that is emitted is paid for at each start.
  declare readonly target: Target;
  declare readonly id: InvocationId;
  declare readonly body: Uint8Array;
  declare readonly extraArgs: unknown[];
  declare readonly idempotencyKey?: string;
  declare readonly scope?: string;
  declare readonly limitKey?: string;
  #headerMap: Map<string, string> | undefined;
  #attemptHeaderMap: Map<string, string> | undefined;

  constructor(source: RequestSource) {
    const { machine, handler, request } = source;
    const { start, input } = machine;
    this.#source = source;
    this.target = new InvocationTarget(handler.serviceName, handler.name, start.key);
    this.id = start.debugId as InvocationId;
    this.body = input.value;
    this.extraArgs = request.extraArgs as unknown[];
    // Restate has no empty keys and scopes.
    if (start.idempotencyKey) this.idempotencyKey = start.idempotencyKey;
    if (start.scope) this.scope = start.scope;
    if (start.limitKey) this.limitKey = start.limitKey;
  }

  get headers(): ReadonlyMap<string, string> {
    return (this.#headerMap ??= new Map(
      this.#source.machine.input.headers.map(({ key, value }) => [key, value]),
    ));
  }

  get attemptHeaders(): ReadonlyMap<string, string> {
    return (this.#attemptHeaderMap ??= toMap(this.#source.request.headers));
  }

  get attemptCompletedSignal(): AbortSignal {
    return this.#source.completedSignal;
  }
}

class InvocationTarget implements Target {
  declare readonly service: string;
  declare readonly handler: string;
  declare readonly key?: string;

  constructor(service: string, handler: string, key: string) {
    this.service = service;
    this.handler = handler;
    if (key) this.key = key;
  }

  toString(): string {
    return targetPath(this.service, this.key, this.handler);
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
