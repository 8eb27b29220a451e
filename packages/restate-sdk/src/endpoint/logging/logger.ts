/** The console that handlers and the SDK log to: its lines go to the transport the user chose. */
import {
  RestateLogLevel,
  type LoggerContext,
  type LoggerTransport,
  type LogSource,
} from "../../api/logger.js";

/** A `Console` of which the methods that log a line are redirected; the others are those of the real console. */
export type Logger = Console;

/**
 * @param context the invocation the lines are about, if any
 * @param isReplaying asked for every line
 */
// The order is that of what a log line says; callers know it by heart.
// eslint-disable-next-line @typescript-eslint/max-params
export function createLogger(
  transport: LoggerTransport,
  source: LogSource,
  context?: LoggerContext,
  isReplaying?: () => boolean,
): Logger {
  const logger = Object.create(redirectedConsole()) as Logger & { [SINK]: Sink };
  logger[SINK] = { transport, source, context, isReplaying };
  return logger;
}

interface Sink {
  readonly transport: LoggerTransport;
  readonly source: LogSource;
  readonly context: LoggerContext | undefined;
  readonly isReplaying: (() => boolean) | undefined;
}

const SINK = Symbol("sink");

/** From the least to the most severe; each is a method of the console, too. */
export const LEVELS: readonly RestateLogLevel[] = [
  RestateLogLevel.TRACE,
  RestateLogLevel.DEBUG,
  RestateLogLevel.INFO,
  RestateLogLevel.WARN,
  RestateLogLevel.ERROR,
];

/** Two loggers are made for every attempt, so they share this prototype. */
let redirected: object;
let redirectedFrom: Console | undefined;

function redirectedConsole(): object {
  // Test runners swap the global console between tests.
  if (redirectedFrom === console) return redirected;
  redirectedFrom = console;
  redirected = Object.create(console) as object;
  for (const name of [...LEVELS, "log"] as const) {
    const level = name === "log" ? RestateLogLevel.INFO : name;
    Object.defineProperty(redirected, name, {
      // A getter, so that a method that was taken off its logger still knows it.
      get(this: { readonly [SINK]: Sink }) {
        const { transport, source, context, isReplaying } = this[SINK];
        return (...line: unknown[]) => {
          const replaying = isReplaying?.() ?? false;
          const metadata = { source, level, replaying };
          transport(context ? { ...metadata, context } : metadata, ...line);
        };
      },
    });
  }
  return redirected;
}
