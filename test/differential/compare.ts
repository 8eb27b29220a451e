/** Finds where two observations differ. */
import type { Observation } from "./observe.js";

export interface Difference {
  /** For example `commands[2].name`. */
  readonly path: string;
  readonly left: unknown;
  readonly right: unknown;
}

export function compareObservations(left: Observation, right: Observation): Difference[] {
  return differences(left, right, "");
}

export function formatDifference({ path, left, right }: Difference): string {
  return `${path}: ${show(left)} | ${show(right)}`;
}

/** The value that a {@link Difference.path} leads to. */
export function valueAt(root: unknown, path: string): unknown {
  const keys = path.split(/[.[\]]+/).filter((key) => key !== "");
  return keys.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), root);
}

function show(value: unknown): string {
  return value === undefined ? "absent" : JSON.stringify(value);
}

function differences(left: unknown, right: unknown, path: string): Difference[] {
  if (Object.is(left, right)) return [];
  if (!isObject(left) || !isObject(right) || Array.isArray(left) !== Array.isArray(right)) {
    return [{ path, left, right }];
  }
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].flatMap((key) =>
    differences(left[key], right[key], childPath(path, key, Array.isArray(left))),
  );
}

function childPath(path: string, key: string, inArray: boolean): string {
  if (inArray) return `${path}[${key}]`;
  return path === "" ? key : `${path}.${key}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
