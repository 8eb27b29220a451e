/** What objects and workflows keep under their key: state, and durable promises. */
import type { ValueOrFailure } from "../codec.js";

/** An object or workflow, among all of them. */
export interface KeyedTarget {
  readonly scope: string | undefined;
  readonly service: string;
  readonly key: string;
}

/** A text that no other target has. */
export function targetId({ scope, service, key }: KeyedTarget): string {
  return JSON.stringify(scope === undefined ? [service, key] : [service, key, scope]);
}

export type State = Map<string, Uint8Array>;

export class StateStore {
  readonly #states = new Map<string, State>();

  /** The target's state; changes to it stay. */
  of(target: KeyedTarget): State {
    const id = targetId(target);
    let state = this.#states.get(id);
    if (state === undefined) this.#states.set(id, (state = new Map<string, Uint8Array>()));
    return state;
  }

  clear(target: KeyedTarget): void {
    this.#states.delete(targetId(target));
  }

  /** Every state with the {@link targetId} of what it belongs to. */
  all(): Iterable<[string, State]> {
    return this.#states;
  }
}

type Reader = (result: ValueOrFailure) => void;

interface DurablePromise {
  result: ValueOrFailure | undefined;
  readonly readers: Reader[];
}

export class PromiseStore {
  readonly #promises = new Map<string, Map<string, DurablePromise>>();

  /** The result, if there is one. */
  peek(target: KeyedTarget, name: string): ValueOrFailure | undefined {
    return this.#promises.get(targetId(target))?.get(name)?.result;
  }

  /** Calls back when there is a result, at once if there is one. */
  get(target: KeyedTarget, name: string, reader: Reader): void {
    const promise = this.#of(target, name);
    if (promise.result === undefined) promise.readers.push(reader);
    else reader(promise.result);
  }

  /** False if it has a result already. */
  complete(target: KeyedTarget, name: string, result: ValueOrFailure): boolean {
    const promise = this.#of(target, name);
    if (promise.result !== undefined) return false;
    promise.result = result;
    for (const reader of promise.readers.splice(0)) reader(result);
    return true;
  }

  clear(target: KeyedTarget): void {
    this.#promises.delete(targetId(target));
  }

  /** Every completed promise, with the {@link targetId} of what it belongs to. */
  *completed(): Iterable<[id: string, name: string, result: ValueOrFailure]> {
    for (const [id, promises] of this.#promises) {
      for (const [name, { result }] of promises) if (result !== undefined) yield [id, name, result];
    }
  }

  #of(target: KeyedTarget, name: string): DurablePromise {
    const id = targetId(target);
    let promises = this.#promises.get(id);
    if (promises === undefined)
      this.#promises.set(id, (promises = new Map<string, DurablePromise>()));
    let promise = promises.get(name);
    if (promise === undefined) promises.set(name, (promise = { result: undefined, readers: [] }));
    return promise;
  }
}
