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
import { requireText } from "../util/require-text.js";
import type { InvocationScope } from "./invocation-scope.js";
import { encodeValue, optionalDecoder, serdeOf, valueDecoder } from "./values.js";

export function signal<T>(scope: InvocationScope, name: string, serde?: Serde<T>): Future<T> {
  scope.enter("ctx.signal", "name", name);
  const decoder = optionalDecoder(scope, serdeOf(scope, serde), undefined as T);
  return new SingleFuture<T>(scope.delivery, { leaf: { kind: "namedSignal", name }, decoder });
}

export function invocation(
  scope: InvocationScope,
  invocationId: InvocationId,
): InvocationReference {
  requireText("ctx.invocation", "id", invocationId);
  return {
    signal: <T>(name: string, serde?: Serde<T>) => {
      requireText("a signal", "name", name);
      const target: SignalTarget = {
        targetInvocationId: invocationId,
        signalId: { kind: "name", name },
      };
      return signalReference(scope, target, serdeOf(scope, serde));
    },
    cancel: () => {
      cancel(scope, invocationId);
    },
    attach: <T>(serde?: Serde<T>) => attach(scope, invocationId, serde),
  };
}

export function cancel(scope: InvocationScope, invocationId: string): void {
  scope.enter("ctx.cancel", "id", invocationId);
  cancelInvocation(scope.machine, invocationId);
}

export function attach<T>(
  scope: InvocationScope,
  invocationId: string,
  serde?: Serde<T>,
): Future<T> {
  scope.enter("ctx.attach", "id", invocationId);
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
      const value = scope.prepare("SendSignalCommand", "", () =>
        encodeValue(scope, serde, payload as T),
      );
      if (value) sendSignal(scope.machine, target, { kind: "value", value });
    },
    reject: (reason: string | TerminalError) => {
      scope.enter("signal.reject");
      sendSignal(scope.machine, target, { kind: "failure", failure: reasonToFailure(reason) });
    },
  };
}
