/** Finds mistakes in definitions that would otherwise surface at registration, or never, and says where they are. */
import { millisOrDurationToMillis } from "@restatedev/restate-sdk-core";

/** What of a definition is checked. Definitions may come from JavaScript, so nothing is taken for granted. */
export interface Definition {
  readonly kind: "service" | "object" | "workflow";
  readonly name: unknown;
  readonly options?: unknown;
  readonly metadata?: unknown;
}

/** @throws TypeError for a name the server cannot address, and for options that mean nothing */
export function validateDefinition({ kind, name, options, metadata }: Definition): void {
  const where = placeOf({ kind, name });
  requireName(name, where);
  check({ ...asRecord(options, where), metadata }, where);
}

/** @throws TypeError as {@link validateDefinition} does */
export function validateHandler(definition: Definition, handler: string, options: unknown): void {
  const where = `${placeOf(definition)}, handler ${JSON.stringify(handler)}`;
  requireName(handler, where);
  if (options !== undefined) check(asRecord(options, where), where);
}

/** @throws TypeError for defaults that mean nothing */
export function validateDefaults(options: unknown): void {
  const where = "defaultServiceOptions";
  check(asRecord(options, where), where);
}

/** `service "greeter"`, as error messages name it. */
export function placeOf({ kind, name }: Pick<Definition, "kind" | "name">): string {
  return name === undefined ? `${kind} without a name` : `${kind} ${JSON.stringify(name)}`;
}

/** What is wrong with a value, as the end of a sentence; undefined if nothing is. */
type Check = (value: unknown) => string | undefined;

const retryPolicyChecks: Readonly<Record<string, Check>> = {
  initialInterval: duration,
  maxInterval: duration,
  maxAttempts: orNull(count),
  exponentiationFactor: orNull(factor),
  onMaxAttempts: orNull(oneOf("pause", "kill")),
};

const checks: Readonly<Record<string, Check>> = {
  idempotencyRetention: duration,
  journalRetention: duration,
  workflowRetention: duration,
  inactivityTimeout: duration,
  abortTimeout: duration,
  asTerminalError: orNull(callable),
  hooks: orNull(hooks),
  serde: orNull(serdeWith("serialize", "deserialize")),
  input: orNull(serdeWith("deserialize")),
  output: orNull(serdeWith("serialize")),
  onJournalMismatchErrors: orNull(oneOf("retry", "pause", "fail")),
  metadata: orNull(stringRecord),
};

function check(options: Readonly<Record<string, unknown>>, where: string): void {
  const { retryPolicy, ...rest } = options;
  checkFields(rest, checks, where);
  if (!isAbsent(retryPolicy)) {
    const nested = `${where}: retryPolicy`;
    checkFields(asRecord(retryPolicy, nested), retryPolicyChecks, nested);
  }
}

function checkFields(
  fields: Readonly<Record<string, unknown>>,
  table: Readonly<Record<string, Check>>,
  where: string,
): void {
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined || !Object.hasOwn(table, field)) continue;
    const complaint = table[field]?.(value);
    if (complaint !== undefined) {
      throw new TypeError(`${where}: ${field} ${complaint}, but is ${show(value)}`);
    }
  }
}

function requireName(name: unknown, where: string): void {
  if (typeof name !== "string" || name === "" || name.includes("/")) {
    throw new TypeError(`${where}: the name must be a non-empty string without slashes`);
  }
}

function asRecord(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (isAbsent(value)) return {};
  if (typeof value === "object") return value as Readonly<Record<string, unknown>>;
  throw new TypeError(`${where}: the options must be an object, but are ${show(value)}`);
}

/** JavaScript users write null for what is left out. */
function orNull(check: Check): Check {
  return (value) => (value === null ? undefined : check(value));
}

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

/** Infinity passes: it travels as null, which means the server's default. */
function duration(value: unknown): string | undefined {
  const isDuration = typeof value === "number" || (typeof value === "object" && value !== null);
  if (isDuration && isNotNegative(millisOrDurationToMillis(value))) return undefined;
  return "must be a number of milliseconds, or a duration such as { minutes: 5 }, of 0 or more";
}

/** Infinity passes, as in {@link duration}. */
function count(value: unknown): string | undefined {
  return isNotNegative(value) && (Number.isInteger(value) || value === Infinity)
    ? undefined
    : "must be a whole number of 0 or more";
}

function factor(value: unknown): string | undefined {
  return isNotNegative(value) ? undefined : "must be a number of 0 or more";
}

function isNotNegative(value: unknown): boolean {
  return typeof value === "number" && value >= 0;
}

function callable(value: unknown): string | undefined {
  return typeof value === "function" ? undefined : "must be a function";
}

function hooks(value: unknown): string | undefined {
  const isList = typeof value === "object" && value !== null && Symbol.iterator in value;
  return isList && [...(value as Iterable<unknown>)].every((hook) => typeof hook === "function")
    ? undefined
    : "must be a list of functions";
}

function serdeWith(...methods: readonly string[]): Check {
  return (value) => {
    const fields = Object(value) as Readonly<Record<string, unknown>>;
    if (methods.every((method) => typeof fields[method] === "function")) return undefined;
    return "~standard" in fields
      ? "must be a serde (wrap the schema: serde.schema(...))"
      : `must be a serde, with ${methods.join(" and ")}`;
  };
}

function oneOf(...allowed: readonly string[]): Check {
  const list = allowed.map((value) => JSON.stringify(value)).join(" or ");
  return (value) => (allowed.includes(value as string) ? undefined : `must be ${list}`);
}

function stringRecord(value: unknown): string | undefined {
  const isRecord = typeof value === "object" && value !== null;
  return isRecord && Object.values(value).every((v) => v === undefined || typeof v === "string")
    ? undefined
    : "must be an object with string values";
}

function show(value: unknown): string {
  // Those that are wrong, such as NaN, have no JSON.
  if (typeof value === "number") return String(value);
  if (typeof value === "function") return "a function";
  try {
    return JSON.stringify(value);
  } catch {
    return "an object";
  }
}
