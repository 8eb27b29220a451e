/** Stands in for a data warehouse, which only ever adds rows, and takes every batch once: it remembers their ids. */

export interface Row {
  readonly sale: string;
  readonly product: string;
  readonly cents: number;
}

const rows: Row[] = [];
const batches = new Set<string>();
let requests = 0;

/** Every other request fails, after it has been carried out. */
export async function insertBatch(batch: string, newRows: readonly Row[]): Promise<void> {
  if (!batches.has(batch)) rows.push(...newRows);
  batches.add(batch);
  if (++requests % 2 === 1) throw new Error("the warehouse does not answer");
}

export function rowsOf(day: string): readonly Row[] {
  return rows.filter(({ sale }) => sale.startsWith(day));
}

/** Lets every test begin with an empty warehouse. */
export function clearWarehouse(): void {
  rows.length = 0;
  batches.clear();
  requests = 0;
}
