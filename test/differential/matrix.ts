/** Which programs are run how, on which SDKs, and what has to be equal. */
import type { ProtocolVersion, StateMode } from "../support/scripted-server/invocation-state.js";
import { seededFraction } from "../support/scripted-server/script.js";
import { compareObservations, type Difference } from "./compare.js";
import { knownDifference } from "./known-differences.js";
import { countEntries, observe, type Observation, type Served, type Subject } from "./observe.js";
import { PROGRAMS } from "./programs/all.js";
import {
  closings,
  crashes,
  crashesAfterSent,
  crashEveryTime,
  requestResponse,
  undisturbed,
  type Scenario,
} from "./scenarios.js";
import type { SdkProcess } from "./sdk-process.js";

/** "quick" samples the crash points and hands over in versions 6 and 7 only; "full" takes all. */
export type Extent = "quick" | "full";

export interface Check {
  readonly subject: Subject;
  readonly scenario: Scenario;
  /** What is compared: the same scenario on either SDK, or one SDK against a relay of both. */
  readonly pairing: string;
  readonly left: Served;
  readonly right: Served;
}

export interface Finding {
  readonly check: Check;
  readonly differences: readonly Difference[];
  readonly known: readonly string[];
  readonly left: Observation;
  readonly right: Observation;
}

export const SIDE_BY_SIDE = "side by side";

const VERSIONS: readonly ProtocolVersion[] = [5, 6, 7];

/** Every program in every version and, where it has a key, with every way to get its state. */
export function subjects(filter: { program?: RegExp; case?: RegExp } = {}): Subject[] {
  return PROGRAMS.filter(({ name }) => filter.program?.test(name) ?? true).flatMap((program) =>
    program.cases
      .filter(({ name }) => filter.case?.test(name) ?? true)
      .flatMap((programCase) =>
        (programCase.versions ?? VERSIONS).flatMap((version) =>
          stateModes(programCase.script?.state).map((stateMode) => ({
            program,
            programCase,
            version,
            stateMode,
          })),
        ),
      ),
  );
}

/** The same scenario on both SDKs. */
export async function sideBySide(
  subject: Subject,
  sdks: { readonly left: SdkProcess; readonly right: SdkProcess },
  extent: Extent,
): Promise<Check[]> {
  const left = alone(sdks.left);
  const right = alone(sdks.right);
  const scenarios = await scenariosFor(subject, left, extent);
  return scenarios.map((scenario) => ({ subject, scenario, pairing: SIDE_BY_SIDE, left, right }));
}

/** An invocation that one SDK begins and the other one finishes, against one that stays where it began. */
export async function handovers(
  subject: Subject,
  from: SdkProcess,
  to: SdkProcess,
  extent: Extent,
): Promise<Check[]> {
  if (extent === "quick" && subject.version === 5) return [];
  const left = alone(from);
  const entries = await countEntries(subject, left);
  const processes = from === to ? [from] : [from, to];
  const next = { route: (attempt: number) => (attempt === 1 ? from : to), processes };
  const turns = { route: (attempt: number) => (attempt % 2 === 1 ? from : to), processes };
  const relayed = (scenario: Scenario, right: Served): Check => ({
    subject,
    scenario: { ...scenario, luckyEffects: true },
    pairing: `${from.sdk} begins, ${to.sdk} goes on`,
    left,
    right,
  });
  return [
    ...sample(crashes(entries, 11), extent, subject).map((scenario) => relayed(scenario, next)),
    ...requestResponse([12]).map((scenario) => relayed(scenario, turns)),
    relayed(crashEveryTime(13), turns),
  ];
}

export async function runCheck(check: Check): Promise<Finding> {
  const { subject, scenario } = check;
  const [left, right] = await Promise.all([
    observe(subject, scenario, check.left),
    observe(subject, scenario, check.right),
  ]);
  const differences: Difference[] = [];
  const known = new Set<string>();
  for (const difference of compareObservations(left, right)) {
    const entry = knownDifference(difference, { subject, left, right });
    if (entry === undefined) differences.push(difference);
    else known.add(entry.id);
  }
  return { check, differences, known: [...known], left, right };
}

async function scenariosFor(subject: Subject, served: Served, extent: Extent): Promise<Scenario[]> {
  const entries = await countEntries(subject, served);
  const seeds = extent === "full" ? [1, 2, 3, 4] : [1];
  const faults = [
    ...crashes(entries, 6),
    ...crashesAfterSent(entries, 7),
    ...closings(entries, 8),
    crashEveryTime(9),
  ];
  return [...undisturbed(seeds), ...requestResponse(seeds), ...sample(faults, extent, subject)];
}

/** In quick runs, two of the scenarios, other ones for each subject but always the same. */
function sample(scenarios: Scenario[], extent: Extent, subject: Subject): Scenario[] {
  if (extent === "full") return scenarios;
  const label = `${subject.program.name}/${subject.programCase.name}/${subject.version}`;
  return scenarios
    .map((scenario) => ({ scenario, rank: seededFraction(1, `${label}/${scenario.name}`) }))
    .sort((left, right) => left.rank - right.rank)
    .slice(0, 2)
    .map(({ scenario }) => scenario);
}

function alone(process: SdkProcess): Served {
  return { route: () => process, processes: [process] };
}

function stateModes(state: object | undefined): StateMode[] {
  return state === undefined ? ["eager"] : ["eager", "lazy", "partial"];
}
