/** `ctx.request()`: what the server said about the invocation and about this attempt. */
import type { InvocationId } from "../api/invocation-id.js";
import type { Request, Target } from "../api/request.js";
import type { InvocationMachine } from "../machine/machine.js";
import type { EndpointRequest, HeaderValues } from "./types.js";

export interface RequestOptions {
  readonly machine: InvocationMachine;
  readonly request: EndpointRequest;
  readonly serviceName: string;
  readonly handlerName: string;
  /** Asked for at most once, since most handlers never look at it. */
  readonly attemptCompletedSignal: () => AbortSignal;
}

export function createRequest(options: RequestOptions): Request {
  return new AttemptRequest(options);
}

/** The maps are built when somebody looks at them. */
class AttemptRequest implements Request {
  readonly target: Target;
  readonly id: InvocationId;
  readonly body: Uint8Array;
  readonly extraArgs: unknown[];
  readonly idempotencyKey?: string;
  readonly scope?: string;
  readonly limitKey?: string;
  private headerMap: Map<string, string> | undefined;
  private attemptHeaderMap: Map<string, string | string[] | undefined> | undefined;

  constructor(private readonly options: RequestOptions) {
    const { start, input } = options.machine;
    this.target = new InvocationTarget(options.serviceName, options.handlerName, start.key);
    this.id = start.debugId as InvocationId;
    this.body = input.value;
    this.extraArgs = [...options.request.extraArgs];
    if (isPresent(start.idempotencyKey)) this.idempotencyKey = start.idempotencyKey;
    if (isPresent(start.scope)) this.scope = start.scope;
    if (isPresent(start.limitKey)) this.limitKey = start.limitKey;
  }

  get headers(): ReadonlyMap<string, string> {
    this.headerMap ??= new Map(
      this.options.machine.input.headers.map(({ key, value }) => [key, value]),
    );
    return this.headerMap;
  }

  get attemptHeaders(): ReadonlyMap<string, string | string[] | undefined> {
    this.attemptHeaderMap ??= toMap(this.options.request.headers);
    return this.attemptHeaderMap;
  }

  get attemptCompletedSignal(): AbortSignal {
    return this.options.attemptCompletedSignal();
  }
}

/** Restate has no empty keys and scopes. */
function isPresent(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}

/** A repeated header counts with its first value. */
function toMap(headers: HeaderValues): Map<string, string | string[] | undefined> {
  const map = new Map<string, string | string[] | undefined>();
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    map.set(name, typeof value === "string" ? value : value[0]);
  }
  return map;
}

class InvocationTarget implements Target {
  readonly key?: string;

  constructor(
    readonly service: string,
    readonly handler: string,
    key: string,
  ) {
    if (key !== "") this.key = key;
  }

  toString(): string {
    return this.key === undefined
      ? `${this.service}/${this.handler}`
      : `${this.service}/${this.key}/${this.handler}`;
  }
}
