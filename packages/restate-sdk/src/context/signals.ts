/** Named signals to and from invocations, and references to other invocations. */
import type { Serde } from "@restatedev/restate-sdk-core";
import type { InvocationId } from "../api/invocation-id.js";
import type { InvocationReference, SignalReference } from "../api/signals.js";
import type { TerminalError } from "../errors/terminal-error.js";
import type { Future } from "../futures/future.js";
import { SingleFuture } from "../futures/single.js";
import {
  attach as issueAttach,
  cancelInvocation,
  sendSignal,
  type SignalTarget,
} from "../machine/commands.js";
import { reasonToFailure } from "./awakeables.js";
import type { InvocationScope } from "./invocation-scope.js";
import { encodeValue, optionalDecoder, requireText, serdeOf, valueDecoder } from "./values.js";

export function signal<T>(scope: InvocationScope, name: string, serde?: Serde<T>): Future<T> {
  scope.enter("ctx.signal");
  requireText(name, "The name of ctx.signal");
  const decoder = optionalDecoder(scope, serdeOf(scope, serde), undefined as T);
  return new SingleFuture<T>(scope.delivery, { leaf: { kind: "namedSignal", name }, decoder });
}

export function invocation(
  scope: InvocationScope,
  invocationId: InvocationId,
): InvocationReference {
  requireText(invocationId, "The id of ctx.invocation");
  return {
    signal: <T>(name: string, serde?: Serde<T>) =>
      signalReference(scope, { invocationId, signal: name }, serdeOf(scope, serde)),
    cancel: () => {
      cancel(scope, invocationId);
    },
    attach: <T>(serde?: Serde<T>) => attach(scope, invocationId, serde),
  };
}

export function cancel(scope: InvocationScope, invocationId: string): void {
  scope.enter("ctx.cancel");
  requireText(invocationId, "The invocation id of ctx.cancel");
  cancelInvocation(scope.machine, invocationId);
}

export function attach<T>(
  scope: InvocationScope,
  invocationId: string,
  serde?: Serde<T>,
): Future<T> {
  scope.enter("ctx.attach");
  requireText(invocationId, "The invocation id of ctx.attach");
  const completionId = issueAttach(scope.machine, { kind: "invocationId", invocationId });
  return scope.completion(completionId, valueDecoder(scope, serdeOf(scope, serde)));
}

function signalReference<T>(
  scope: InvocationScope,
  target: SignalTarget,
  serde: Serde<T>,
): SignalReference<T> {
  return {
    resolve: (payload?: T) => {
      scope.enter("signal.resolve");
      requireText(target.signal, "The name of a signal");
      const value = scope.prepare("SendSignalCommand", "", () =>
        encodeValue(scope, serde, payload as T),
      );
      if (value) sendSignal(scope.machine, target, { kind: "value", value });
    },
    reject: (reason: string | TerminalError) => {
      scope.enter("signal.reject");
      requireText(target.signal, "The name of a signal");
      sendSignal(scope.machine, target, { kind: "failure", failure: reasonToFailure(reason) });
    },
  };
}
