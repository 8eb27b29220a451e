/** Stands in for a bad network: requests arrive, but every second answer gets lost on its way back. */

type Fetch = typeof globalThis.fetch;

export function loseEverySecondAnswer(fetch: Fetch): Fetch {
  let answers = 0;
  return async (input, init) => {
    const response = await fetch(input, init);
    if (++answers % 2 === 0) return response;
    throw new TypeError("fetch failed: the connection broke before there was an answer");
  };
}
