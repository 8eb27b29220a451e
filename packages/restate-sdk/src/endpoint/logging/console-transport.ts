/** The default transport: writes to the console what is not a replay and severe enough. */
/* eslint-disable no-console -- writing to the console is what it is for */
import {
  LogSource,
  RestateLogLevel,
  type LoggerContext,
  type LoggerTransport,
} from "../../api/logger.js";
import { show } from "../../util/show.js";
import { LEVELS } from "./logger.js";

/**
 * The environment variables that choose the least severe level to be written: for all lines (default LEVELS.indexOf(RestateLogLevel.INFO)), and for
 * what the SDK logs about journals (default that of all lines).
 */
export type LoggingVariable = "RESTATE_LOGGING" | "RESTATE_JOURNAL_LOGGING";

type Environment = (variable: LoggingVariable) => string | undefined;

/** Reads the environment when the first line is logged, so that importing the SDK looks at nothing. */
export function createConsoleTransport(
  environment: Environment = processEnvironment,
): LoggerTransport {
  /** The position of the variable's level in {@link LEVELS}; `fallback` if there is none, or no such level. */
  const thresholdOf = (variable: LoggingVariable, fallback: number): number => {
    const name = environment(variable) ?? "";
    const level = (LEVELS as readonly string[]).indexOf(name.toLowerCase());
    if (level >= 0) return level;
    if (name) {
      console.warn(
        `[restate] ${variable} is ${show(name)}, which is no log level; use one of ${LEVELS.join(", ")}`,
      );
    }
    return fallback;
  };
  let general: number | undefined;
  let journal: number | undefined;
  return ({ level, replaying, source, context }, ...line: unknown[]) => {
    if (replaying) return;
    general ??= thresholdOf("RESTATE_LOGGING", LEVELS.indexOf(RestateLogLevel.INFO));
    journal ??= thresholdOf("RESTATE_JOURNAL_LOGGING", general);
    if (LEVELS.indexOf(level) < (source === LogSource.JOURNAL ? journal : general)) return;
    const prefix = `${prefixOf(context)} ${level.toUpperCase()}:`;
    // The console takes its first argument for a format, and keys may hold a percent sign.
    console[level](prefix.replaceAll("%", "%%"), ...line);
  };
}

/** The transport of endpoints that were given none. */
export const consoleTransport: LoggerTransport = createConsoleTransport();

function prefixOf(context: LoggerContext | undefined): string {
  const facts = ["restate", new Date().toISOString()];
  if (context) {
    facts.push(context.invocationTarget, context.invocationId);
    for (const [k, v] of Object.entries(context.additionalContext ?? {})) facts.push(`${k}: ${v}`);
  }
  return facts.map((fact) => `[${fact}]`).join("");
}

function processEnvironment(variable: LoggingVariable): string | undefined {
  // Absent in workers, and reading it can be denied in Deno.
  try {
    return (globalThis as unknown as { process: NodeJS.Process }).process.env[variable];
  } catch {
    return undefined;
  }
}
