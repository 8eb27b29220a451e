/** THE table of options: which values they take, and how Restate is told about those that it enforces. */
import { millisOrDurationToMillis } from "@restatedev/restate-sdk-core";
import { show } from "../util/show.js";

/** `since` is the first version of the discovery manifest that has the option; the SDK enforces those without. */
export type Option = readonly [
  accepts: (value: unknown) => boolean,
  /** What a value must be, as the end of a sentence. */
  expectation: string,
  since?: 3 | 4,
  toManifest?: (value: never) => unknown,
];

/** The name is as users write it, for example `retryPolicy.maxAttempts`. */
export type GivenOption = readonly [name: string, value: unknown, ...Option];

/** The options that are set. Those that are null are not: JavaScript users write it for what is left out. */
export function givenOptions(options: unknown): GivenOption[] {
  return Object.entries(OPTIONS)
    .map(([name, option]): GivenOption => [
      name,
      name.split(".").reduce((parent, key) => (Object(parent) as Options)[key], options),
      ...option,
    ])
    .filter(([, value]) => value != null);
}

type Options = Readonly<Record<string, unknown>>;

const FLAG: Option = [() => true, "", 3];

const OPTIONS: Readonly<Record<string, Option>> = {
  idempotencyRetention: duration(3),
  journalRetention: duration(3),
  workflowRetention: duration(3),
  inactivityTimeout: duration(3),
  abortTimeout: duration(3),
  ingressPrivate: FLAG,
  enableLazyState: FLAG,
  asTerminalError: [isFunction, "a function"],
  hooks: [(value) => Array.isArray(value) && value.every(isFunction), "a list of functions"],
  serde: serdeWith("serialize", "deserialize"),
  input: serdeWith("deserialize"),
  output: serdeWith("serialize"),
  onJournalMismatchErrors: oneOf("retry", "pause", "fail"),
  metadata: [
    (value) =>
      isObject(value) &&
      Object.values(value).every((text) => text === undefined || typeof text === "string"),
    "an object with string values",
  ],
  "retryPolicy.initialInterval": duration(4),
  "retryPolicy.maxInterval": duration(4),
  "retryPolicy.maxAttempts": [
    (value) => isNotNegative(value) && (Number.isInteger(value) || value === Infinity),
    "a whole number of 0 or more",
    4,
  ],
  "retryPolicy.exponentiationFactor": [isNotNegative, "a number of 0 or more", 4],
  "retryPolicy.onMaxAttempts": [
    ...oneOf("pause", "kill"),
    4,
    (action: string) => action.toUpperCase(),
  ],
};

/** Infinity passes: it travels as null, which means the server's default. */
function duration(since: 3 | 4): Option {
  return [
    (value) => isNotNegative(isObject(value) ? millisOrDurationToMillis(value) : value),
    "0 or more milliseconds, or a duration such as { minutes: 5 }",
    since,
    millisOrDurationToMillis,
  ];
}

function serdeWith(...methods: readonly string[]): Option {
  return [
    (value) => methods.every((method) => isFunction((value as Record<string, unknown>)[method])),
    `a serde, with ${methods.join(" and ")}; wrap a schema with serde.schema`,
  ];
}

function oneOf(...allowed: readonly unknown[]) {
  return [(value: unknown) => allowed.includes(value), allowed.map(show).join(" or ")] as const;
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
