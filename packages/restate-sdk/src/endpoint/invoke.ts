/** Starts an attempt: the part of an invoke response that runs while it is being written. */
import { Attempt, type InvocationOptions } from "./attempt.js";
import type { AttemptOutput, AttemptReceiver } from "./types.js";

export type { InvocationOptions };

export function invoke(options: InvocationOptions): (output: AttemptOutput) => AttemptReceiver {
  return (output) => new Attempt(options, output);
}
