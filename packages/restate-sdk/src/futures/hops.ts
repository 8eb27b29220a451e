/**
 * Moments between microtasks.
 *
 * Of several promises that settle in one burst of user code, a combinator takes the one that needs the fewest
 * microtasks, as native combinators do. So the numbers are part of what a journal means. They are the official SDK's,
 * so that either finishes what the other began:
 *
 * - from `then` to the moment at which ready results are taken: 1
 * - from there to the settlement of the promise: 0 for timers, ids, keys and whatever comes without a value; for values
 *   and failures 1, or 2 where an operation may have nothing to give (`hops` of its decoder)
 * - from a settlement to the decision of a combinator, or to the mapper: 1
 * - from that decision to the combinator's settlement: 3; from a mapper to the mapped promise's: 2
 * - from a settlement to the native promise behind `then`: 1
 */

/** From the decision of a combinator to its settlement, past a native `finally`. */
export const COMBINATOR_HOPS = 3;

const settled = Promise.resolve();

/** Acts after so many microtasks; none means now. */
export function afterHops(count: number, action: () => void): void {
  if (count === 0) action();
  else void settled.then(count === 1 ? action : () => afterHops(count - 1, action));
}
