/** The phases of an attempt. Data that exists in one phase only lives in its variant. */
import type { Outcome } from "./outcome.js";

export type Phase =
  | { readonly kind: "awaitingStart" }
  /** Start has arrived; the recorded journal is still coming in. */
  | { readonly kind: "awaitingJournal"; readonly remainingEntries: number }
  /** User code runs; `journal.isReplaying` tells whether its commands are checked or emitted. */
  | { readonly kind: "running" }
  | { readonly kind: "closed"; readonly outcome: Outcome };
