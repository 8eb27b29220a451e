/** The outcome as a Markdown table, and what failed in full below it. */
import type { Outcome, Verdict } from "./try-program.js";

export interface Result {
  readonly project: string;
  /** npm's complaint, if there is one. */
  readonly install: Sides<string | undefined>;
  /** Undefined where nothing was installed. */
  readonly types: Sides<readonly string[] | undefined>;
  readonly programs: readonly Outcome[];
  /** Other commands of the project that were run. */
  readonly tests?: Verdict;
}

export interface Sides<T> {
  readonly ours: T;
  readonly official: T;
}

/** Whether a project works less well with our packages. */
export function isWorse({ install, types, programs, tests }: Result): boolean {
  const typesWorse = types.ours !== undefined && types.ours.length > (types.official?.length ?? 0);
  const verdicts = programs.flatMap(({ serves, invoked }) => [serves, invoked]);
  const installWorse = install.ours !== undefined && install.official === undefined;
  const failed = [...verdicts, ...(tests ? [tests] : [])].some(({ kind }) => kind === "failed");
  return installWorse || typesWorse || failed;
}

export function table(results: readonly Result[]): string {
  const rows = results.flatMap((result) => [
    projectRow(result),
    ...result.programs.map(programRow),
  ]);
  const head = ["project or program", "installs", "types: ours / official", "serves", "invoked"];
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** Everything that is only a word in the table. */
export function details(results: readonly Result[]): string {
  return results.flatMap(faultsOf).join("\n\n");
}

function projectRow({ project, install, types, programs, tests }: Result): string[] {
  return [
    `**${project}**`,
    installCell(install),
    `${typesCell(types.ours)} / ${typesCell(types.official)}${sameFault(types)}`,
    tally(programs.map(({ serves }) => serves)),
    tally(programs.map(({ invoked }) => invoked)) + (tests ? `; its tests: ${mark(tests)}` : ""),
  ];
}

function programRow({ file, serves, invoked }: Outcome): string[] {
  return [`↳ ${file.replaceAll("|", "\\|")}`, "", "", cell(serves), cell(invoked)];
}

function cell(verdict: Verdict): string {
  const note = verdict.kind === "failed" ? "see below" : verdict.note;
  return note === "" ? mark(verdict) : `${mark(verdict)}: ${note.replaceAll("|", "\\|")}`;
}

function mark({ kind }: Verdict): string {
  return { passed: "yes", failed: "**no**", "not tried": "–" }[kind];
}

function tally(verdicts: readonly Verdict[]): string {
  const tried = verdicts.filter(({ kind }) => kind !== "not tried");
  if (tried.length === 0) return "–";
  return `${tried.filter(({ kind }) => kind === "passed").length} of ${tried.length}`;
}

function installCell({ ours, official }: Sides<string | undefined>): string {
  if (ours === undefined) return official === undefined ? "yes" : "only ours";
  return official === undefined ? "**no**" : "fails with both";
}

function typesCell(errors: readonly string[] | undefined): string {
  if (errors === undefined) return "–";
  return errors.length === 0 ? "ok" : `${errors.length} errors`;
}

function sameFault({ ours, official }: Result["types"]): string {
  if (!ours?.length || !official?.length) return "";
  return " (fails with both)";
}

function faultsOf({ project, install, types, programs, tests }: Result): string[] {
  const faults: string[] = [];
  const add = (what: string, text: string): void => {
    faults.push(`### ${project}: ${what}\n\n\`\`\`\n${text.trim()}\n\`\`\``);
  };
  if (install.ours !== undefined) add("install, ours", install.ours);
  if (install.official !== undefined) add("install, official", install.official);
  if (types.ours?.length) add("types, ours", types.ours.join("\n"));
  if (types.official?.length) add("types, official", types.official.join("\n"));
  for (const { file, serves, invoked } of programs) {
    if (serves.kind === "failed") add(`${file}, serving`, serves.note);
    if (invoked.kind === "failed") add(`${file}, invoking`, invoked.note);
  }
  if (tests?.kind === "failed") add("tests", tests.note);
  return faults;
}
