/** Compares values of any kind, and shows them on one line. */

/** The first place at which two values differ. */
export interface ValueDifference {
  /** For example `$.items[2].price`. */
  readonly path: string;
  readonly left: unknown;
  readonly right: unknown;
}

/** Undefined if the values are equal: same structure, same kinds of objects, same primitives. Missing is undefined. */
export function findDifference(
  left: unknown,
  right: unknown,
  path = "$",
): ValueDifference | undefined {
  return compare({ path, left, right }, new Set());
}

function compare(pair: ValueDifference, open: Set<unknown>): ValueDifference | undefined {
  const { left, right } = pair;
  if (Object.is(left, right)) return undefined;
  if (typeof left !== "object" || typeof right !== "object") return pair;
  if (left === null || right === null) return pair;
  if (kindOf(left) !== kindOf(right)) return pair;
  // What leads back to itself has been compared on the way.
  if (open.has(left)) return undefined;
  open.add(left);
  const difference = compareObjects({ ...pair, left, right }, open);
  open.delete(left);
  return difference;
}

function compareObjects(
  { path, left, right }: { readonly path: string; readonly left: object; readonly right: object },
  open: Set<unknown>,
): ValueDifference | undefined {
  const pair = { path, left, right };
  const of = (name: string, a: unknown, b: unknown) =>
    compare({ path: `${path}${name}`, left: a, right: b }, open);
  if (left instanceof Date && right instanceof Date) {
    return Object.is(left.getTime(), right.getTime()) ? undefined : pair;
  }
  if (left instanceof Error && right instanceof Error) {
    const { message, name } = right;
    const differs =
      left.message !== message || left.name !== name || codeOf(left) !== codeOf(right);
    return differs ? pair : undefined;
  }
  if (left instanceof Map && right instanceof Map) return of("<entries>", [...left], [...right]);
  if (left instanceof Set && right instanceof Set) return of("<values>", [...left], [...right]);
  const isList = Array.isArray(left) || ArrayBuffer.isView(left);
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  for (const name of names) {
    const step = isList
      ? `[${name}]`
      : /^[\w$]+$/.test(name)
        ? `.${name}`
        : `[${JSON.stringify(name)}]`;
    const difference = of(step, propertyOf(left, name), propertyOf(right, name));
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function propertyOf(object: object, name: string): unknown {
  return (object as Record<string, unknown>)[name];
}

function codeOf(error: Error): unknown {
  return (error as { code?: unknown }).code;
}

/** What has to be the same for two objects to be comparable at all. */
function kindOf(object: object): unknown {
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype === null ? Object.prototype : prototype;
}

const SHOWN_CHARS = 160;

/** A value on one line, shortened. */
export function showValue(value: unknown): string {
  const text = describe(value);
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
}

function describe(value: unknown): string {
  if (value === undefined) return "undefined";
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return `function ${value.name}`;
  if (typeof value !== "object" || value === null) {
    return typeof value === "number" || typeof value === "symbol"
      ? String(value)
      : JSON.stringify(value);
  }
  if (value instanceof Date)
    return `Date ${Number.isNaN(value.getTime()) ? "(invalid)" : value.toISOString()}`;
  if (value instanceof Error) {
    const code = codeOf(value);
    return `${value.name}${typeof code === "number" ? ` [${code}]` : ""}: ${value.message}`;
  }
  if (value instanceof Map) return `Map ${describe([...value])}`;
  if (value instanceof Set) return `Set ${describe([...value])}`;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  const name = (value.constructor as { name?: string } | undefined)?.name;
  const shown = toJson(value);
  return name === undefined || name === "Object" || name === "Array" ? shown : `${name} ${shown}`;
}

function toJson(value: object): string {
  try {
    return JSON.stringify(value, (_, each: unknown) =>
      typeof each === "bigint" ? `${each}n` : each,
    );
  } catch {
    return "(an object that refers to itself)";
  }
}
