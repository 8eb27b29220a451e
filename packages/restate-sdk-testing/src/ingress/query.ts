/** The few SQL queries that tests and tools ask: rows of one table, filtered by equality, ordered by one column. */
import { isCommand, type CommandMessage, type Message } from "../codec.js";
import type { AttemptFailure } from "../runtime/attempt-end.js";
import type { Invocation } from "../runtime/invocation.js";
import type { JournalEntry } from "../runtime/journal.js";
import type { World } from "../runtime/world.js";

export type Row = Readonly<Record<string, unknown>>;

const QUERY =
  /^\s*select\s+(?<columns>[\w\s,*]+?)\s+from\s+(?<table>\w+)(?:\s+where\s+(?<where>.+?))?(?:\s+order\s+by\s+(?<order>\w+))?\s*;?\s*$/is;

/** @throws Error for what is beyond this little SQL */
export function answerQuery(world: World, sql: string): Row[] {
  const { columns = "*", table = "", where, order } = QUERY.exec(sql)?.groups ?? {};
  const source = TABLES[table.toLowerCase()];
  if (source === undefined) {
    throw new Error(
      `The test environment understands SELECT … FROM ${Object.keys(TABLES).join(" or ")} WHERE column = 'value' AND … ORDER BY column, but not: ${sql}`,
    );
  }
  const conditions = where === undefined ? [] : where.split(/\s+and\s+/i).map(parseCondition);
  const rows = source(world).filter((row) =>
    conditions.every(([column, value]) => String(row[column]) === value),
  );
  if (order !== undefined) rows.sort((a, b) => compare(a[order], b[order]));
  const names = columns.split(",").map((name) => name.trim());
  return names.includes("*") ? rows : rows.map((row) => pick(row, names));
}

const TABLES: Readonly<Record<string, (world: World) => Row[]>> = {
  sys_invocation: (world) => [...world.invocations.values()].map(invocationRow),
  sys_journal: (world) => [...world.invocations.values()].flatMap(journalRows),
};

function parseCondition(text: string): readonly [string, string] {
  const [, column, quoted, plain] = /^\s*(\w+)\s*=\s*(?:'([^']*)'|(\S+))\s*$/.exec(text) ?? [];
  if (column === undefined)
    throw new Error(`The test environment understands column = 'value', but not: ${text}`);
  return [column, quoted ?? plain ?? ""];
}

function pick(row: Row, names: readonly string[]): Row {
  return Object.fromEntries(names.flatMap((name) => (name in row ? [[name, row[name]]] : [])));
}

function compare(left: unknown, right: unknown): number {
  return (left as number) < (right as number) ? -1 : 1;
}

function invocationRow(invocation: Invocation): Row {
  const { id, request, status, attempts, lastFailure, failures } = invocation;
  return withoutUndefined({
    id,
    target: invocation.targetName,
    target_service_name: request.service,
    target_handler_name: request.handler,
    target_service_key: request.key,
    idempotency_key: request.idempotencyKey,
    scope: request.scope,
    limit_key: request.limitKey,
    invoked_by_id: request.parentId,
    status: status.kind,
    retry_count:
      Math.max(0, attempts.length - 1) === 0 ? undefined : Math.max(failures, attempts.length - 1),
    ...(status.kind === "completed"
      ? completionColumns(status.result)
      : lastFailure === undefined
        ? {}
        : failureColumns(lastFailure)),
  });
}

function completionColumns(result: Invocation["result"]): Row {
  if (result?.kind !== "failure") return { completion_result: "success" };
  const { code, message } = result.failure;
  return { completion_result: "failure", completion_failure: `[${code}] ${message}` };
}

function failureColumns(failure: AttemptFailure): Row {
  const { code, message, commandIndex, commandName, commandType } = failure;
  return {
    last_failure: `[${code}] ${message}`,
    last_failure_related_command_index: commandIndex,
    last_failure_related_command_name: commandName,
    last_failure_related_command_type: commandType?.replace(/Command$/, ""),
  };
}

function journalRows({ id, journal }: Invocation): Row[] {
  return journal.entries.map(({ index, message, at }: JournalEntry) =>
    withoutUndefined({
      id,
      index,
      entry_type: entryType(message),
      name: isCommand(message) && message.name !== "" ? message.name : undefined,
      invoked_id: invokedId(message),
      appended_at: new Date(at).toISOString(),
      version: 2,
    }),
  );
}

function entryType(message: CommandMessage | JournalEntry["message"]): string {
  return isCommand(message)
    ? `Command: ${message.type.replace(/Command$/, "")}`
    : `Notification: ${message.type.replace(/(Completion)?Notification$/, "")}`;
}

function invokedId(message: Message): string | undefined {
  if (!("result" in message)) return undefined;
  return message.result.kind === "invocationId" ? message.result.invocationId : undefined;
}

function withoutUndefined(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
}
