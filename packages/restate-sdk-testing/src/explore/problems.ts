/** What is wrong with a run: what checks have found in it, and how it differs from the undisturbed one. */
import { compareRuns, type Aspect, type Difference } from "./compare.js";
import type { Observation } from "./observe.js";

/** What checks have found, then what differs. */
export function findProblems(
  undisturbed: Observation,
  observation: Observation,
  aspects: readonly Aspect[],
): Difference[] {
  const { outcome } = observation;
  const isFinding = observation.findings.some(
    (finding) => outcome.kind === "threw" && outcome.error === finding,
  );
  const compared = isFinding ? aspects.filter((aspect) => aspect !== "result") : aspects;
  return [...findingsOf(observation), ...compareRuns(undisturbed, observation, compared)];
}

export function findingsOf({ findings }: Observation): Difference[] {
  return findings.map(({ message }): Difference => ({ aspect: "check", text: message }));
}

/** For undisturbed runs: others are compared with them. Throws what is wrong already. */
export function assertSound({ outcome, findings: [finding] }: Observation): void {
  if (outcome.kind === "threw") throw outcome.error;
  if (finding !== undefined) throw finding;
}
