/**
 * The error codes the SDK itself uses: what travels in failures and error frames. Import them as a
 * namespace (`import * as codes`).
 *
 * Codes below 570 follow HTTP, because the ingress answers its caller with the code of a terminal
 * error; 570 to 599 are Restate's own and never reach a caller.
 */

/** The request cannot be understood, for example its input does not parse. */
export const BAD_REQUEST = 400;
/** The request does not carry a valid identity signature. */
export const UNAUTHORIZED = 401;
/** There is no such service, handler or route at this endpoint. */
export const NOT_FOUND = 404;
/** A promise did not settle within the time given to `orTimeout`. */
export const TIMEOUT = 408;
/** The invocation was cancelled. */
export const CANCELLED = 409;
/** The request's content type names a protocol version this SDK does not speak. */
export const UNSUPPORTED_MEDIA_TYPE = 415;
/** Any other failure; the code of an error that was given none. */
export const INTERNAL = 500;
/** The handler did something else on replay than what its journal recorded. */
export const JOURNAL_MISMATCH = 570;
/** The peer sent something the service protocol does not allow. */
export const PROTOCOL_VIOLATION = 571;
/** The handler uses a feature the negotiated protocol version does not have. */
export const UNSUPPORTED_FEATURE = 573;
/** The attempt ended without a result and will be resumed later. */
export const SUSPENDED = 599;
