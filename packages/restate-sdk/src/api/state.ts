/** Reading and writing the state of a virtual object or workflow. */
import type { Serde } from "@restatedev/restate-sdk-core";

/**
 * State whose keys and value types are known: pass it to the context's type, as in `ObjectContext<{
 * count: number }>`.
 */
// Any key may hold any type; `unknown` would reject interfaces without an index signature.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type TypedState = Record<string, any>;

/**
 * Marks state about which nothing is known: any key, and the value type is given with each
 * operation.
 */
export type UntypedState = { _: never };

/** What may be passed as a key: any string, or one of the keys of {@link TypedState}. */
type KeyOf<TState extends TypedState, TKey> = TState extends UntypedState ? string : TKey;

/** The type of a value: given with the operation, or that of the key. */
type ValueOf<
  TState extends TypedState,
  TKey extends keyof TState,
  TValue,
> = TState extends UntypedState ? TValue : TState[TKey];

/** The operations that only read; part of every context of a virtual object or workflow. */
export interface StateReader<TState extends TypedState> {
  /**
   * The value of a key, `null` if there is none. What is read is journaled: a replay sees the same
   * value.
   *
   * Usually the server sends the state along with the invocation, then this is answered without a
   * round trip.
   *
   * @param serde how the value is encoded; default: the service's serde (JSON). If it cannot read
   * the stored bytes, the attempt fails and is retried.
   *
   * @example
   * ```ts
   * const count = (await ctx.get<number>("count")) ?? 0;
   * ```
   */
  get<TValue, TKey extends keyof TState = string>(
    name: KeyOf<TState, TKey>,
    serde?: Serde<ValueOf<TState, TKey, TValue>>,
  ): Promise<ValueOf<TState, TKey, TValue> | null>;

  /** All keys that have a value. Journaled, as with {@link get}. */
  stateKeys(): Promise<Array<string>>;
}

/**
 * The state of one key of a virtual object, or of one workflow. Writes take effect when and only
 * when journaled.
 */
export interface KeyValueStore<TState extends TypedState> extends StateReader<TState> {
  /**
   * Sets the value of a key. Returns at once; the write is journaled and cannot fail later.
   *
   * @param serde how the value is encoded; default: the service's serde (JSON). If it throws, the
   * attempt fails and is retried.
   *
   * @example
   * ```ts
   * ctx.set("count", count + 1);
   * ```
   */
  set<TValue, TKey extends keyof TState = string>(
    name: KeyOf<TState, TKey>,
    value: ValueOf<TState, TKey, TValue>,
    serde?: Serde<ValueOf<TState, TKey, TValue>>,
  ): void;

  /** Removes a key, whether or not it has a value. Journaled, as with {@link set}. */
  clear<TKey extends keyof TState>(name: KeyOf<TState, TKey>): void;

  /** Removes all keys. Journaled, as with {@link set}. */
  clearAll(): void;
}
