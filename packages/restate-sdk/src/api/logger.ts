/**
 * What a logger of the user's choice gets to see. The two enums and the class are values of the
 * public surface.
 */
import type { Request } from "./request.js";

/** How severe a log line is, in the words most logging libraries use for their methods. */
export enum RestateLogLevel {
  TRACE = "trace",
  DEBUG = "debug",
  INFO = "info",
  WARN = "warn",
  ERROR = "error",
}

/**
 * Who logs: the SDK about itself, the SDK about the journal of an invocation, or a handler through
 * `ctx.console`.
 */
export enum LogSource {
  SYSTEM = "SYSTEM",
  JOURNAL = "JOURNAL",
  USER = "USER",
}

/** Everything about a log line but its text. */
export type LogMetadata = {
  source: LogSource;
  level: RestateLogLevel;
  /**
   * Whether the handler is replaying its journal, in which case the line has been logged by an
   * attempt before.
   */
  replaying: boolean;
  /** The invocation the line is about, if it is about one. */
  context?: LoggerContext;
};

/**
 * Writes log lines somewhere. It gets every line, those of replays included, so it is also what
 * filters them: the default one writes to the console what is not a replay and at least of the
 * level in the environment variable `RESTATE_LOGGING` (default `INFO`).
 *
 * It is called synchronously and must not throw.
 *
 * @example
 * ```ts
 * const logger: LoggerTransport = ({ level, replaying, context }, message, ...rest) => {
 *   if (replaying) return;
 *   pinoLogger[level]({ invocation: context?.invocationId }, [message, ...rest].join(" "));
 * };
 * ```
 */
export type LoggerTransport = (
  params: LogMetadata,
  message?: Loggable,
  ...optionalParams: Loggable[]
) => void;

/**
 * Whatever can be passed to `console.log`; `unknown` would break transports written for the
 * official type.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Loggable = any;

/** The invocation a log line is about. */
// eslint-disable-next-line no-restricted-syntax -- a plain record in the shape of a class
export class LoggerContext {
  // Declared only, since every field that is emitted is paid for at each start.
  declare readonly invocationId: string;
  declare readonly serviceName: string;
  declare readonly handlerName: string;
  declare readonly key?: string | undefined;
  declare readonly request?: Request | undefined;
  /** Facts of the platform, such as the request id of AWS Lambda. */
  declare readonly additionalContext?: { [name: string]: string } | undefined;
  /** `service/handler`, or `service/key/handler`. */
  declare readonly invocationTarget: string;

  // The official signature: users construct it in tests of their transports.
  // eslint-disable-next-line @typescript-eslint/max-params
  constructor(
    invocationId: string,
    serviceName: string,
    handlerName: string,
    key?: string,
    request?: Request,
    additionalContext?: { [name: string]: string },
  ) {
    this.invocationId = invocationId;
    this.serviceName = serviceName;
    this.handlerName = handlerName;
    this.key = key;
    this.request = request;
    this.additionalContext = additionalContext;
    this.invocationTarget = [serviceName, key, handlerName].filter(Boolean).join("/");
  }
}
