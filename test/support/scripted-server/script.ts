/** What a test says about the world around one invocation: answers to commands, signals, and when they come. */
import type { CommandEntry } from "./journal.js";

/** How something ended. `value` is sent as JSON, `bytes` as they are. */
export type Outcome =
  | { readonly value: unknown }
  | { readonly bytes: Uint8Array }
  | { readonly failure: FailureOutcome }
  | { readonly void: true };

export interface FailureOutcome {
  readonly code: number;
  readonly message: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * "now": in the journal right behind the command. "later": whenever the schedule picks it, once the SDK
 * has come to rest. Left out, the schedule decides.
 */
export type When = "now" | "later";

export type Reply = "never" | { readonly outcome: Outcome; readonly when?: When };

export type ScriptedCommand = CommandEntry & {
  /** Position among the commands of the journal; the input is 0. */
  readonly index: number;
  /** Position among the commands of the same type, from 0. */
  readonly ordinal: number;
};

/** A signal from outside. It becomes available when the journal holds `afterCommands` commands. */
export interface ScriptedSignal {
  /** 1 is cancel, 17 the first awakeable. */
  readonly signal: { readonly idx: number } | { readonly name: string };
  readonly outcome: Outcome;
  readonly afterCommands: number;
  readonly when?: When;
}

export interface Script {
  /** Answers a command's result; undefined leaves it to the default: calls echo their parameter, sleeps end, ... */
  readonly respond?: (command: ScriptedCommand) => Reply | undefined;
  readonly signals?: readonly ScriptedSignal[];
  /** Durable promises that were completed before the invocation began. */
  readonly promises?: Readonly<Record<string, Outcome>>;
  /** State before the invocation, as JSON values. */
  readonly state?: Readonly<Record<string, unknown>>;
}

/** Decides by seed, not by clock, in which order pending notifications enter the journal. */
export interface Schedule {
  readonly seed: number;
  readonly timing: "now" | "later" | "mixed";
}

/** The cancel signal, for {@link Script.signals}. */
export function cancelAfter(afterCommands: number, when: When = "later"): ScriptedSignal {
  return { signal: { idx: 1 }, outcome: { void: true }, afterCommands, when };
}

/** A number in [0, 1) that depends only on the seed and the label: no hidden state, so no order of asking. */
export function seededFraction(seed: number, label: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let index = 0; index < label.length; index++) {
    hash = Math.imul(hash ^ label.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}
