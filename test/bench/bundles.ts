/** Bundles programs with the SDK that is to be measured: the one place that says which files stand for which. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build, type BuildOptions } from "esbuild";

export type Variant = "floor" | "ours" | "official";

export const VARIANTS: readonly Variant[] = ["floor", "ours", "official"];
export const CACHE = fileURLToPath(new URL("../../node_modules/.cache/bench/", import.meta.url));

const HERE = fileURLToPath(new URL(".", import.meta.url));

/** Ours is bundled from its sources, so that no build is needed. */
const SDKS: Record<Variant, Record<string, string>> = {
  floor: {},
  ours: {
    "bench-sdk": source("restate-sdk/src/index.ts"),
    "bench-sdk/fetch": source("restate-sdk/src/fetch.ts"),
    "bench-sdk/lambda": source("restate-sdk/src/lambda.ts"),
  },
  official: {
    "bench-sdk": "official-sdk",
  },
};

export interface Program {
  /** A file of this folder. */
  readonly entry: string;
  readonly variant: Variant;
  /** What the program imports under names of its own, beside the SDK. */
  readonly alias?: Readonly<Record<string, string>>;
  /** Minified and with the official SDK inside, as for a deployment; otherwise that one is used as published. */
  readonly deployable?: boolean;
}

let folder: string | undefined;
let bundles = 0;

/** Bundles into a file of this process, so that two benchmarks at a time do not meet; returns its path. */
export async function bundleToFile(program: Program): Promise<string> {
  folder ??= ownFolder();
  const outfile = path.join(folder, `${program.variant}-${bundles++}.mjs`);
  await build({ ...optionsFor(program), outfile });
  return outfile;
}

function ownFolder(): string {
  mkdirSync(CACHE, { recursive: true });
  const own = mkdtempSync(path.join(CACHE, "bundles-"));
  process.on("exit", () => rmSync(own, { recursive: true, force: true }));
  return own;
}

function optionsFor({ entry, variant, alias = {}, deployable = false }: Program): BuildOptions {
  const files = Object.entries(alias).map(([name, file]) => [name, path.join(HERE, file)]);
  return {
    entryPoints: [path.join(HERE, entry)],
    alias: { ...SDKS[variant], ...(Object.fromEntries(files) as Record<string, string>) },
    external: deployable ? [] : ["official-sdk"],
    minify: deployable,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "error",
  };
}

function source(file: string): string {
  return fileURLToPath(new URL(`../../packages/${file}`, import.meta.url));
}
