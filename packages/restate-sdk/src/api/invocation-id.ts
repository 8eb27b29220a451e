/** The id of an invocation, kept apart from other strings by the type checker. */

/**
 * Identifies an invocation, for as long as the server remembers it. Looks like
 * `inv_1gdJBtdVEcM919dOBhoVBm3fUMlaIHnANr`.
 *
 * You get one from `ctx.request().id`, from the `invocationId` of a call or send, or from a string
 * that was stored or sent, through {@link InvocationIdParser}.
 */
export type InvocationId = string & { __brand: "InvocationId" };

// eslint-disable-next-line no-restricted-syntax -- the one function that goes with the type
export const InvocationIdParser = {
  /**
   * Takes a string for an invocation id, unchecked: the server rejects a wrong one when the id is
   * used.
   */
  fromString(id: string): InvocationId {
    return id as InvocationId;
  },
};
