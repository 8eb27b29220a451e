/** Signals with a number: 1 to 16 are built in, awakeables count from there. */

/** Cancels the invocation that gets it. */
export const CANCEL_SIGNAL = 1;

export const FIRST_AWAKEABLE_SIGNAL = 17;
