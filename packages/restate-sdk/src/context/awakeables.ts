/** Promises that code outside Restate completes by id. */
import type { Serde } from "@restatedev/restate-sdk-core";
import { TerminalError } from "../errors/terminal-error.js";
import { toError } from "../errors/to-error.js";
import { ConstantFuture } from "../futures/constant.js";
import type { Future } from "../futures/future.js";
import { toFailure } from "../futures/run-future.js";
import { SingleFuture } from "../futures/single.js";
import { completeAwakeable, createAwakeable } from "../machine/commands.js";
import type { Failure } from "../protocol/messages.js";
import type { InvocationScope } from "./invocation-scope.js";
import { encodeBytes, optionalDecoder, serdeOf } from "./values.js";

export function awakeable<T>(
  scope: InvocationScope,
  serde?: Serde<T>,
): { id: string; promise: Future<T> } {
  scope.enter("ctx.awakeable");
  const created = createAwakeable(scope.machine);
  // The attempt is over: nobody can complete it, and nobody awaits it.
  if (!created) return { id: "", promise: new ConstantFuture<T>() };
  const decoder = optionalDecoder(scope, serdeOf(scope, serde), undefined as T);
  const promise = new SingleFuture<T>(scope.delivery, {
    leaf: { kind: "signal", idx: created.signal },
    decoder,
  });
  return { id: created.id, promise };
}

export interface AwakeableValue<T> {
  readonly id: string;
  readonly payload: T | undefined;
  readonly serde: Serde<T> | undefined;
}

export function resolveAwakeable<T>(scope: InvocationScope, value: AwakeableValue<T>): void {
  scope.enter("ctx.resolveAwakeable", "id", value.id);
  const bytes = scope.prepare("CompleteAwakeableCommand", "", () =>
    encodeBytes(scope, serializePayload(scope, value)),
  );
  if (!bytes) return;
  completeAwakeable(scope.machine, value.id, { kind: "value", value: bytes });
}

/** JSON has no undefined: without a serde of its own, no payload is sent as null. */
function serializePayload<T>(
  scope: InvocationScope,
  { payload, serde }: AwakeableValue<T>,
): Uint8Array {
  if (!serde) return scope.settings.defaultSerde.serialize(payload ?? null);
  return payload === undefined ? new Uint8Array(0) : serde.serialize(payload);
}

export function rejectAwakeable(
  scope: InvocationScope,
  id: string,
  reason: string | TerminalError,
): void {
  scope.enter("ctx.rejectAwakeable", "id", id);
  completeAwakeable(scope.machine, id, { kind: "failure", failure: reasonToFailure(reason) });
}

/** Anything but a terminal error, such as a caught error passed on without types, counts by its message. */
export function reasonToFailure(reason: string | TerminalError): Failure {
  if ((reason as unknown) instanceof TerminalError) return toFailure(reason as TerminalError);
  const message = typeof reason === "string" ? reason : toError(reason).message;
  return toFailure(new TerminalError(message));
}
