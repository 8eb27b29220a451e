/** Calls and one-way sends by name: what every typed client ends up in. */
import { binarySerde, millisOrDurationToMillis, type Serde } from "@restatedev/restate-sdk-core";
import type { GenericCall, GenericSend } from "../api/calls.js";
import type { InvocationId } from "../api/invocation-id.js";
import type { InvocationHandle, InvocationPromise } from "../api/promise.js";
import { ConstantFuture } from "../futures/constant.js";
import type { Future } from "../futures/future.js";
import { SingleFuture } from "../futures/single.js";
import { call as issueCall, send as issueSend, type CallTarget } from "../machine/commands.js";
import type { InvocationScope } from "./invocation-scope.js";
import { encodeValue, invocationIdDecoder, requireText, valueDecoder } from "./values.js";

export function genericCall<REQ, RES>(
  scope: InvocationScope,
  request: GenericCall<REQ, RES>,
): InvocationPromise<RES> {
  scope.enter("A call");
  const name = request.name ?? "";
  const target = toTarget(request);
  const parameter = scope.prepare("CallCommand", name, () => encodeParameter(scope, request));
  if (parameter === undefined) return neverCalled();
  const issued = issueCall(scope.machine, target, parameter);
  if (issued === undefined) return neverCalled();

  const invocationId = scope.single(issued.invocationIdCompletionId, invocationIdDecoder);
  scope.delivery.cancellableCalls.add(invocationId);
  const outputSerde = request.outputSerde ?? (binarySerde as Serde<unknown> as Serde<RES>);
  return new CallFuture<RES>(
    scope.delivery,
    scope.optionsOf(issued.resultCompletionId, valueDecoder(scope, outputSerde)),
    invocationId,
  );
}

export function genericSend<REQ>(
  scope: InvocationScope,
  request: GenericSend<REQ>,
): InvocationHandle {
  scope.enter("A send");
  const name = request.name ?? "";
  const target = toTarget(request);
  const message = scope.prepare("OneWayCallCommand", name, () => ({
    parameter: encodeParameter(scope, request),
    invokeTime: invokeTime(scope, request.delay),
  }));
  if (message === undefined) return { invocationId: ConstantFuture.pending<InvocationId>() };
  const completionId = issueSend(scope.machine, target, message);
  return { invocationId: scope.completion(completionId, invocationIdDecoder) };
}

/** The result of a call, which also knows the id of the invocation it comes from. */
class CallFuture<T> extends SingleFuture<T> implements InvocationHandle {
  constructor(
    runtime: ConstructorParameters<typeof SingleFuture<T>>[0],
    options: ConstructorParameters<typeof SingleFuture<T>>[1],
    readonly invocationId: Future<InvocationId>,
  ) {
    super(runtime, options);
  }
}

function neverCalled<T>(): InvocationPromise<T> {
  return Object.assign(ConstantFuture.pending<T>(), {
    invocationId: ConstantFuture.pending<InvocationId>(),
  });
}

type Request<REQ> = GenericCall<REQ, unknown> | GenericSend<REQ>;

function encodeParameter<REQ>(scope: InvocationScope, request: Request<REQ>): Uint8Array {
  const inputSerde = request.inputSerde ?? (binarySerde as Serde<unknown> as Serde<REQ>);
  return encodeValue(scope, inputSerde, request.parameter);
}

function toTarget<REQ>(request: Request<REQ>): CallTarget {
  requireText(request.service, "The service of a call");
  requireText(request.method, "The method of a call");
  if (request.key !== undefined)
    requireText(request.key, "The key of a virtual object or workflow");
  return {
    service: request.service,
    handler: request.method,
    key: request.key,
    headers: toHeaders(request.headers),
    idempotencyKey: request.idempotencyKey,
    scope: request.scope,
    limitKey: request.limitKey,
    name: request.name,
  };
}

const NO_HEADERS: CallTarget["headers"] = [];

function toHeaders(headers: Record<string, string> | undefined): CallTarget["headers"] {
  if (headers === undefined) return NO_HEADERS;
  return Object.entries(headers).map(([key, value]) => {
    requireText(value, `The header ${key} of a call`);
    return { key, value };
  });
}

/** Milliseconds since the epoch, or 0 for a message that is not delayed. */
function invokeTime(scope: InvocationScope, delay: GenericSend<unknown>["delay"]): number {
  const millis = delay === undefined ? 0 : millisOrDurationToMillis(delay);
  if (millis === Infinity) throw new Error("A message cannot be delayed for ever.");
  return millis > 0 ? scope.options.now() + millis : 0;
}
