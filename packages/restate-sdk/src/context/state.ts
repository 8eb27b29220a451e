/** Key-value state of virtual objects and workflows. */
import type { Serde } from "@restatedev/restate-sdk-core";
import type { Future } from "../futures/future.js";
import type { ResultDecoder } from "../futures/single.js";
import {
  clearAllState,
  clearState,
  readState,
  readStateKeys,
  writeState,
  type Read,
} from "../machine/commands.js";
import type { InvocationScope } from "./invocation-scope.js";
import { encodeValue, optionalDecoder, serdeOf, stateKeysDecoder } from "./values.js";

export function get<T>(scope: InvocationScope, name: string, serde?: Serde<T>): Future<T | null> {
  scope.enter("ctx.get", "key", name);
  const read = readState(scope.machine, name);
  return toFuture(scope, read, optionalDecoder(scope, serdeOf(scope, serde), null));
}

export function stateKeys(scope: InvocationScope): Future<string[]> {
  scope.enter("ctx.stateKeys");
  return toFuture(scope, readStateKeys(scope.machine), stateKeysDecoder);
}

export interface StateWrite<T> {
  readonly name: string;
  readonly value: T;
  readonly serde: Serde<T> | undefined;
}

export function set<T>(scope: InvocationScope, { name, value, serde }: StateWrite<T>): void {
  scope.enter("ctx.set", "key", name);
  const bytes = scope.prepare("SetStateCommand", "", () =>
    encodeValue(scope, serdeOf(scope, serde), value),
  );
  if (bytes) writeState(scope.machine, name, bytes);
}

export function clear(scope: InvocationScope, name: string): void {
  scope.enter("ctx.clear", "key", name);
  clearState(scope.machine, name);
}

export function clearAll(scope: InvocationScope): void {
  scope.enter("ctx.clearAll");
  clearAllState(scope.machine);
}

function toFuture<T>(scope: InvocationScope, read: Read, decoder: ResultDecoder<T>): Future<T> {
  if (typeof read !== "object") return scope.completion(read, decoder);
  // No completion has this id.
  const future = scope.single(0, decoder);
  future.complete(read);
  return future;
}
