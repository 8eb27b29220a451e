/** The Restate ingress over plain fetch, addressed the way a curl user would: "Service/handler" or "Object/key/handler". */
import { request, type Fetch } from "./request.js";

export interface InvokeOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly idempotencyKey?: string;
  readonly scope?: string;
  readonly limitKey?: string;
}

export interface SendOptions extends InvokeOptions {
  /** For example "200ms" or "PT10S". */
  readonly delay?: string;
}

export interface SendResult {
  readonly invocationId: string;
  readonly status: "Accepted" | "PreviouslyAccepted";
}

/** What an invocation that can be found again without its id was called. */
export type AttachTarget =
  | { readonly workflow: string; readonly key: string }
  | {
      readonly service: string;
      readonly key?: string;
      readonly handler: string;
      readonly idempotencyKey: string;
    };

/** The answer of `output`: there, still running, or never heard of. */
export type Output =
  | { readonly kind: "ready"; readonly value: unknown }
  | { readonly kind: "not ready" }
  | { readonly kind: "not found" };

/** An answer other than 2xx. For a failed invocation, `status` is the code of its terminal error. */
export class IngressError extends Error {
  constructor(
    readonly status: number,
    readonly body: { readonly message?: string; readonly metadata?: Record<string, string> },
  ) {
    super(body.message ?? `HTTP ${status}`);
    this.name = "IngressError";
  }
}

export class IngressClient {
  constructor(
    readonly url: string,
    private readonly fetch?: Fetch,
  ) {}

  /** Calls a handler and returns its JSON output, or undefined for an empty body. */
  async call<T = unknown>(
    target: string,
    input?: unknown,
    options: InvokeOptions = {},
  ): Promise<T> {
    return readJson(await this.#invoke("call", target, jsonBody(input), options));
  }

  /** Calls a handler with bytes (sent as application/octet-stream unless a header says otherwise). */
  async callRaw(
    target: string,
    input?: Uint8Array,
    options: InvokeOptions = {},
  ): Promise<Response> {
    const body = input && { type: "application/octet-stream", content: input };
    return this.#invoke("call", target, body, options);
  }

  async send(target: string, input?: unknown, options: SendOptions = {}): Promise<SendResult> {
    return readJson(await this.#invoke("send", target, jsonBody(input), options));
  }

  /** Waits for the result of an invocation. */
  async attach<T = unknown>(invocation: string | AttachTarget): Promise<T> {
    return readJson(await orThrow(await this.#lookUp("attach", invocation)));
  }

  async output(invocation: string | AttachTarget): Promise<Output> {
    const response = await this.#lookUp("output", invocation);
    if (response.status === 470) return drained(response, { kind: "not ready" });
    if (response.status === 404) return drained(response, { kind: "not found" });
    return { kind: "ready", value: await readJson(await orThrow(response)) };
  }

  async resolveAwakeable(id: string, value?: unknown): Promise<void> {
    await this.#completeAwakeable(`${id}/resolve`, jsonBody(value));
  }

  async rejectAwakeable(id: string, reason: string): Promise<void> {
    await this.#completeAwakeable(`${id}/reject`, { type: "text/plain", content: reason });
  }

  /** Any request, and the answer as it is. */
  raw(path: string, init: RequestInit): Promise<Response> {
    return request(this.url + path, init, this.fetch);
  }

  async #completeAwakeable(path: string, body: Body | undefined): Promise<void> {
    const response = await this.#request(`/restate/awakeables/${path}`, { method: "POST", body });
    await (await orThrow(response)).arrayBuffer();
  }

  async #invoke(
    verb: "call" | "send",
    target: string,
    body: Body | undefined,
    options: SendOptions,
  ): Promise<Response> {
    const { headers, idempotencyKey, scope, limitKey, delay } = options;
    const prefix = scope === undefined ? "/restate" : `/restate/scope/${scope}`;
    const query = delay === undefined ? "" : `?delay=${delay}`;
    const response = await this.#request(`${prefix}/${verb}/${target}${query}`, {
      method: "POST",
      body,
      headers: {
        ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
        ...(limitKey !== undefined && { "x-restate-limit-key": limitKey }),
        ...headers,
      },
    });
    return orThrow(response);
  }

  #lookUp(verb: "attach" | "output", invocation: string | AttachTarget): Promise<Response> {
    if (typeof invocation === "string") {
      return this.#request(`/restate/${verb}/${invocation}`, { method: "GET" });
    }
    const target =
      "workflow" in invocation
        ? { target: "workflow", workflowName: invocation.workflow, workflowKey: invocation.key }
        : { target: "idempotentInvocation", ...invocation };
    return this.#request(`/restate/${verb}`, { method: "POST", body: jsonBody(target) });
  }

  #request(
    path: string,
    options: {
      readonly method: string;
      readonly body?: Body | undefined;
      readonly headers?: Readonly<Record<string, string>>;
    },
  ): Promise<Response> {
    const { method, body, headers } = options;
    const init = {
      method,
      headers: { ...(body && { "content-type": body.type }), ...headers },
      ...(body && { body: body.content as BodyInit }),
    };
    return request(this.url + path, init, this.fetch);
  }
}

interface Body {
  readonly type: string;
  readonly content: string | Uint8Array;
}

function jsonBody(value: unknown): Body | undefined {
  if (value === undefined) return undefined;
  return { type: "application/json", content: JSON.stringify(value) };
}

async function readJson<T>(response: Response): Promise<T> {
  const text = await response.text();
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

async function orThrow(response: Response): Promise<Response> {
  if (response.ok) return response;
  const text = await response.text();
  throw new IngressError(response.status, parseErrorBody(text));
}

function parseErrorBody(text: string): IngressError["body"] {
  try {
    return JSON.parse(text) as IngressError["body"];
  } catch {
    return { message: text };
  }
}

async function drained<T>(response: Response, answer: T): Promise<T> {
  await response.arrayBuffer();
  return answer;
}
