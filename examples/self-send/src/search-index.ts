/** Stands in for a search engine. Every third page fails on the way; a page that is indexed twice is in there once. */

export class SearchIndex {
  readonly #pages = new Map<string, Set<number>>();
  #requests = 0;

  async add(index: string, page: number): Promise<void> {
    this.#requests++;
    if (this.#requests % 3 === 2) throw new Error("no connection to the search engine");
    const pages = this.#pages.get(index) ?? new Set();
    this.#pages.set(index, pages.add(page));
  }

  pagesOf(index: string): readonly number[] {
    return [...(this.#pages.get(index) ?? [])];
  }

  /** Empty again: tests begin with that. */
  reset(): void {
    this.#pages.clear();
    this.#requests = 0;
  }
}

export const searchIndex = new SearchIndex();
