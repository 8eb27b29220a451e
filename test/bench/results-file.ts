/** The JSON file with all results, in the cache folder unless somebody wants it elsewhere. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { CACHE } from "./bundles.js";
import type { Facts, PartData, PartName, Results } from "./results.js";
import { NODE } from "./services.js";

/** Quick results never replace those of a full run. */
export function resultsFile({ quick }: { readonly quick: boolean }): string {
  return path.join(CACHE, quick ? "results-quick.json" : "results.json");
}

/** Throws for a file that is no JSON; nothing measured yet is an empty object. */
export function readResults(file: string): Results {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Results) : {};
}

/** Written after every part, so that a run that is cut short has not been for nothing. */
export function addResult<TName extends PartName>(
  file: string,
  name: TName,
  part: { readonly facts: Facts; readonly data: PartData[TName] },
): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ ...readResults(file), [name]: part }, null, 2));
}

export function factsOf({ quick }: { readonly quick: boolean }): Facts {
  return {
    date: new Date().toISOString(),
    commit: commit(),
    node: execFileSync(NODE, ["--version"], { encoding: "utf8" }).trim(),
    cpu: os.cpus()[0]?.model ?? "unknown",
    cores: os.cpus().length,
    load: os.loadavg()[0] ?? 0,
    quick,
  };
}

function commit(): string {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return "no repository";
  }
}
