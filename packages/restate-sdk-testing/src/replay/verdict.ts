/** What the end of a replayed attempt means for the invocation. */
import {
  CANCEL_SIGNAL,
  describeCommand,
  encodeAwakeableId,
  type CommandMessage,
  type ErrorMessage,
  type FutureTree,
} from "../codec.js";
import type { DecodedJournal } from "./decode-journal.js";
import type { ReplayedAttempt } from "./replay-attempt.js";

export type ReplayVerdict =
  /** The code repeats the journal. */
  | {
      readonly kind: "ok";
      /** What it does then: it waits, does something new, returns, or fails with a terminal error. */
      readonly then: "waits" | "continues" | "returns" | "fails";
      /** What it waits for, does next, or fails with. */
      readonly detail: string;
    }
  /** The code takes another path. The message shows the recorded and the executed command. */
  | {
      readonly kind: "mismatch";
      readonly message: string;
      /** The input is command 0. */
      readonly commandIndex?: number;
    }
  /** The code throws an error that is not terminal, so the server would retry it. */
  | {
      readonly kind: "failure";
      readonly message: string;
      readonly code: number;
      readonly stacktrace: string;
    }
  /** It failed in the same way before it was exported: not the fault of this code. */
  | { readonly kind: "still-failing"; readonly message: string }
  | { readonly kind: "unknown-target"; readonly message: string }
  /** The handler waits for something that is not Restate's. */
  | { readonly kind: "stuck"; readonly message: string }
  /** The journal cannot be replayed, by this SDK or at all. */
  | { readonly kind: "unreadable"; readonly message: string };

export function toVerdict(
  journal: DecodedJournal,
  { end, newCommands }: ReplayedAttempt,
  timeoutMs: number,
): ReplayVerdict {
  switch (end.kind) {
    case "suspended": {
      const [next] = newCommands;
      if (next !== undefined) {
        return { kind: "ok", then: "continues", detail: describeCommand(next) };
      }
      return { kind: "ok", then: "waits", detail: describeWait(journal, end.awaiting) };
    }
    case "run": {
      const name = end.name === "" ? "" : ` "${end.name}"`;
      const [next] = newCommands;
      const detail = next === undefined ? `run${name}` : describeCommand(next);
      return { kind: "ok", then: "continues", detail };
    }
    case "completed": {
      if (end.result?.kind !== "failure") return { kind: "ok", then: "returns", detail: "" };
      const { code, message } = end.result.failure;
      return { kind: "ok", then: "fails", detail: `[${code}] ${message}` };
    }
    case "failed":
      return toFailure(journal, end.failure);
    case "refused":
      return { kind: "unreadable", message: `[${end.failure.code}] ${end.failure.message}` };
    case "stuck": {
      const message = `The handler waits for something that is not Restate's, such as a timer or I/O outside of ctx.run, and did not go on within ${timeoutMs} ms`;
      return { kind: "stuck", message };
    }
  }
}

const JOURNAL_MISMATCH = 570;
const PROTOCOL_VIOLATION = 571;

function toFailure(journal: DecodedJournal, failure: ErrorMessage): ReplayVerdict {
  const { code, message, stacktrace, relatedCommandIndex } = failure;
  if (isKnown(message, journal.lastFailure)) return { kind: "still-failing", message };
  switch (code) {
    case JOURNAL_MISMATCH:
      return {
        kind: "mismatch",
        message,
        ...(relatedCommandIndex !== undefined && { commandIndex: relatedCommandIndex }),
      };
    case PROTOCOL_VIOLATION:
      return { kind: "unreadable", message };
    default:
      return { kind: "failure", message, code, stacktrace };
  }
}

/** The server writes failures as `[500 Internal] message`, with the stack on the lines below. */
function isKnown(message: string, lastFailure: string | undefined): boolean {
  const known = lastFailure?.replace(/^\[\d+[^\]]*\] /, "");
  return known === message || known?.startsWith(`${message}\n`) === true;
}

/** For example `sleep, awakeable sign_1…`. */
function describeWait(journal: DecodedJournal, tree: FutureTree): string {
  const parts = new Set(waitsOf(journal, tree));
  return [...parts].join(", ");
}

function waitsOf(journal: DecodedJournal, tree: FutureTree): string[] {
  return [
    ...tree.completions.map((id) => describeCompletion(journal.commands, id)),
    ...tree.signals
      .filter((index) => index !== CANCEL_SIGNAL)
      .map((index) => `awakeable ${encodeAwakeableId(journal.rawId, index)}`),
    ...tree.namedSignals.map((name) => `signal "${name}"`),
    ...tree.nested.flatMap((nested) => waitsOf(journal, nested)),
  ];
}

function describeCompletion(commands: readonly CommandMessage[], id: number): string {
  const command = commands.find(
    (each) =>
      ("resultCompletionId" in each && each.resultCompletionId === id) ||
      ("invocationIdCompletionId" in each && each.invocationIdCompletionId === id),
  );
  return command === undefined ? `completion ${id}` : describeCommand(command);
}
