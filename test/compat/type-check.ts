/** Type-checks a project with the compiler and the settings that it has itself. */
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The errors, one a line; none if the project compiles. */
export function typeErrors(folder: string): string[] {
  const compiler = join(folder, "node_modules", "typescript", "bin", "tsc");
  if (!existsSync(compiler)) return ["the project brings no TypeScript"];
  writeNextTypes(folder);
  const { stdout, status } = spawnSync(process.execPath, [compiler, "--noEmit", "-p", "."], {
    cwd: folder,
    encoding: "utf8",
  });
  const errors = stdout.split("\n").filter((line) => / error TS\d+: |^error TS/.test(line));
  return status === 0 || errors.length > 0 ? errors : [`tsc ended with ${status ?? "a signal"}`];
}

/** Next.js writes this file when it is first started. */
function writeNextTypes(folder: string): void {
  const file = join(folder, "next-env.d.ts");
  if (!existsSync(join(folder, "node_modules", "next")) || existsSync(file)) return;
  const references = ["next", "next/image-types/global"];
  writeFileSync(file, references.map((it) => `/// <reference types="${it}" />\n`).join(""));
}
