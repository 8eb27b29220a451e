/** The error for a response that is no success. */
import { brand } from "./brand.js";
import { errorSource, parseJson } from "./retry-policy.js";

/** What a Restate server says in the body of an error. */
export interface IngressErrorBody {
  /** The code of the terminal error, or the HTTP status of the ingress' own errors. */
  readonly code: number;
  readonly message: string;
  /** Whose error it is; servers before 1.7.4 do not say. */
  readonly source?: "invocation" | "ingress";
  /** The metadata of the terminal error, if it has any. */
  readonly metadata?: Record<string, string>;
  readonly stacktrace?: string;
}

/**
 * The server answered with a status other than 2xx. That is either the terminal error of the
 * invocation ({@link source} is `"invocation"`), or a request the ingress did not accept or could
 * not serve: an unknown handler (404), a bad request (400), overload (429, 503).
 *
 * Requests that got no response reject with what `fetch` rejects with.
 *
 * @example
 * ```ts
 * try {
 *   await client.charge(order);
 * } catch (error) {
 *   if (error instanceof HttpCallError && error.source === "invocation") {
 *     console.log(error.code, error.body?.message, error.body?.metadata);
 *   } else throw error;
 * }
 * ```
 */
export class HttpCallError extends Error {
  declare readonly message: string;
  /** The body as the error object that Restate sends; undefined if it is something else. */
  declare readonly body?: IngressErrorBody;
  /**
   * The code in the {@link body}. For a terminal error whose code is no HTTP status, {@link status}
   * is 500 and only this is the code.
   */
  declare readonly code?: number;
  /**
   * Whether this is the outcome of the invocation or an error of the ingress; undefined for servers
   * before 1.7.4 and for responses that do not come from Restate.
   */
  declare readonly source?: "invocation" | "ingress";
  /** The id of the failed invocation, from the header `x-restate-id`. */
  declare readonly invocationId?: string;
  /** The headers of the response. In browsers, those of other origins are mostly hidden. */
  declare readonly headers?: Headers;

  // The official parameters, and the headers.
  // eslint-disable-next-line @typescript-eslint/max-params
  constructor(
    readonly status: number,
    readonly responseText: string,
    message: string,
    headers?: Headers,
  ) {
    super(message);
    const parsed = parseJson(responseText);
    const body = isErrorBody(parsed) ? parsed : undefined;
    const source = errorSource(headers, body);
    const invocationId = headers?.get("x-restate-id");
    Object.assign(
      this,
      body && { body, code: body.code },
      (source === "invocation" || source === "ingress") && { source },
      invocationId != null && { invocationId },
    );
    // For programs, not for the console: a logged error shows what its own fields say.
    Object.defineProperty(this, "headers", { value: headers });
  }
}

Object.defineProperty(HttpCallError.prototype, "name", { value: "HttpCallError" });

// `instanceof` recognises errors made by another copy of this package (ESM beside CommonJS); a
// user's subclass has the ordinary check.
const isHttpCallError = brand("HttpCallError", HttpCallError.prototype);
Object.defineProperty(HttpCallError, Symbol.hasInstance, {
  value(this: unknown, value: unknown): boolean {
    return this === HttpCallError
      ? isHttpCallError in Object(value)
      : Object.prototype.isPrototypeOf.call(
          (this as typeof HttpCallError).prototype,
          value as object,
        );
  },
});

/** The error for a response that has been read. */
export function toHttpCallError(response: Response, text: string): HttpCallError {
  const { status, headers } = response;
  return new HttpCallError(status, text, `Request failed: ${status}\n${text}`, headers);
}

function isErrorBody(value: unknown): value is IngressErrorBody {
  const { code, message } = (value ?? {}) as Record<string, unknown>;
  return typeof code === "number" && typeof message === "string";
}
