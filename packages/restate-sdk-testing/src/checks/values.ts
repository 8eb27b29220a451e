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
  const essence = essenceOf(left);
  if (essence !== undefined) {
    const others = essenceOf(right) as unknown[];
    return essence.every(
      (each, i) => compare({ path, left: each, right: others[i] }, open) === undefined,
    )
      ? undefined
      : { path, left, right };
  }
  const isList = Array.isArray(left) || ArrayBuffer.isView(left);
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const step = isList ? `[${name}]` : toStep(name);
    const difference = compare(
      { path: `${path}${step}`, left: propertyOf(left, name), right: propertyOf(right, name) },
      open,
    );
    if (difference !== undefined) return difference;
  }
  return undefined;
}

/** What makes out objects whose properties do not; undefined for those whose properties do. */
function essenceOf(object: object): unknown[] | undefined {
  if (object instanceof Date) return [object.getTime()];
  if (object instanceof Error) return [object.name, object.message, codeOf(object)];
  if (object instanceof Map || object instanceof Set) return [[...object]];
  return undefined;
}

function toStep(name: string): string {
  return /^[\w$]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
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
  if (typeof value === "object" && value !== null) return describeObject(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  return typeof value === "function" ? `function ${value.name}` : String(value);
}

function describeObject(value: object): string {
  if (value instanceof Date)
    return `Date ${Number.isNaN(value.getTime()) ? "(invalid)" : value.toISOString()}`;
  if (value instanceof Error) {
    const code = codeOf(value);
    return `${value.name}${typeof code === "number" ? ` [${code}]` : ""}: ${value.message}`;
  }
  if (value instanceof Map) return `Map ${describe([...value])}`;
  if (value instanceof Set) return `Set ${describe([...value])}`;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  const { name = "Object" } = (value as { constructor?: { name?: string } }).constructor ?? {};
  return name === "Object" || name === "Array" ? toJson(value) : `${name} ${toJson(value)}`;
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
