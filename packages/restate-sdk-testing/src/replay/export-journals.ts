/** Reads the journals of invocations from a live server, through the SQL of its admin API. */
import type { ServiceKind } from "../environment/mock-service.js";
import { AdminApi, type AdminApiOptions, type Row } from "./admin-api.js";
import { fromHex, toBase64 } from "./base64.js";
import {
  isEntryType,
  JOURNALS_FORMAT,
  JOURNALS_VERSION,
  type JournalExport,
  type RecordedEntry,
  type RecordedJournal,
  type RecordedTarget,
} from "./journal-format.js";
import { rawInvocationId } from "../runtime/ids.js";
import { seedFromId, seedFromIdAndTime } from "./random-seed.js";
import { ReplayError } from "./replay-error.js";

export interface ExportOptions extends AdminApiOptions {
  /** Only invocations of these services. Default: of all. */
  readonly service?: string | readonly string[];
  /** Only invocations with one of these statuses. Default: those that have begun and are not over. */
  readonly status?: InvocationStatus | readonly InvocationStatus[];
  /** Only invocations that belong to one of these deployments (`dp_…`). Default: to any. */
  readonly deployment?: string | readonly string[];
  /** At most so many invocations, the oldest first. Default: 10,000. */
  readonly limit?: number;
}

export type InvocationStatus =
  | "scheduled"
  | "pending"
  | "ready"
  | "running"
  | "backing-off"
  | "suspended"
  | "paused"
  | "completed";

/** What has begun and is not over. Scheduled and pending invocations have nothing to repeat yet. */
const IN_FLIGHT: readonly InvocationStatus[] = [
  "ready",
  "running",
  "backing-off",
  "suspended",
  "paused",
];

export const INVOCATION_STATUSES: readonly InvocationStatus[] = [
  "scheduled",
  "pending",
  ...IN_FLIGHT,
  "completed",
];

const DEFAULT_LIMIT = 10_000;

/**
 * Exports the journals of invocations. Nothing changes on the server.
 *
 * @throws ReplayError if the server cannot be reached, is no admin API or refuses, and for options that make no sense
 */
export async function exportJournals(options: ExportOptions): Promise<JournalExport> {
  const { limit = DEFAULT_LIMIT } = options;
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new ReplayError(`limit should be an integer from 1 on, but is ${String(limit)}`);
  }
  const admin = new AdminApi(options);
  const { version, features } = await admin.version();
  const rows = await admin.query(
    `SELECT * FROM sys_invocation WHERE ${conditionOf(options)} ORDER BY created_at, id LIMIT ${limit + 1}`,
  );
  const invocations = rows.slice(0, limit);
  const journals: RecordedJournal[] = [];
  for (const batch of batchesOf(invocations)) {
    const entries = await readEntries(admin, batch);
    for (const row of batch) {
      const journal = toJournal(row, entries, features["unique_random_seeds"] === true);
      if (journal !== undefined) journals.push(journal);
    }
  }
  return {
    format: JOURNALS_FORMAT,
    version: JOURNALS_VERSION,
    source: `Restate ${version} at ${admin.url}`,
    exportedAt: new Date().toISOString(),
    isTruncated: rows.length > limit,
    journals,
  };
}

/**
 * How many invocations there are of each service, by the same options; `limit` has no effect.
 *
 * @throws ReplayError as {@link exportJournals} does
 */
export async function countInvocations(
  options: ExportOptions,
): Promise<ReadonlyMap<string, number>> {
  const rows = await new AdminApi(options).query(
    `SELECT target_service_name, COUNT(*) AS total FROM sys_invocation WHERE ${conditionOf(options)} GROUP BY target_service_name ORDER BY target_service_name`,
  );
  return new Map(rows.map((row) => [text(row, "target_service_name"), Number(row["total"])]));
}

function conditionOf({ service, deployment, status = IN_FLIGHT }: ExportOptions): string {
  const statuses = [status].flat();
  for (const each of statuses) {
    if (INVOCATION_STATUSES.includes(each)) continue;
    throw new ReplayError(
      `There is no invocation status "${each}", only ${INVOCATION_STATUSES.join(", ")}`,
    );
  }
  const conditions = [`status IN (${list(statuses)})`];
  if (service !== undefined) conditions.push(`target_service_name IN (${list([service].flat())})`);
  if (deployment !== undefined) {
    conditions.push(`pinned_deployment_id IN (${list([deployment].flat())})`);
  }
  return conditions.join(" AND ");
}

function list(texts: readonly string[]): string {
  if (texts.length === 0)
    throw new ReplayError("service, status and deployment must not be empty lists");
  return texts.map((text) => `'${text.replaceAll("'", "''")}'`).join(", ");
}

const MAX_BATCH_INVOCATIONS = 100;
const MAX_BATCH_ENTRIES = 5_000;

/** So many at a time that neither the server nor this process has to hold all journals in one answer. */
function* batchesOf(rows: readonly Row[]): Iterable<readonly Row[]> {
  let batch: Row[] = [];
  let entries = 0;
  for (const row of rows) {
    const size = Number(row["journal_size"] ?? 0);
    const isFull = batch.length === MAX_BATCH_INVOCATIONS || entries + size > MAX_BATCH_ENTRIES;
    if (isFull && batch.length > 0) {
      yield batch;
      batch = [];
      entries = 0;
    }
    batch.push(row);
    entries += size;
  }
  if (batch.length > 0) yield batch;
}

async function readEntries(
  admin: AdminApi,
  batch: readonly Row[],
): Promise<ReadonlyMap<string, readonly Row[]>> {
  const ids = list(batch.map((row) => text(row, "id")));
  const rows = await admin.query(
    `SELECT id, index, entry_type, raw, version, appended_at FROM sys_journal WHERE id IN (${ids}) ORDER BY id, index`,
  );
  const byId = new Map<string, Row[]>();
  for (const row of rows) {
    const id = text(row, "id");
    const entries = byId.get(id);
    if (entries === undefined) byId.set(id, [row]);
    else entries.push(row);
  }
  return byId;
}

/** Undefined if the invocation has ended in the meantime. */
function toJournal(
  row: Row,
  entriesById: ReadonlyMap<string, readonly Row[]>,
  hasUniqueSeeds: boolean,
): RecordedJournal | undefined {
  const id = text(row, "id");
  const rows = entriesById.get(id);
  if (rows === undefined) return undefined;
  const status = text(row, "status");
  const read = toEntries(rows);
  if (typeof read !== "string" && status !== "completed" && hasOutput(read)) return undefined;
  const createdAt = text(row, "created_at");
  const protocolVersion = row["pinned_service_protocol_version"];
  return {
    invocationId: id,
    target: toTarget(row),
    status,
    createdAt,
    ...(typeof protocolVersion === "number" && { protocolVersion }),
    ...optional("deploymentId", row["pinned_deployment_id"]),
    ...optional("idempotencyKey", row["idempotency_key"]),
    ...optional("scope", row["scope"]),
    ...optional("limitKey", row["limit_key"]),
    ...optional("lastFailure", row["last_failure"]),
    randomSeeds: seedsOf(id, createdAt, hasUniqueSeeds),
    ...(typeof read === "string" ? { problem: read, entries: [] } : { entries: read }),
  };
}

function hasOutput(entries: readonly RecordedEntry[]): boolean {
  return entries.some(({ type }) => type === "OutputCommand");
}

const KINDS: Readonly<Record<string, ServiceKind>> = {
  service: "service",
  virtual_object: "object",
  workflow: "workflow",
};

function toTarget(row: Row): RecordedTarget {
  const kind = KINDS[String(row["target_service_ty"])];
  return {
    service: text(row, "target_service_name"),
    handler: text(row, "target_handler_name"),
    ...optional("key", row["target_service_key"]),
    ...(kind && { kind }),
  };
}

/** The entries, or why there are none. */
function toEntries(rows: readonly Row[]): RecordedEntry[] | string {
  const entries: RecordedEntry[] = [];
  for (const [index, row] of rows.entries()) {
    if (row["version"] === 1) {
      return "Its journal is of a service protocol before V4, which this SDK does not speak: let it finish on its deployment";
    }
    if (row["index"] !== index) return `Entry ${index} of its journal is missing on the server`;
    const entry = toEntry(row);
    if (typeof entry === "string") return `Entry ${index} of its journal ${entry}`;
    entries.push(entry);
  }
  return entries;
}

function toEntry(row: Row): RecordedEntry | string {
  const entryType = String(row["entry_type"]);
  const type = messageNameOf(entryType);
  if (type === undefined) return `is of a kind that this SDK does not know: ${entryType}`;
  const { raw = "" } = row;
  const bytes = typeof raw === "string" ? fromHex(raw) : undefined;
  if (bytes === undefined) return "is not in hexadecimal, as it is on Restate 1.7";
  return { type, payload: toBase64(bytes), ...optional("at", row["appended_at"]) };
}

/** The server calls them "Command: Run", "Notification: Run" and "Notification: Signal". */
function messageNameOf(entryType: string): RecordedEntry["type"] | undefined {
  const [, kind, operation = ""] = /^(Command|Notification): (\w+)$/.exec(entryType) ?? [];
  const suffix =
    kind === "Command" || operation === "Signal" ? (kind ?? "") : "CompletionNotification";
  const name = operation + suffix;
  return isEntryType(name) ? name : undefined;
}

function seedsOf(id: string, createdAt: string, hasUniqueSeeds: boolean): string[] {
  const rawId = rawInvocationId(id);
  if (rawId === undefined) return [];
  const seeds = [seedFromId(rawId)];
  // Invocations from before the feature was enabled go on with the other one.
  if (hasUniqueSeeds) seeds.unshift(seedFromIdAndTime(rawId, Date.parse(createdAt)));
  return seeds.map(String);
}

function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === "string") return value;
  throw new ReplayError(
    `The server's answer lacks the column ${column}. Restate 1.7 has it; is the server older?`,
  );
}

function optional<TName extends string>(name: TName, value: unknown): { [K in TName]?: string } {
  return (typeof value === "string" ? { [name]: value } : {}) as { [K in TName]?: string };
}
