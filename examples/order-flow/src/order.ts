/** What an order is, how far it can be, and how it can end. */
import type { Duration } from "@restatedev/restate-sdk";

export interface Order {
  readonly items: readonly string[];
  readonly centsPerItem: number;
  readonly card: string;
  /** How long to wait for another card when one was declined. Default: three days. */
  readonly cardWithin?: Duration;
  /** How often to ask the carrier. Default: every six hours. */
  readonly trackEvery?: Duration;
}

export type Stage =
  "reserving" | "paying" | "waiting for another card" | "shipping" | "on its way" | "over";

/** What everybody can see at any time. */
export interface Progress {
  readonly stage: Stage;
  readonly declinedCards: number;
  /** By item: where it comes from, or null if it is sold out. */
  readonly items: Readonly<Record<string, string | null>>;
  /** By parcel: whether it has arrived. */
  readonly parcels: Readonly<Record<string, boolean>>;
  readonly outcome?: Outcome;
}

export type Outcome =
  | { readonly kind: "delivered"; readonly paidCents: number; readonly parcels: number }
  | { readonly kind: "cancelled"; readonly because: "everything is sold out" | "nobody paid" };

export interface FlowState {
  progress: Progress;
}

export const NOTHING_YET: Progress = {
  stage: "reserving",
  declinedCards: 0,
  items: {},
  parcels: {},
};
