/** What an exploration fails with: where, how, and how to see it again. */
import type { Difference } from "./compare.js";
import { counterpart, findDivergence } from "./compare.js";
import type { Observation } from "./observe.js";

export interface ExplorationFailure {
  /** What was done to the run, in words. */
  readonly title: string;
  /** What to pass to the exploration to see only this run again, as code. */
  readonly reproduce: string;
  readonly differences: readonly Difference[];
  /** Both journals of every invocation that matters, as text. */
  readonly timelines: string;
}

/** A run that differs from the undisturbed one. */
export class ExplorationError extends Error {
  override name = "ExplorationError";

  constructor(
    readonly failure: ExplorationFailure,
    /** All that were found, if the exploration was to go on. */
    readonly failures: readonly ExplorationFailure[] = [failure],
  ) {
    super(failures.map(render).join("\n\n"));
  }
}

function render({ title, reproduce, differences, timelines }: ExplorationFailure): string {
  const lines = differences.map(({ text }) => `- ${text}`);
  return `${title}\n${lines.join("\n")}\nTo see this run alone: ${reproduce}\n\n${timelines}`;
}

/** The first entry that differs, and both timelines of the invocations concerned. */
export function renderTimelines(
  expected: Observation,
  actual: Observation,
  concerned: string | undefined,
): string {
  const divergence = findDivergence(expected, actual);
  const names = new Set([concerned, divergence?.invocation].filter((name) => name !== undefined));
  const sections = expected.invocations
    .filter(({ target }) => names.size === 0 || names.has(target))
    .slice(0, SHOWN_INVOCATIONS)
    .map((wanted) => {
      const other = counterpart(wanted, actual);
      return `undisturbed: ${wanted.test.timeline()}\nthis run: ${other?.test.timeline() ?? "none"}`;
    });
  if (divergence === undefined) return sections.join("\n\n");
  const { invocation, expected: before, actual: after } = divergence;
  return [
    `The first entry that differs is in ${invocation}:\n  undisturbed: ${before}\n  this run:    ${after}`,
    ...sections,
  ].join("\n\n");
}

const SHOWN_INVOCATIONS = 3;
