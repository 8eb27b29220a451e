/** What comes out of a turn. */
import type { ModelMessage } from "ai";

export interface Thoughts {
  /** What the turn adds to the history. */
  readonly messages: readonly ModelMessage[];
  readonly ending: Ending;
}

export type Ending =
  | { readonly kind: "answered" }
  | { readonly kind: "interrupted" }
  | { readonly kind: "needs approval"; readonly approvals: readonly Approval[] }
  | { readonly kind: "failed"; readonly reason: string };

/** A tool call that a human has to consent to. */
export interface Approval {
  readonly id: string;
  readonly tool: string;
  readonly input: unknown;
}
