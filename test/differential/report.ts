/** Findings as text: what differs, and the command that shows it again. */
import { formatDifference } from "./compare.js";
import { SIDE_BY_SIDE, type Check, type Finding } from "./matrix.js";

const SHOWN = 8;

export function describeCheck({ subject, scenario, pairing }: Check): string {
  const { program, programCase, version, stateMode } = subject;
  return `${program.name} / ${programCase.name} / V${version} / ${stateMode} / ${scenario.name} (${pairing})`;
}

export function describeFinding(finding: Finding): string {
  const { differences, check } = finding;
  const lines = differences.slice(0, SHOWN).map((item) => `    ${formatDifference(item)}`);
  if (differences.length > SHOWN) lines.push(`    ... and ${differences.length - SHOWN} more`);
  return [describeCheck(check), ...lines, `    again: ${reproduction(check)}`].join("\n");
}

function reproduction({ subject, scenario, pairing }: Check): string {
  const options = {
    program: `^${subject.program.name}$`,
    case: `^${escapeRegExp(subject.programCase.name)}$`,
    version: subject.version,
    state: subject.stateMode,
    scenario: `^${escapeRegExp(scenario.name)}$`,
  };
  const flags = Object.entries(options).map(([name, value]) => `--${name} '${value}'`);
  if (pairing !== SIDE_BY_SIDE) flags.unshift("--handover");
  return `npx tsx test/differential/run.ts --full --show ${flags.join(" ")}`;
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
