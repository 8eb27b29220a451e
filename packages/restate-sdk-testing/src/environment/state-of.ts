/** The state of an object or workflow, from outside of its handlers. */
import type { Serde } from "@restatedev/restate-sdk-core";
import type { State } from "../runtime/keyed-stores.js";

/** What a state may be: `unknown` for the values would reject interfaces, which have no index signature. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyState = Record<string, any>;

/** Reads and writes state directly; no handler runs. Invocations under way see changes when they read anew. */
export class StateAccess<TState extends AnyState = Record<string, unknown>> {
  readonly #state: () => State;
  readonly #serde: Serde<unknown>;

  constructor(state: () => State, valueSerde: Serde<unknown>) {
    this.#state = state;
    this.#serde = valueSerde;
  }

  /** The value, null if there is none. */
  get<K extends keyof TState & string>(name: K): TState[K] | null {
    const bytes = this.#state().get(name);
    return bytes === undefined ? null : (this.#serde.deserialize(bytes) as TState[K]);
  }

  getAll(): Partial<TState> {
    const names = [...this.#state().keys()];
    return Object.fromEntries(names.map((name) => [name, this.get(name)])) as Partial<TState>;
  }

  set<K extends keyof TState & string>(name: K, value: TState[K]): void {
    this.#state().set(name, this.#serde.serialize(value));
  }

  /** Replaces everything. */
  setAll(values: Partial<TState>): void {
    this.#state().clear();
    for (const [name, value] of Object.entries(values)) this.set(name, value as TState[string]);
  }

  clear(name: keyof TState & string): void {
    this.#state().delete(name);
  }
}
