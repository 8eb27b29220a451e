/**
 * Tries the TypeScript projects of restatedev/examples with our packages in place of the official ones:
 *
 *   npm run compat:examples                          clones them
 *   npm run compat:examples -- <checkout>            takes them from there, as it does from $RESTATE_EXAMPLES
 *   npm run compat:examples -- <checkout> --only templates/node
 *
 * Prints a table in Markdown. The exit code says whether something is worse than with the official packages.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { servesSomething } from "./host.js";
import { install, officialLeftovers, packAll, withTarballs, type Tarballs } from "./install.js";
import { known, type Program } from "./known.js";
import { copyProject, findCheckout, findProjects, type Project } from "./projects.js";
import { details, isWorse, table, type Result } from "./report.js";
import { runTests } from "./run-tests.js";
import { tryProgram, type Outcome } from "./try-program.js";
import { typeErrors } from "./type-check.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string", multiple: true, default: [""] },
    keep: { type: "boolean", default: false },
  },
});
const scratch = mkdtempSync(join(tmpdir(), "restate-examples-"));
try {
  const checkout = findCheckout(positionals[0] ?? process.env["RESTATE_EXAMPLES"], scratch);
  const tarballs = packAll(scratch);
  const results: Result[] = [];
  for (const project of findProjects(checkout)) {
    if (values.only.some((part) => project.name.includes(part)))
      results.push(await tryProject(project, tarballs));
  }
  console.log(`${table(results)}\n\n${details(results)}`);
  process.exitCode = results.some(isWorse) ? 1 : 0;
} finally {
  if (values.keep) console.error(`kept: ${scratch}`);
  else rmSync(scratch, { recursive: true, force: true });
}

async function tryProject(project: Project, tarballs: Tarballs): Promise<Result> {
  console.error(project.name);
  const folder = join(scratch, project.name.replaceAll("/", "-"));
  copyProject(project, folder);
  const official = installAndCheck(() => install(folder, project.manifest), folder, project);
  const ours = installAndCheck(() => installOurs(folder, project, tarballs), folder, project);
  const programs: Outcome[] = [];
  if (ours.fault === undefined) {
    for (const program of programsOf(project)) programs.push(await tryProgram(folder, program));
  }
  const tests = ours.fault === undefined ? runTests(folder) : undefined;
  rmSync(join(folder, "node_modules"), { recursive: true, force: !values.keep });
  return {
    project: project.name,
    install: { ours: ours.fault, official: official.fault },
    types: { ours: ours.errors, official: official.errors },
    programs,
    ...(tests && { tests }),
  };
}

function installOurs(folder: string, project: Project, tarballs: Tarballs): void {
  install(folder, withTarballs(project.manifest, tarballs));
  const leftovers = officialLeftovers(folder, tarballs);
  if (leftovers.length > 0) throw new Error(`official packages remain: ${leftovers.join(", ")}`);
}

interface Installed {
  readonly fault: string | undefined;
  readonly errors: readonly string[] | undefined;
}

/** Deno projects have no compiler of their own. */
function installAndCheck(act: () => void, folder: string, { runtime }: Project): Installed {
  try {
    act();
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error), errors: undefined };
  }
  return { fault: undefined, errors: runtime === "deno" ? undefined : typeErrors(folder) };
}

function programsOf({ name, folder }: Project): Program[] {
  const programs = [...(known[name] ?? [])];
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  for (const file of files
    .filter((it) => /\.ts$/.test(it) && !it.includes("node_modules"))
    .sort()) {
    if (programs.some((program) => program.file === file)) continue;
    if (!servesSomething(readFileSync(join(folder, file), "utf8"))) continue;
    programs.push({ file, host: "node", services: [] });
  }
  return programs;
}
