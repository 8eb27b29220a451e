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
  isReplaying: () => boolean = never,
): Logger {
  const state: LoggerState = { transport, source, context, isReplaying };
  // Two are made for every attempt: an assignment costs a fraction of what a property descriptor does.
  const logger = Object.create(redirectedConsole()) as Logger & { [STATE]: LoggerState };
  logger[STATE] = state;
  return logger;
}

interface LoggerState {
  readonly transport: LoggerTransport;
  readonly source: LogSource;
  readonly context: LoggerContext | undefined;
  readonly isReplaying: () => boolean;
}

const STATE = Symbol("logger state");

const levels = {
  trace: RestateLogLevel.TRACE,
  debug: RestateLogLevel.DEBUG,
  info: RestateLogLevel.INFO,
  log: RestateLogLevel.INFO,
  warn: RestateLogLevel.WARN,
  error: RestateLogLevel.ERROR,
} as const satisfies Partial<Record<keyof Console, RestateLogLevel>>;

/** Two loggers are made for every attempt, so they share this prototype. */
let shared: { readonly base: Console; readonly redirected: object } | undefined;

function redirectedConsole(): object {
  // Test runners swap the global console between tests.
  if (shared?.base !== console) shared = { base: console, redirected: redirect(console) };
  return shared.redirected;
}

function redirect(base: Console): object {
  const methods = Object.entries(levels).map(([name, level]): [string, PropertyDescriptor] => [
    name,
    {
      // A getter, so that a method that was taken off its logger still knows it.
      get(this: { readonly [STATE]: LoggerState }) {
        return lineWriter(this[STATE], level);
      },
    },
  ]);
  return Object.create(base, Object.fromEntries(methods)) as object;
}

function lineWriter(state: LoggerState, level: RestateLogLevel) {
  return (...line: unknown[]): void => {
    const { transport, source, context, isReplaying } = state;
    const metadata = { source, level, replaying: isReplaying() };
    transport(context === undefined ? metadata : { ...metadata, context }, ...line);
  };
}

function never(): boolean {
  return false;
}
