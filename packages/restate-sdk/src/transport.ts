/**
 * For those who write an adapter of their own: the endpoint without a transport.
 *
 * {@link createRequestHandler} turns definitions into one function from a request's head to a response. A response is
 * finished, or wants the whole body first, or is a stream: then the adapter passes what it reads to an
 * {@link AttemptReceiver} and implements the {@link AttemptOutput} that the attempt writes to.
 */
import type { EndpointOptions } from "./api/endpoint.js";
import { buildEndpoint } from "./endpoint/endpoint.js";
import {
  createRequestHandler as handlerOf,
  type ProtocolMode,
  type RequestHandler,
} from "./endpoint/handle.js";

export type { EndpointOptions } from "./api/endpoint.js";
export type { ProtocolMode, RequestHandler } from "./endpoint/handle.js";
export type { AttemptHost, HostedRun, MisuseKind } from "./api/attempt-host.js";
export type {
  AttemptOutput,
  AttemptReceiver,
  BufferedResponse,
  EndpointRequest,
  EndpointResponse,
  HeaderValues,
  StaticResponse,
  StreamResponse,
} from "./endpoint/types.js";

/** What an endpoint serves, and how its transport works. */
export interface TransportEndpointOptions extends EndpointOptions {
  /**
   * What the endpoint announces when it is registered: whether an attempt can read its request while it writes its
   * response. Default: `"BIDI_STREAM"`.
   */
  protocolMode?: ProtocolMode;
}

/**
 * A function that answers Restate's requests, whatever carries them. It never throws or rejects; its answer is a
 * promise only if the endpoint has identity keys.
 *
 * @throws TypeError for definitions, options and identity keys that make no sense
 */
export function createRequestHandler({
  protocolMode = "BIDI_STREAM",
  ...options
}: TransportEndpointOptions): RequestHandler {
  return handlerOf(buildEndpoint(options), { protocolMode });
}
