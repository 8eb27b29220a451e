/** Calls and one-way sends by name: what every typed client ends up in. */
import {
  binarySerde,
  millisOrDurationToMillis,
  type Duration,
  type Serde,
} from "@restatedev/restate-sdk-core";
import type { InvocationId } from "../api/invocation-id.js";
import type { InvocationHandle, InvocationPromise } from "../api/promise.js";
import { ConstantFuture } from "../futures/constant.js";
import type { Future } from "../futures/future.js";
import { call as issueCall, send as issueSend, type CallTarget } from "../machine/commands.js";
import { requireText } from "../util/require-text.js";
import type { InvocationScope } from "./invocation-scope.js";
import { encodeValue, invocationIdDecoder, valueDecoder } from "./values.js";

/** What the public `GenericCall` and `GenericSend` say; a field that is undefined is as good as missing. */
export interface CallRequest<REQ, RES> {
  readonly service: string;
  readonly method: string;
  readonly parameter: REQ;
  readonly key?: string | undefined;
  readonly scope?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly inputSerde?: Serde<REQ> | undefined;
  readonly outputSerde?: Serde<RES> | undefined;
  readonly delay?: Duration | number | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly limitKey?: string | undefined;
  readonly name?: string | undefined;
}

export function genericCall<REQ, RES>(
  scope: InvocationScope,
  request: CallRequest<REQ, RES>,
): InvocationPromise<RES> {
  scope.enter("A call");
  const target = toTarget(request);
  const parameter = scope.prepare("CallCommand", target.name, () => encodeInput(scope, request));
  const ids = parameter && issueCall(scope.machine, target, parameter);
  if (!ids) {
    return withInvocationId(new ConstantFuture<RES>(), new ConstantFuture<InvocationId>());
  }
  const invocationId = scope.single(ids.invocationIdCompletionId, invocationIdDecoder);
  scope.delivery.calls.add(invocationId);
  const outputSerde = request.outputSerde ?? (binarySerde as Serde<unknown> as Serde<RES>);
  const result = scope.single(ids.resultCompletionId, valueDecoder(scope, outputSerde));
  return withInvocationId(result, invocationId);
}

export function genericSend<REQ>(
  scope: InvocationScope,
  request: CallRequest<REQ, unknown>,
): InvocationHandle {
  scope.enter("A send");
  const target = toTarget(request);
  const message = scope.prepare("OneWayCallCommand", target.name, () => ({
    parameter: encodeInput(scope, request),
    invokeTime: invokeTime(scope, request.delay),
  }));
  const completionId = message && issueSend(scope.machine, target, message);
  return { invocationId: scope.completion(completionId, invocationIdDecoder) };
}

/** The result of a call also knows the id of the invocation it comes from. */
function withInvocationId<T>(
  future: Future<T>,
  invocationId: Future<InvocationId>,
): InvocationPromise<T> {
  const result = future as Future<T> & { invocationId: Future<InvocationId> };
  result.invocationId = invocationId;
  return result;
}

function encodeInput<REQ>(scope: InvocationScope, request: CallRequest<REQ, unknown>): Uint8Array {
  const inputSerde = request.inputSerde ?? (binarySerde as Serde<unknown> as Serde<REQ>);
  return encodeValue(scope, inputSerde, request.parameter);
}

function toTarget(request: CallRequest<unknown, unknown>): CallTarget {
  const { service, method, key = "", headers, idempotencyKey, limitKey, name = "" } = request;
  requireText("a call", "service", service);
  requireText("a call", "method", method);
  requireText("a virtual object or workflow", "key", key);
  return {
    serviceName: service,
    handlerName: method,
    headers: headers ? toHeaders(headers) : NO_HEADERS,
    key,
    idempotencyKey,
    scope: request.scope,
    limitKey,
    name,
  };
}

const NO_HEADERS: CallTarget["headers"] = [];

function toHeaders(headers: Readonly<Record<string, string>>): CallTarget["headers"] {
  return Object.entries(headers).map(([key, value]) => {
    requireText("a call", `header ${key}`, value);
    return { key, value };
  });
}

/** Milliseconds since the epoch, or 0 for a message that is not delayed. */
function invokeTime(scope: InvocationScope, delay: Duration | number = 0): number {
  const millis = millisOrDurationToMillis(delay);
  if (millis === Infinity) throw new Error("A message cannot be delayed for ever.");
  return millis > 0 ? scope.now() + millis : 0;
}
