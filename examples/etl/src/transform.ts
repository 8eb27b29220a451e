/** What becomes of a sale on its way: a plain function, tested like one. */
import type { RawSale } from "./shop-api.js";
import type { Row } from "./warehouse.js";

export type Transformed =
  | { readonly kind: "row"; readonly row: Row }
  | { readonly kind: "rejected"; readonly sale: string; readonly reason: string };

export function transform({ id, product, price }: RawSale): Transformed {
  const [, euros, cents = ""] = /^(\d{1,3}(?:\.?\d{3})*)(?:,(\d{1,2}))?$/.exec(price) ?? [];
  if (euros === undefined) {
    return { kind: "rejected", sale: id, reason: `"${price}" is no price` };
  }
  const total = Number(euros.replaceAll(".", "")) * 100 + Number(cents.padEnd(2, "0"));
  return { kind: "row", row: { sale: id, product, cents: total } };
}
