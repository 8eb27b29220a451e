/** Looks for the first case that a mutation fails. */
import type { Mutation } from "./mutations.js";
import { FailedCase, runCase } from "./run-case.js";

export interface Caught {
  readonly cases: number;
  readonly failure: FailedCase | undefined;
}

export async function catchMutation(mutation: Mutation, maxCases: number): Promise<Caught> {
  const undo = mutation.apply();
  const firstSeed = mutation.firstSeed ?? 1;
  try {
    for (let cases = 1; cases <= maxCases; cases++) {
      const seed = firstSeed + cases - 1;
      try {
        const { program, needsCodec: isCodecAsync = false } = mutation;
        await runCase({ seed, isCodecAsync, ...(program && { program }) });
      } catch (error) {
        if (error instanceof FailedCase) return { cases, failure: error };
        throw error;
      }
    }
    return { cases: maxCases, failure: undefined };
  } finally {
    undo();
  }
}
