/** Compares a recorded command with the one that user code executes in its place. */
import type { CommandMessage } from "../protocol/messages.js";

/** One field in which the two commands differ. */
export interface FieldDifference {
  readonly field: string;
  readonly recorded: unknown;
  readonly executed: unknown;
}

export interface Mismatch {
  readonly recorded: CommandMessage;
  readonly executed: CommandMessage;
  /** Empty if they are not even of the same type. */
  readonly differences: readonly FieldDifference[];
}

export interface ReplayCheckOptions {
  /** False where a journal value codec may encode equal values to different bytes (encryption). */
  readonly comparePayloads: boolean;
}

/** Undefined when the executed command is the recorded one. */
export function findMismatch(
  recorded: CommandMessage,
  executed: CommandMessage,
  { comparePayloads }: ReplayCheckOptions,
): Mismatch | undefined {
  if (recorded.type !== executed.type) return { recorded, executed, differences: [] };
  const differences = compareFields(recorded, executed, comparePayloads);
  return differences.length > 0 ? { recorded, executed, differences } : undefined;
}

/** Times are taken from the clock and may differ; a sleep's only identity is its name. */
const IGNORED_FIELDS: readonly string[] = ["wakeUpTime", "invokeTime"];

/** Whatever the command, these fields carry serialized user values. */
const PAYLOAD_FIELDS: readonly string[] = ["result", "value", "completion", "parameter"];

function compareFields(
  recorded: CommandMessage,
  executed: CommandMessage,
  comparePayloads: boolean,
): FieldDifference[] {
  const left = recorded as unknown as Record<string, unknown>;
  const right = executed as unknown as Record<string, unknown>;
  const differences: FieldDifference[] = [];
  for (const field of Object.keys(right)) {
    if (IGNORED_FIELDS.includes(field) || deepEqual(left[field], right[field])) continue;
    const mayDiffer = !comparePayloads && PAYLOAD_FIELDS.includes(field);
    if (mayDiffer && sameShape(left[field], right[field])) continue;
    differences.push({ field, recorded: left[field], executed: right[field] });
  }
  return differences;
}

/** Whether both are values, so that only their bytes differ; a value against a failure is always a difference. */
function sameShape(left: unknown, right: unknown): boolean {
  if (left instanceof Uint8Array && right instanceof Uint8Array) return true;
  return kindOf(left) === "value" && kindOf(right) === "value";
}

function kindOf(value: unknown): unknown {
  return (Object(value) as { readonly kind?: unknown }).kind;
}

function deepEqual(left: unknown, right: unknown): boolean {
  if (left instanceof Uint8Array && right instanceof Uint8Array) {
    return left.length === right.length && left.every((byte, index) => byte === right[index]);
  }
  if (typeof left !== "object" || typeof right !== "object") return left === right;
  const one = Object(left) as Record<string, unknown>;
  const other = Object(right) as Record<string, unknown>;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => deepEqual(one[key], other[key]));
}
