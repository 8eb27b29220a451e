/** Calls and sends: a handler is invoked, and its output or the acceptance awaited. */
import { jsonSerde, type HandlerDescriptor } from "@restatedev/restate-sdk-core";

import { SendOpts, type RequestOptions } from "./call-options.js";
import type { Send } from "./client-types.js";
import type { ConnectionOpts } from "./connection-options.js";
import { exchange } from "./exchange.js";
import { decode, encode, keyHeader, mergeHeaders } from "./payloads.js";
import { targetPath, type Target } from "./paths.js";
import { retryDecisions } from "./retry-policy.js";

/** A handler to invoke, and how. */
export interface Invocation extends Target {
  readonly parameter: unknown;
  readonly options: RequestOptions;
  readonly descriptor?: HandlerDescriptor | undefined;
  /** Whether a workflow is submitted, which its key makes idempotent. */
  readonly isSubmission?: boolean;
}

/** Invokes a handler and waits for its output. */
export async function call(connection: ConnectionOpts, invocation: Invocation): Promise<unknown> {
  const { options, descriptor } = invocation;
  if (options.delay !== undefined) {
    throw new TypeError("Only a send can be delayed: use a send client, or send().");
  }
  const bytes = await invoke(connection, invocation, targetPath(invocation, "call"));
  return decode(connection, bytes, options.output ?? descriptor?._outputSerde);
}

/** Invokes a handler and waits until Restate has accepted that. */
export async function send(connection: ConnectionOpts, invocation: Invocation): Promise<Send> {
  const { options, isSubmission } = invocation;
  const delayMs = new SendOpts(options).delay() ?? 0;
  if (!(delayMs >= 0 && delayMs < Infinity)) {
    throw new TypeError(`A delay must not be negative, but is ${delayMs} milliseconds.`);
  }
  const query = delayMs > 0 ? `?delay=${delayMs}ms` : "";
  const bytes = await invoke(connection, invocation, targetPath(invocation, "send") + query);
  const attachable = Boolean(isSubmission ?? options.idempotencyKey);
  return { ...parseAcceptance(bytes), attachable };
}

async function invoke(
  connection: ConnectionOpts,
  { parameter, options, descriptor, isSubmission }: Invocation,
  path: string,
): Promise<Uint8Array> {
  const { idempotencyKey, limitKey } = options;
  const { body, contentType } = encode(
    connection,
    parameter,
    options.input ?? descriptor?._inputSerde,
  );
  const headers = mergeHeaders(connection.headers, options.headers, {
    "Content-Type": contentType,
    "idempotency-key": keyHeader("idempotencyKey", idempotencyKey),
    "x-restate-limit-key": keyHeader("limitKey", limitKey),
  });
  // Anything else might run the handler twice.
  const mayRepeat = isSubmission ?? Boolean(idempotencyKey);
  return exchange(
    connection,
    { method: "POST", path, headers, body, options },
    retryDecisions(mayRepeat && connection.retry),
  );
}

function parseAcceptance(bytes: Uint8Array): Omit<Send, "attachable"> {
  try {
    const answer = jsonSerde.deserialize(bytes) as Omit<Send, "attachable"> | undefined;
    if (typeof answer?.invocationId === "string") return answer;
  } catch {
    // Says less than the error below.
  }
  throw new TypeError(
    "The answer has no invocation id: is the URL given to connect() that of a Restate ingress?",
  );
}
