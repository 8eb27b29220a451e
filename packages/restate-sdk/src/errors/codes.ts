/**
 * The table of error codes the SDK itself uses: what travels in failures and error frames, and what
 * it means.
 */

interface ErrorCodeEntry {
  readonly code: number;
  /** What happened, for readers of logs and of the UI. */
  readonly meaning: string;
}

/**
 * Every code the SDK gives to an error. Codes below 570 follow HTTP, because the ingress answers
 * its caller with the code of a terminal error; 570 to 599 are Restate's own and never reach a
 * caller.
 */
export const errorCodeTable = {
  BAD_REQUEST: {
    code: 400,
    meaning: "The request cannot be understood, for example its input does not parse.",
  },
  UNAUTHORIZED: { code: 401, meaning: "The request does not carry a valid identity signature." },
  NOT_FOUND: { code: 404, meaning: "There is no such service, handler or route at this endpoint." },
  TIMEOUT: { code: 408, meaning: "A promise did not settle within the time given to `orTimeout`." },
  CANCELLED: { code: 409, meaning: "The invocation was cancelled." },
  UNSUPPORTED_MEDIA_TYPE: {
    code: 415,
    meaning: "The request's content type names a protocol version this SDK does not speak.",
  },
  INTERNAL: { code: 500, meaning: "Any other failure; the code of an error that was given none." },
  JOURNAL_MISMATCH: {
    code: 570,
    meaning: "The handler did something else on replay than what its journal recorded.",
  },
  PROTOCOL_VIOLATION: {
    code: 571,
    meaning: "The peer sent something the service protocol does not allow.",
  },
  UNSUPPORTED_FEATURE: {
    code: 573,
    meaning: "The handler uses a feature the negotiated protocol version does not have.",
  },
  SUSPENDED: {
    code: 599,
    meaning: "The attempt ended without a result and will be resumed later.",
  },
} as const satisfies Record<string, ErrorCodeEntry>;

export type ErrorCodeName = keyof typeof errorCodeTable;

/** The bare numbers of {@link errorCodeTable}, by name. */
export const codes = Object.fromEntries(
  Object.entries(errorCodeTable).map(([name, entry]) => [name, entry.code]),
) as { readonly [Name in ErrorCodeName]: (typeof errorCodeTable)[Name]["code"] };
