/** The protocol versions this SDK speaks, their content types, and which feature needs which. */

export type ProtocolVersion = 5 | 6 | 7;
export const MIN_PROTOCOL_VERSION = 5 satisfies ProtocolVersion;
export const MAX_PROTOCOL_VERSION = 7 satisfies ProtocolVersion;

/** Features that came after version 5, each with its first version. */
export const FEATURES_SINCE = {
  /** Start carries the seed of the random sequence. */
  randomSeed: 6,
  /** Failures carry metadata. */
  failureMetadata: 6,
  /** Scope and limit key on calls, targets and Start; Start also names the idempotency key. */
  scope: 7,
  /** An Error frame may ask the server to pause or to fail the invocation. */
  errorBehavior: 7,
  /** Await points travel as trees, in Suspension and in AwaitingOn. */
  futureTree: 7,
  /** A run proposal is answered by an ack instead of the whole completion. */
  runProposalAck: 7,
} as const satisfies Record<string, ProtocolVersion>;

export type ProtocolFeature = keyof typeof FEATURES_SINCE;

export function supportsFeature(version: ProtocolVersion, feature: ProtocolFeature): boolean {
  return version >= FEATURES_SINCE[feature];
}

const CONTENT_TYPE_PREFIX = "application/vnd.restate.invocation.v";

export function contentTypeOf(version: ProtocolVersion): string {
  return CONTENT_TYPE_PREFIX + String(version);
}

/**
 * The version a content type asks for; undefined when we don't speak it, or when it isn't Restate's
 * at all ({@link isInvocationContentType} tells which).
 */
export function parseContentType(value: string): ProtocolVersion | undefined {
  const type = mediaType(value);
  return ([5, 6, 7] as const).find((version) => type === contentTypeOf(version));
}

/** True for invocations in any protocol version, also one this SDK does not speak. */
export function isInvocationContentType(value: string): boolean {
  return mediaType(value).startsWith(CONTENT_TYPE_PREFIX);
}

/** Media types compare without case, and a proxy may have added parameters. */
function mediaType(value: string): string {
  return value.replace(/;.*/s, "").trim().toLowerCase();
}
