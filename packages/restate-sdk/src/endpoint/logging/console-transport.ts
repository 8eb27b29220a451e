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
  let thresholds: Thresholds | undefined;
  return ({ level, replaying, source, context }, ...line: unknown[]) => {
    if (replaying) return;
    thresholds ??= thresholdsOf(readEnvironment());
    if (severity[level] < thresholds[source]) return;
    const prefix = `${prefixOf(context)} ${level.toUpperCase()}:`;
    // The console takes its first argument for a format, and keys may hold a percent sign.
    console[level](prefix.replaceAll("%", "%%"), ...line);
  };
}

/** The transport of endpoints that were given none. */
export const consoleTransport: LoggerTransport = createConsoleTransport();

type Thresholds = Readonly<Record<LogSource, number>>;

const severity: Readonly<Record<RestateLogLevel, number>> = {
  [RestateLogLevel.TRACE]: 1,
  [RestateLogLevel.DEBUG]: 2,
  [RestateLogLevel.INFO]: 3,
  [RestateLogLevel.WARN]: 4,
  [RestateLogLevel.ERROR]: 5,
};

function thresholdsOf(environment: LoggingEnvironment): Thresholds {
  const general = thresholdOf(environment, "RESTATE_LOGGING") ?? severity[RestateLogLevel.INFO];
  return {
    [LogSource.SYSTEM]: general,
    [LogSource.USER]: general,
    [LogSource.JOURNAL]: thresholdOf(environment, "RESTATE_JOURNAL_LOGGING") ?? general,
  };
}

function thresholdOf(
  environment: LoggingEnvironment,
  variable: keyof LoggingEnvironment,
): number | undefined {
  const name = environment[variable];
  if (name === undefined || name === "") return undefined;
  const level = (severity as Readonly<Record<string, number>>)[name.toLowerCase()];
  if (level === undefined) {
    console.warn(
      `[restate] ${variable} is ${JSON.stringify(name)}, which is no log level; ` +
        `use one of ${Object.keys(severity).join(", ")}`,
    );
  }
  return level;
}

function prefixOf(context: LoggerContext | undefined): string {
  const time = `[restate][${new Date().toISOString()}]`;
  if (context === undefined) return time;
  const facts = Object.entries(context.additionalContext ?? {}).map(([k, v]) => `[${k}: ${v}]`);
  return `${time}[${context.invocationTarget}][${context.invocationId}]${facts.join("")}`;
}

function processEnvironment(): LoggingEnvironment {
  // Absent in workers, and reading it can be denied in Deno.
  try {
    return (globalThis as { process?: { env?: LoggingEnvironment } }).process?.env ?? {};
  } catch {
    return {};
  }
}
