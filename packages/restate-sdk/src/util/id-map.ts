/**
 * A map from ids that are handed out one after the other. An array takes up to eight bytes for each id there has been; a
 * Map costs more for each step, as its tables are replaced when entries come and go.
 */
export class IdMap<TValue> {
  readonly #values: (TValue | undefined)[] = [];

  get(id: number): TValue | undefined {
    return this.#values[id];
  }

  set(id: number, value: TValue | undefined): void {
    this.#values[id] = value;
  }

  /** Also takes it out. */
  take(id: number): TValue | undefined {
    const value = this.#values[id];
    if (value !== undefined) this.#values[id] = undefined;
    return value;
  }

  /** Those that are there, by ascending id. */
  values(): TValue[] {
    return this.#values.filter((value) => value !== undefined);
  }
}
