/** The phases of an attempt. Data that exists in one phase only lives in its variant. */
import type { Outcome } from "./outcome.js";

export interface JournalPhase {
  readonly kind: "awaitingJournal";
  /** Counted down, since the phase lasts for as many frames as there are entries. */
  remaining: number;
}

export type Phase =
  | { readonly kind: "awaitingStart" }
  /** Start has arrived; the recorded journal is still coming in. */
  | JournalPhase
  /** User code runs; `journal.isReplaying` tells whether its commands are checked or emitted. */
  | { readonly kind: "running" }
  | { readonly kind: "closed"; readonly outcome: Outcome };
