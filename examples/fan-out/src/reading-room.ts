/** Stands in for a slow machine that reads scanned pages. */

export interface Page {
  readonly book: string;
  /** Counted from 1. */
  readonly number: number;
}

export class UnreadableError extends Error {}

const STAINED = "";
const books: Readonly<Record<string, readonly string[]>> = {
  tides: [
    "the sea comes and the sea goes",
    "twice a day the moon calls the water",
    "the water follows the moon around the world",
    "a harbour waits for the water",
    "and the boats wait for the harbour",
  ],
  storms: ["the wind turns", STAINED, "the boats come home"],
};
const jammed = new Set<string>();

/** How many pages a book has. */
export async function countPages(book: string): Promise<number> {
  return books[book]?.length ?? 0;
}

/**
 * Every other page jams the machine, and is read when it is tried again.
 *
 * @throws UnreadableError if nobody will ever be able to read it
 */
export async function readPage({ book, number }: Page): Promise<string> {
  const text = books[book]?.[number - 1];
  if (text === undefined || text === STAINED) {
    throw new UnreadableError(`Page ${number} of ${book} cannot be read`);
  }
  const page = `${book} ${number}`;
  if (number % 2 === 1 && !jammed.delete(page)) {
    jammed.add(page);
    throw new Error(`page ${number} jams the machine`);
  }
  return text;
}

/** Lets every test begin with an empty machine. */
export function forgetJams(): void {
  jammed.clear();
}
