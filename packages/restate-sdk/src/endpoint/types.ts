/** The waist of the SDK: what a transport hands to the endpoint and what it gets back, as plain data and callbacks. */
import type { AttemptHost } from "../api/attempt-host.js";

/** HTTP headers as every adapter can provide them: lower-case names, repeated headers as arrays. */
export type HeaderValues = Readonly<Record<string, string | readonly string[] | undefined>>;

/** One request from the Restate server, without its body. */
export interface EndpointRequest {
  /** Path of the request URL, or the whole URL. A prefix in front of the Restate routes is allowed. */
  readonly url: string;
  readonly headers: HeaderValues;
  /** Runtime-specific values handed to user code as `ctx.request().extraArgs`. */
  readonly extraArgs: readonly unknown[];
  /** Transport facts added to every log line of this request, for example the Lambda request id. */
  readonly logContext?: Readonly<Record<string, string>>;
  /** What the attempt is to take from its host instead of the process. */
  readonly host?: AttemptHost;
}

/**
 * What the endpoint answers: a finished response, one that depends on the whole request body, or a stream that an
 * attempt writes while it runs.
 */
export type EndpointResponse = StaticResponse | BufferedResponse | StreamResponse;

export interface StaticResponse {
  readonly kind: "static";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The adapter collects the request body, then sends what {@link respond} resolves with. */
export interface BufferedResponse {
  readonly kind: "buffered";
  /** Called exactly once. Never rejects. */
  respond(body: Uint8Array): Promise<StaticResponse>;
}

/** The head is final when this value is returned: the adapter writes it at once, then calls {@link start}. */
export interface StreamResponse {
  readonly kind: "stream";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Starts the attempt. Called exactly once; the returned receiver gets the request body, and before that nothing is written. */
  start(output: AttemptOutput): AttemptReceiver;
}

/** The response body, implemented by the adapter. */
export interface AttemptOutput {
  /**
   * Queues bytes on the response. Nobody writes to the chunk any more, but the ArrayBuffer below may hold bytes of
   * other responses, so it must not be transferred.
   * Returns false when the transport's buffer is full; it then calls {@link AttemptReceiver.onDrain} when there is room.
   */
  write(chunk: Uint8Array): boolean;
  /** Ends the response after everything written. Called exactly once, unless the attempt was aborted. */
  end(): void;
}

/** The request body, implemented by the attempt. Chunks may be cut anywhere. */
export interface AttemptReceiver {
  onData(chunk: Uint8Array): void;
  /** The server half-closed the request: nothing more will arrive. */
  onInputEnd(): void;
  onDrain(): void;
  /** The process is about to stop serving: the attempt shall suspend as soon as user code waits for the server. */
  onShutdown?(): void;
  /** The connection is gone. Nothing can be written any more and the attempt is over. */
  onAbort(reason?: unknown): void;
}
