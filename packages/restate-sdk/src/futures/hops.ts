/**
 * Moments between microtasks.
 *
 * Of several promises that settle in one burst of user code, a combinator takes the one that needs the fewest
 * microtasks, as native combinators do. So the numbers are part of what a journal means: those here and where
 * {@link afterHops} is used are the official SDK's, so that either finishes what the other began.
 */

/** From the decision of a combinator to its settlement. */
export const COMBINATOR_HOPS = 3;

const settled = Promise.resolve();

/** Acts after so many microtasks; none means now. */
export function afterHops(count: number, action: () => void): void {
  if (count === 0) action();
  else {
    void settled.then(() => {
      afterHops(count - 1, action);
    });
  }
}
