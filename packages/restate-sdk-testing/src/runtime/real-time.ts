/** Real time, whatever fake timers of test frameworks do to the process afterwards. */

/** Milliseconds since some moment. */
export const realNow = performance.now.bind(performance);
