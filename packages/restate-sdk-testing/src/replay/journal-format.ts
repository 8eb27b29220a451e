/** Recorded journals as JSON: what is exported, stored beside tests, and replayed. */
import { MESSAGE_NAMES, type CommandName, type NotificationName } from "../codec.js";
import type { ServiceKind } from "../environment/mock-service.js";
import { fromBase64 } from "./base64.js";
import { rawInvocationId } from "../runtime/ids.js";
import { ReplayError } from "./replay-error.js";

export const JOURNALS_FORMAT = "restate-journals";
export const JOURNALS_VERSION = 1;

/** Journals of one server at one time. It holds the payloads of production as they are: keep it as you keep those. */
export interface JournalExport {
  readonly format: "restate-journals";
  readonly version: 1;
  /** Where the journals come from, for people. */
  readonly source: string;
  /** Date and time (ISO 8601), as all other times here. */
  readonly exportedAt: string;
  /** Whether there were more invocations than the limit let through. */
  readonly isTruncated: boolean;
  readonly journals: readonly RecordedJournal[];
}

export interface RecordedJournal {
  readonly invocationId: string;
  readonly target: RecordedTarget;
  /** "suspended", "running", "backing-off", … */
  readonly status: string;
  readonly createdAt: string;
  /** Of the service protocol. Missing if there was no attempt yet. */
  readonly protocolVersion?: number;
  /** The deployment that the invocation belongs to. Missing if there was no attempt yet. */
  readonly deploymentId?: string;
  /** The seed of `ctx.rand` as a decimal number; where the server does not tell which it is, the likely one first. */
  readonly randomSeeds: readonly string[];
  readonly idempotencyKey?: string;
  readonly scope?: string;
  readonly limitKey?: string;
  /** Why the last attempt failed, as the server tells it: `[500 Internal] message`. Missing if it did not. */
  readonly lastFailure?: string;
  /** Why the entries could not be exported. */
  readonly problem?: string;
  /** Commands and notifications, oldest first. Headers and input of the invocation are in the first one. */
  readonly entries: readonly RecordedEntry[];
}

export interface RecordedTarget {
  readonly service: string;
  readonly handler: string;
  /** Objects and workflows have one. */
  readonly key?: string;
  readonly kind?: ServiceKind;
}

export interface RecordedEntry {
  readonly type: CommandName | NotificationName;
  /** The message as it travels, in base64. */
  readonly payload: string;
  readonly at?: string;
}

/**
 * Reads what {@link JournalExport} has become as JSON.
 *
 * @throws ReplayError naming what is wrong and where
 */
export function parseJournalExport(value: unknown): JournalExport {
  const root = new Fields(value, "The journals");
  if (root.value["format"] !== JOURNALS_FORMAT) {
    throw new ReplayError(
      `This is no export of journals: "format" is ${show(root.value["format"])}, not "${JOURNALS_FORMAT}". ` +
        "Make one with exportJournals or restate-replay --export.",
    );
  }
  if (root.value["version"] !== JOURNALS_VERSION) {
    throw new ReplayError(
      `The journals have version ${show(root.value["version"])} of the format; this package reads version ${JOURNALS_VERSION}. ` +
        "Export them again with this version of @restatedev/restate-sdk-testing, or use the version that wrote them.",
    );
  }
  return {
    format: JOURNALS_FORMAT,
    version: JOURNALS_VERSION,
    source: root.text("source"),
    exportedAt: root.time("exportedAt"),
    isTruncated: root.value["isTruncated"] === true,
    journals: root.list("journals").map(parseJournal),
  };
}

function parseJournal(fields: Fields): RecordedJournal {
  const id = fields.text("invocationId");
  if (rawInvocationId(id) === undefined) fields.fail("invocationId", "an invocation id (inv_1…)");
  return {
    invocationId: id,
    target: parseTarget(new Fields(fields.value["target"], `${fields.where}.target`)),
    status: fields.text("status"),
    createdAt: fields.time("createdAt"),
    ...fields.optional("protocolVersion", (name) => fields.integer(name)),
    ...fields.optionalTexts("deploymentId", "idempotencyKey", "scope", "limitKey"),
    ...fields.optionalTexts("lastFailure", "problem"),
    randomSeeds: parseSeeds(fields),
    entries: fields.list("entries").map(parseEntry),
  };
}

function parseTarget(fields: Fields): RecordedTarget {
  return {
    service: fields.text("service"),
    handler: fields.text("handler"),
    ...fields.optionalTexts("key"),
    ...fields.optional("kind", (name): ServiceKind => {
      const kind = fields.text(name);
      if (kind === "service" || kind === "object" || kind === "workflow") return kind;
      return fields.fail(name, '"service", "object" or "workflow"');
    }),
  };
}

function parseSeeds(fields: Fields): string[] {
  const seeds = fields.array("randomSeeds");
  return seeds.map((seed) => {
    if (typeof seed === "string" && /^\d{1,20}$/.test(seed)) return seed;
    return fields.fail("randomSeeds", "a list of decimal numbers in quotes");
  });
}

const ENTRY_TYPES: ReadonlySet<string> = new Set(
  [...MESSAGE_NAMES.values()].filter((name) => /(Command|Notification)$/.test(name)),
);

/** Whether journals have entries of that type. */
export function isEntryType(name: string): name is RecordedEntry["type"] {
  return ENTRY_TYPES.has(name);
}

function parseEntry(fields: Fields): RecordedEntry {
  const type = fields.text("type");
  if (!isEntryType(type)) return fields.fail("type", "the name of a command or notification");
  const payload = fields.text("payload");
  if (fromBase64(payload) === undefined) fields.fail("payload", "base64");
  return { type, payload, ...fields.optional("at", (name) => fields.time(name)) };
}

/** An object of unknown content, and its place in the whole for messages. */
class Fields {
  readonly value: Readonly<Record<string, unknown>>;

  constructor(
    value: unknown,
    readonly where: string,
  ) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new ReplayError(`${where} should be an object, but got ${show(value)}`);
    }
    this.value = value as Record<string, unknown>;
  }

  fail(name: string, wanted: string): never {
    const got = show(this.value[name]);
    throw new ReplayError(`${this.where}: "${name}" should be ${wanted}, but is ${got}`);
  }

  text(name: string): string {
    const value = this.value[name];
    return typeof value === "string" ? value : this.fail(name, "a text");
  }

  time(name: string): string {
    const text = this.text(name);
    return Number.isNaN(Date.parse(text)) ? this.fail(name, "a date and time (ISO 8601)") : text;
  }

  integer(name: string): number {
    const value = this.value[name];
    return Number.isSafeInteger(value) ? (value as number) : this.fail(name, "an integer");
  }

  array(name: string): readonly unknown[] {
    const value = this.value[name];
    return Array.isArray(value) ? (value as unknown[]) : this.fail(name, "a list");
  }

  list(name: string): Fields[] {
    return this.array(name).map((item, index) => new Fields(item, `${name}[${index}]`));
  }

  optional<TName extends string, T>(name: TName, read: (name: TName) => T): { [K in TName]?: T } {
    if (this.value[name] === undefined) return {};
    return { [name]: read(name) } as { [K in TName]?: T };
  }

  optionalTexts<TName extends string>(...names: TName[]): { [K in TName]?: string } {
    const texts = names.map((name) => this.optional(name, (each) => this.text(each)));
    return Object.assign({}, ...texts) as { [K in TName]?: string };
  }
}

const MAX_SHOWN = 60;

function show(value: unknown): string {
  if (value === undefined) return "missing";
  const text = JSON.stringify(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
