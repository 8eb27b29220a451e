/** The default transport: writes to the console what is not a replay and severe enough. */
/* eslint-disable no-console -- writing to the console is what it is for */
import {
  LogSource,
  RestateLogLevel,
  type LoggerContext,
  type LoggerTransport,
} from "../../api/logger.js";

/** The environment variables that choose the least severe level to be written. */
export interface LoggingEnvironment {
  /** For all lines. Default: INFO. */
  readonly RESTATE_LOGGING?: string | undefined;
  /** For what the SDK logs about journals. Default: that of all lines. */
  readonly RESTATE_JOURNAL_LOGGING?: string | undefined;
}

/** Reads the environment when the first line is logged, so that importing the SDK looks at nothing. */
export function createConsoleTransport(
  readEnvironment: () => LoggingEnvironment = processEnvironment,
): LoggerTransport {
  let general: number | undefined;
  let journal: number | undefined;
  return ({ level, replaying, source, context }, ...line: unknown[]) => {
    if (replaying) return;
    if (general === undefined) {
      const environment = readEnvironment();
      general = thresholdOf(environment, "RESTATE_LOGGING") ?? DEFAULT;
      journal = thresholdOf(environment, "RESTATE_JOURNAL_LOGGING");
    }
    const threshold = source === LogSource.JOURNAL ? (journal ?? general) : general;
    if (LEVELS.indexOf(level) < threshold) return;
    const prefix = `${prefixOf(context)} ${level.toUpperCase()}:`;
    // The console takes its first argument for a format, and keys may hold a percent sign.
    console[level](prefix.replaceAll("%", "%%"), ...line);
  };
}

/** The transport of endpoints that were given none. */
export const consoleTransport: LoggerTransport = createConsoleTransport();

const LEVELS: readonly string[] = [
  RestateLogLevel.TRACE,
  RestateLogLevel.DEBUG,
  RestateLogLevel.INFO,
  RestateLogLevel.WARN,
  RestateLogLevel.ERROR,
];

/** INFO and above. */
const DEFAULT = 2;

/** The position of the level in {@link LEVELS}; undefined if there is none, or no such level. */
function thresholdOf(
  environment: LoggingEnvironment,
  variable: keyof LoggingEnvironment,
): number | undefined {
  const name = environment[variable];
  if (!name) return undefined;
  const level = LEVELS.indexOf(name.toLowerCase());
  if (level >= 0) return level;
  console.warn(
    `[restate] ${variable} is ${JSON.stringify(name)}, which is no log level; use one of ${LEVELS.join(", ")}`,
  );
  return undefined;
}

function prefixOf(context: LoggerContext | undefined): string {
  const facts = ["restate", new Date().toISOString()];
  if (context !== undefined) {
    facts.push(context.invocationTarget, context.invocationId);
    for (const [k, v] of Object.entries(context.additionalContext ?? {})) facts.push(`${k}: ${v}`);
  }
  return facts.map((fact) => `[${fact}]`).join("");
}

function processEnvironment(): LoggingEnvironment {
  // Absent in workers, and reading it can be denied in Deno.
  try {
    const { RESTATE_LOGGING, RESTATE_JOURNAL_LOGGING } = (
      globalThis as unknown as { process: { env: LoggingEnvironment } }
    ).process.env;
    return { RESTATE_LOGGING, RESTATE_JOURNAL_LOGGING };
  } catch {
    return {};
  }
}
