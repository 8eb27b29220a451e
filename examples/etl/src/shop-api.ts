/** Stands in for the API of a shop that gives away its sales page by page, and not too many pages at once. */

/** As the shop has it. */
export interface RawSale {
  readonly id: string;
  readonly product: string;
  /** In euros, as people type them. */
  readonly price: string;
}

export interface SalesPage {
  readonly sales: readonly RawSale[];
  /** Where to go on; left out on the last page. */
  readonly next?: string;
}

export class TooManyRequestsError extends Error {
  constructor(readonly retryAfterMs: number) {
    super("too many requests");
  }
}

const PRICES = ["12,50", "3", "0,99", "free", "1.204,00", "7,5", "20"];
const PAGE_SIZE = 3;
let requests = 0;

/**
 * @param cursor "0" for the first page
 * @throws TooManyRequestsError one time in three
 */
export async function fetchSales(day: string, cursor: string): Promise<SalesPage> {
  if (++requests % 3 === 2) throw new TooManyRequestsError(200);
  const start = Number(cursor);
  const sales = PRICES.slice(start, start + PAGE_SIZE).map((price, i) => ({
    id: `${day}-${start + i}`,
    product: `product ${(start + i) % 4}`,
    price,
  }));
  const end = start + PAGE_SIZE;
  return end < PRICES.length ? { sales, next: String(end) } : { sales };
}

/** Lets every test begin with a shop that nobody has asked. */
export function forgetRequests(): void {
  requests = 0;
}
