/** Promises of a workflow, settled once and visible to all its handlers. */
import type { Serde } from "@restatedev/restate-sdk-core";
import type { DurablePromise, RestatePromise } from "../api/promise.js";
import * as codes from "../errors/codes.js";
import { ConstantFuture } from "../futures/constant.js";
import { completePromise, getPromise, peekPromise } from "../machine/commands.js";
import type { ValueOrFailure } from "../protocol/messages.js";
import { requireText } from "../util/require-text.js";
import type { InvocationScope } from "./invocation-scope.js";
import { encodeValue, optionalDecoder, serdeOf, valueDecoder, voidDecoder } from "./values.js";

/** Names the promise; every await of it, `get` and `peek` is a journaled operation of its own. */
export class WorkflowPromise<T> implements DurablePromise<T> {
  readonly #scope: InvocationScope;
  readonly #name: string;
  readonly [Symbol.toStringTag] = "DurablePromise";
  readonly #serde: Serde<T>;

  constructor(scope: InvocationScope, name: string, serde?: Serde<T>) {
    this.#scope = scope;
    this.#name = name;
    requireText("ctx.promise", "name", name);
    this.#serde = serdeOf(scope, serde);
  }

  get(): RestatePromise<T> {
    this.#scope.enter("promise.get");
    const completionId = getPromise(this.#scope.machine, this.#name);
    return this.#scope.completion(completionId, valueDecoder(this.#scope, this.#serde));
  }

  peek(): Promise<T | undefined> {
    this.#scope.enter("promise.peek");
    const completionId = peekPromise(this.#scope.machine, this.#name);
    return this.#scope.completion(
      completionId,
      optionalDecoder(this.#scope, this.#serde, undefined),
    );
  }

  resolve(value?: T): Promise<void> {
    this.#scope.enter("promise.resolve");
    const bytes = this.#scope.prepare("CompletePromiseCommand", "", () =>
      encodeValue(this.#scope, this.#serde, value as T),
    );
    if (!bytes) return new ConstantFuture<void>();
    return this.#complete({ kind: "value", value: bytes });
  }

  reject(errorMsg: string): Promise<void> {
    this.#scope.enter("promise.reject");
    const failure = { code: codes.INTERNAL, message: errorMsg, metadata: [] };
    return this.#complete({ kind: "failure", failure });
  }

  then<TResult1 = T, TResult2 = never>(
    onFulfilled?: ((value: T) => TResult1 | PromiseLike<TResult1>) | null,
    onRejected?: ((reason: unknown) => TResult2 | PromiseLike<TResult2>) | null,
  ): Promise<TResult1 | TResult2> {
    return this.get().then(onFulfilled, onRejected);
  }

  catch<TResult = never>(
    onRejected?: ((reason: unknown) => TResult | PromiseLike<TResult>) | null,
  ): Promise<T | TResult> {
    return this.get().catch(onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<T> {
    return this.get().finally(onFinally);
  }

  #complete(result: ValueOrFailure): Promise<void> {
    const completionId = completePromise(this.#scope.machine, this.#name, result);
    return this.#scope.completion(completionId, voidDecoder);
  }
}
