/** Compares a recorded command with the one that user code executes in its place. */
import type { CommandMessage } from "../protocol/messages.js";

/** One field in which the two commands differ. */
export interface FieldDifference {
  readonly field: string;
  readonly recorded: unknown;
  readonly executed: unknown;
}

export type Mismatch =
  | { readonly kind: "type"; readonly recorded: CommandMessage; readonly executed: CommandMessage }
  | {
      readonly kind: "fields";
      readonly recorded: CommandMessage;
      readonly executed: CommandMessage;
      readonly differences: readonly FieldDifference[];
    };

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
  if (recorded.type !== executed.type) return { kind: "type", recorded, executed };
  const differences = compareFields(recorded, executed, comparePayloads);
  if (differences.length === 0) return undefined;
  return { kind: "fields", recorded, executed, differences };
}

/** Times are taken from the clock and may differ; a sleep's only identity is its name. */
const IGNORED_FIELDS: readonly string[] = ["wakeUpTime", "invokeTime"];

/** Fields that carry serialized user values, whatever the command. */
const PAYLOAD_FIELDS: readonly string[] = ["result", "completion", "value", "parameter"];

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
  return typeof value === "object" && value !== null && "kind" in value ? value.kind : undefined;
}

function deepEqual(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (left instanceof Uint8Array && right instanceof Uint8Array) return bytesEqual(left, right);
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) {
    return false;
  }
  const leftFields = left as Record<string, unknown>;
  const rightFields = right as Record<string, unknown>;
  const keys = new Set([...Object.keys(leftFields), ...Object.keys(rightFields)]);
  for (const key of keys) if (!deepEqual(leftFields[key], rightFields[key])) return false;
  return true;
}

function bytesEqual(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false;
  return true;
}
