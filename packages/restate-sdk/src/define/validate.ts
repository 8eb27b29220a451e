/** Finds mistakes in definitions that would otherwise surface at registration, or never, and says where they are. */
import { millisOrDurationToMillis } from "@restatedev/restate-sdk-core";
import { show } from "../util/show.js";

/** What of a definition is checked. Definitions may come from JavaScript, so nothing is taken for granted. */
export interface Definition {
  readonly kind: "service" | "object" | "workflow";
  readonly name: unknown;
  readonly options?: unknown;
  readonly metadata?: unknown;
}

/** @throws TypeError for a name the server cannot address, and for options that mean nothing */
export function validateDefinition(definition: Definition): void {
  const { name, options, metadata } = definition;
  const where = placeOf(definition);
  requireName(name, where);
  validateOptions(options, where);
  validateOptions({ metadata }, where);
}

/** @throws TypeError as {@link validateDefinition} does */
export function validateHandler(definition: Definition, handler: string, options: unknown): void {
  const where = placeOf(definition, handler);
  requireName(handler, where);
  validateOptions(options, where);
}

/** @throws TypeError for options that mean nothing; null stands for what is left out, as JavaScript users write it */
export function validateOptions(options: unknown, where: string, rules = RULES): void {
  if (options == null) return;
  if (typeof options !== "object") refuse(where, "the options must be an object");
  for (const [field, rule] of Object.entries(rules)) {
    const value = (options as Readonly<Record<string, unknown>>)[field];
    if (!isRule(rule)) validateOptions(value, `${where}: ${field}`, rule);
    else if (value != null && !rule[0](value)) {
      refuse(where, `${field} must be ${rule[1]}, but is ${show(value)}`);
    }
  }
}

/** `service "greeter", handler "greet"`, as error messages name it. */
export function placeOf({ kind, name }: Definition, handler?: string): string {
  const place = `${kind} ${show(name)}`;
  return handler === undefined ? place : `${place}, handler ${show(handler)}`;
}

export function refuse(where: string, complaint: string): never {
  throw new TypeError(`${where}: ${complaint}`);
}

/** What a value must fulfil, and how to say it after "must be". */
type Rule = readonly [isMet: (value: unknown) => boolean, expectation: string];
type Rules = Readonly<Record<string, Rule | Readonly<Record<string, Rule>>>>;

/** Infinity passes: it travels as null, which means the server's default. */
const DURATION: Rule = [
  (value) => isNotNegative(isObject(value) ? millisOrDurationToMillis(value) : value),
  "a number of milliseconds, or a duration such as { minutes: 5 }, of 0 or more",
];
const METADATA: Rule = [
  (value) =>
    isObject(value) &&
    Object.values(value).every((text) => text === undefined || typeof text === "string"),
  "an object with string values",
];

const RULES: Rules = {
  idempotencyRetention: DURATION,
  journalRetention: DURATION,
  workflowRetention: DURATION,
  inactivityTimeout: DURATION,
  abortTimeout: DURATION,
  asTerminalError: [isFunction, "a function"],
  hooks: [(value) => Array.isArray(value) && value.every(isFunction), "a list of functions"],
  serde: serdeWith("serialize", "deserialize"),
  input: serdeWith("deserialize"),
  output: serdeWith("serialize"),
  onJournalMismatchErrors: oneOf("retry", "pause", "fail"),
  metadata: METADATA,
  retryPolicy: {
    initialInterval: DURATION,
    maxInterval: DURATION,
    maxAttempts: [
      (value) => isNotNegative(value) && (Number.isInteger(value) || value === Infinity),
      "a whole number of 0 or more",
    ],
    exponentiationFactor: [isNotNegative, "a number of 0 or more"],
    onMaxAttempts: oneOf("pause", "kill"),
  },
};

function isRule(rule: Rules[string]): rule is Rule {
  return Array.isArray(rule);
}

function serdeWith(...methods: readonly string[]): Rule {
  return [
    (value) => methods.every((method) => isFunction((value as Record<string, unknown>)[method])),
    `a serde, with ${methods.join(" and ")}; wrap a schema with serde.schema`,
  ];
}

function oneOf(...allowed: readonly unknown[]): Rule {
  return [(value) => allowed.includes(value), allowed.map(show).join(" or ")];
}

function requireName(name: unknown, where: string): void {
  if (typeof name !== "string" || name === "" || name.includes("/")) {
    refuse(where, "the name must be a non-empty string without slashes");
  }
}

function isNotNegative(value: unknown): boolean {
  return typeof value === "number" && value >= 0;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isFunction(value: unknown): boolean {
  return typeof value === "function";
}
