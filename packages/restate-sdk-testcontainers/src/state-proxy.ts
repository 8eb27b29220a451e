/** Reads and writes the state of one virtual object or workflow from a test. */
import {
  serde as serdes,
  type JournalValueCodec,
  type Serde,
  type TypedState,
  type UntypedState,
} from "@restatedev/restate-sdk";

import { AdminApi } from "./admin-api.js";

/** How long a change may take to show. It is applied in turn, after the handler that has the key right now. */
const APPLIED_WITHIN_MS = 2_000;
const POLL_INTERVAL_MS = 10;

interface StateAccess {
  readonly admin: AdminApi;
  readonly codec?: (() => Promise<JournalValueCodec>) | undefined;
}

let setAccess: (proxy: StateProxy<TypedState>, access: StateAccess) => void;

/**
 * The state of one virtual object or workflow. Made by `RestateTestEnvironment.stateOf`.
 *
 * Values are read and written with the serde that is passed, JSON without one, and with the endpoint's
 * `journalValueCodecProvider` if it has one.
 */
export class StateProxy<TState extends TypedState> {
  static {
    setAccess = (proxy, access) => {
      proxy.#access = access;
    };
  }

  readonly #service: string;
  readonly #key: string;
  #access: StateAccess;

  constructor(adminAPIBaseUrl: string, service: string, serviceKey: string) {
    this.#service = service;
    this.#key = serviceKey;
    this.#access = { admin: new AdminApi(adminAPIBaseUrl) };
  }

  /** The value of one key, or null if there is none. */
  async get<TValue, TKey extends keyof TState = string>(
    name: TState extends UntypedState ? string : TKey,
    serde: Serde<TState extends UntypedState ? TValue : TState[TKey]> = serdes.json,
  ): Promise<(TState extends UntypedState ? TValue : TState[TKey]) | null> {
    const bytes = (await this.#read()).get(String(name));
    return bytes === undefined ? null : this.#decode(bytes, serde);
  }

  /** All values by their keys. */
  async getAll<TValues extends TypedState>(
    serde: Serde<
      TState extends UntypedState ? TValues[keyof TValues] : TState[keyof TState]
    > = serdes.json,
  ): Promise<TState extends UntypedState ? TValues : TState> {
    const entries = [...(await this.#read())].map(
      async ([name, bytes]) => [name, await this.#decode(bytes, serde)] as const,
    );
    return Object.fromEntries(await Promise.all(entries)) as never;
  }

  /** Sets one value and leaves the others alone. Resolves when the server shows it, as {@link setAll} does. */
  async set<TValue, TKey extends keyof TState = string>(
    name: TState extends UntypedState ? string : TKey,
    value: TState extends UntypedState ? TValue : TState[TKey],
    serde: Serde<TState extends UntypedState ? TValue : TState[TKey]> = serdes.json,
  ): Promise<void> {
    const bytes = await this.#encode(value, serde);
    await this.#inTurn(async () => {
      await this.#replace((await this.#read()).set(String(name), bytes));
    });
  }

  /**
   * Replaces all values: keys that are not among them are cleared.
   *
   * Resolves when the server shows the change. While an exclusive handler of this key runs, the change waits for it;
   * then this resolves after two seconds, and the change comes into effect before the next exclusive handler.
   */
  async setAll<TValues extends TypedState>(
    values: TState extends UntypedState ? TValues : TState,
    serde: Serde<
      TState extends UntypedState ? TValues[keyof TValues] : TState[keyof TState]
    > = serdes.json,
  ): Promise<void> {
    const entries = Object.entries(values).map(
      async ([name, value]) => [name, await this.#encode(value as never, serde)] as const,
    );
    const state = new Map(await Promise.all(entries));
    await this.#inTurn(() => this.#replace(state));
  }

  async #decode<T>(bytes: Uint8Array, serde: Serde<T>): Promise<T> {
    const codec = await this.#access.codec?.();
    return serde.deserialize(codec ? await codec.decode(bytes) : bytes);
  }

  async #encode<T>(value: T, serde: Serde<T>): Promise<Uint8Array> {
    const codec = await this.#access.codec?.();
    const bytes = serde.serialize(value);
    return codec ? codec.encode(bytes) : bytes;
  }

  async #read(): Promise<Map<string, Uint8Array>> {
    const rows = await this.#access.admin.query<StateRow>(
      `SELECT * FROM state WHERE service_name = ${quoted(this.#service)} AND service_key = ${quoted(this.#key)}`,
      `Reading the state of ${this.#service}/${this.#key}`,
    );
    return new Map(
      rows
        .filter(({ scope }) => scope == null)
        .map(({ key, value = "" }) => [key, Buffer.from(value, "hex")]),
    );
  }

  async #replace(state: ReadonlyMap<string, Uint8Array>): Promise<void> {
    await this.#access.admin.replaceState(this.#service, this.#key, state);
    const deadline = Date.now() + APPLIED_WITHIN_MS;
    while (!sameState(await this.#read(), state) && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
    }
  }

  /** A change reads what is there and replaces all of it, so two at once would lose one. */
  async #inTurn(change: () => Promise<void>): Promise<void> {
    const key = JSON.stringify([this.#access.admin.url, this.#service, this.#key]);
    const previous = changes.get(key);
    const current = (previous ?? Promise.resolve()).then(change, change);
    changes.set(key, current);
    try {
      await current;
    } finally {
      if (changes.get(key) === current) changes.delete(key);
    }
  }
}

/** Lets the proxy reach the state as its environment does. */
export function giveAccess<TState extends TypedState>(
  proxy: StateProxy<TState>,
  access: StateAccess,
): StateProxy<TState> {
  setAccess(proxy as unknown as StateProxy<TypedState>, access);
  return proxy;
}

/** The last change of each object in this process. */
const changes = new Map<string, Promise<void>>();

/** Columns without a value are left out, and bytes are written in hexadecimal. */
interface StateRow {
  readonly key: string;
  readonly value?: string;
  readonly scope?: string | null;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function sameState(
  a: ReadonlyMap<string, Uint8Array>,
  b: ReadonlyMap<string, Uint8Array>,
): boolean {
  return (
    a.size === b.size &&
    [...a].every(([name, bytes]) => {
      const other = b.get(name);
      return other !== undefined && Buffer.compare(bytes, other) === 0;
    })
  );
}
