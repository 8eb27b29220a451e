/** Handlers behind a URL or a fetch handler, whatever SDK serves them: one request with the whole journal an attempt. */
import { contentTypeOf, type ProtocolVersion } from "../codec.js";
import {
  MANIFEST_TYPES,
  type AttemptChannel,
  type AttemptEvents,
  type AttemptRequest,
  type Deployment,
} from "./connection.js";

/** The part of `fetch` that a deployment needs. */
export type FetchHandler = (request: Request) => Response | Promise<Response>;

/**
 * Where handlers are: at a URL, reached by HTTP/1.1 as `fetch` does, or behind a handler of this process, which gets the
 * requests instead. Both are attempts from request to response, as with a server that cannot stream in both directions.
 */
export interface TestDeployment {
  /** The prefix of the endpoint's routes. Needed unless there is a `fetch`. */
  readonly url?: string;
  /** For example what `createEndpointHandler` of `@restatedev/restate-sdk/fetch` returns. Default: the global one. */
  readonly fetch?: FetchHandler;
  /** Sent with every request, for endpoints behind something that wants to know who asks. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** @throws TypeError if there is neither a URL nor a handler, or the URL is none */
export function fetchDeployment(
  { url, fetch: handler, headers = {} }: TestDeployment,
  version: ProtocolVersion,
): Deployment {
  if (url === undefined && handler === undefined) {
    throw new TypeError("A deployment needs a url or a fetch handler");
  }
  const base = parseUrl(url ?? "http://deployment.test");
  const send: FetchHandler = handler ?? ((request) => fetch(request));
  const request: Ask = async (path, init) =>
    send(new Request(`${base}${path}`, { ...init, headers: { ...headers, ...init.headers } }));
  return {
    id: base,
    isHosted: false,
    discover: () => discover(request, { base, version }),
    open: (attempt, events) => new FetchChannel(request, attempt, events),
  };
}

type Ask = (
  path: string,
  init: Omit<RequestInit, "headers"> & { headers: Record<string, string> },
) => Promise<Response>;

function parseUrl(url: string): string {
  if (URL.canParse(url) && /^https?:/.test(url)) return url.replace(/\/+$/, "");
  throw new TypeError(
    `The url of a deployment has to begin with http:// or https://, but got "${url}"`,
  );
}

interface Manifest {
  readonly minProtocolVersion?: number;
  readonly maxProtocolVersion?: number;
}

async function discover(
  request: Ask,
  { base, version }: { readonly base: string; readonly version: ProtocolVersion },
): Promise<unknown> {
  const response = await request("/discover", { headers: { accept: MANIFEST_TYPES } }).catch(
    (cause: unknown) => {
      throw new Error(`The deployment at ${base} cannot be reached: ${reasonOf(cause)}`, { cause });
    },
  );
  const text = await response.text();
  if (response.status !== 200) {
    throw new Error(
      `The deployment at ${base} does not tell what it serves: GET ${base}/discover was answered with ` +
        `${response.status} ${text.slice(0, 500)}`,
    );
  }
  const manifest = parseManifest(text, base);
  const { minProtocolVersion: min = 1, maxProtocolVersion: max = Infinity } = manifest;
  if (version >= min && version <= max) return manifest;
  throw new Error(
    `The deployment at ${base} speaks the service protocol from version ${min} to ${max}, ` +
      `but the environment speaks version ${version}: set its option "protocol".`,
  );
}

function parseManifest(text: string, base: string): Manifest {
  try {
    return JSON.parse(text) as Manifest;
  } catch (cause) {
    throw new Error(
      `The deployment at ${base} is no Restate endpoint: what it serves is not told in JSON, but begins with ` +
        `"${text.slice(0, 80)}"`,
      { cause },
    );
  }
}

class FetchChannel implements AttemptChannel {
  readonly #controller = new AbortController();
  readonly #chunks: Uint8Array[] = [];

  constructor(
    private readonly request: Ask,
    private readonly attempt: AttemptRequest,
    private readonly events: AttemptEvents,
  ) {}

  send(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
  }

  /** Only now the request is complete, so only now it is sent. */
  closeInput(): void {
    if (this.#controller.signal.aborted) return;
    this.#exchange().catch((error: unknown) => {
      if (this.#controller.signal.aborted) return;
      const message = `The deployment cannot be reached, or broke off: ${reasonOf(error)}`;
      this.events.onFailure({ code: 500, message });
    });
  }

  abort(reason: Error): void {
    this.#controller.abort(reason);
  }

  async #exchange(): Promise<void> {
    const { service, handler, version, headers } = this.attempt;
    const { signal } = this.#controller;
    const response = await this.request(`/invoke/${service}/${handler}`, {
      method: "POST",
      headers: { ...headers, "content-type": contentTypeOf(version) },
      body: new Blob(this.#chunks as BlobPart[]),
      signal,
    });
    if (response.status !== 200) {
      const message = await response.text();
      if (!signal.aborted) this.events.onFailure({ code: response.status, message });
      return;
    }
    const reader = (response.body ?? new Blob().stream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (signal.aborted) return;
      if (done) break;
      this.events.onData(value);
    }
    this.events.onEnd();
  }
}

/** What `fetch` throws says nothing; its cause does. */
function reasonOf(error: unknown): string {
  const { cause } = Object(error) as { cause?: unknown };
  const told = cause instanceof Error ? cause : error;
  return told instanceof Error ? told.message || told.name : String(told);
}
