/** Stands in for a document store without transactions. It refuses who comes with a token that is not the latest. */

/** Somebody with a later token was here: the lock of whoever gets this ran out before it had written. */
export class StaleToken extends Error {}

interface Document {
  readonly lines: readonly string[];
  readonly token: number;
}

const EMPTY: Document = { lines: [], token: 0 };

export class Store {
  readonly #documents = new Map<string, Document>();

  async read(name: string): Promise<readonly string[]> {
    return (this.#documents.get(name) ?? EMPTY).lines;
  }

  async write(name: string, { lines, token }: Document): Promise<void> {
    const latest = (this.#documents.get(name) ?? EMPTY).token;
    if (token < latest) throw new StaleToken(`The token ${token} is older than ${latest}`);
    this.#documents.set(name, { lines, token });
  }

  /** Empty again: tests begin with that. */
  reset(): void {
    this.#documents.clear();
  }
}

export const store = new Store();
