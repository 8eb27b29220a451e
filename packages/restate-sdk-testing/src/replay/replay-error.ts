/** What makes exporting or replaying impossible: a wrong address, a wrong file, a module without services. */

/** Says what is wrong, where, and what to do about it. An invocation that would break is none: it is in the report. */
export class ReplayError extends Error {
  override readonly name = "ReplayError";
}

/** The message of whatever was thrown, with that of its innermost cause: `fetch failed` alone explains nothing. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause === undefined) return error.message || error.name;
  const inner = cause instanceof AggregateError ? (cause.errors[0] as unknown) : cause;
  return `${error.message} (${reasonOf(inner)})`;
}
