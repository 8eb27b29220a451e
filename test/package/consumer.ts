/** An empty project that has the packed packages installed, as a user's project has them. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const fixtures = fileURLToPath(new URL("fixtures", import.meta.url));

/** Bottom up: npm must not fetch the core from the registry when it installs the SDK. */
export const packageFolders = [
  "restate-sdk-core",
  "restate-sdk",
  "restate-sdk-cloudflare-workers",
  "restate-sdk-clients",
  "restate-sdk-zod",
  "restate-sdk-opentelemetry",
  "restate-sdk-testcontainers",
  "restate-sdk-testing",
] as const;

/** What users of some of the packages have installed besides. */
const peers = ["@types/node@20", "zod@4", "@opentelemetry/api@1", "@opentelemetry/core@2"];

/** Compilers the declarations must satisfy, by the alias they are installed under. */
export const compilers = {
  "TypeScript 5.4": { alias: "typescript-5-4", version: "5.4.5" },
  "TypeScript 6.0": { alias: "typescript-6-0", version: "6.0.3" },
  "TypeScript 7.0": { alias: "typescript-7-0", version: "7.0.2" },
} as const;

export interface Consumer {
  readonly directory: string;
  /** Packed tarballs, in the order of `packageFolders`. */
  readonly tarballs: readonly string[];
  remove(): void;
}

/** Packs what `npm run build` left in dist/ and installs it into a new temporary project. */
export function createConsumer(): Consumer {
  const directory = mkdtempSync(join(tmpdir(), "restate-consumer-"));
  const tarballs = packageFolders.map((folder) => pack(folder, directory));
  cpSync(fixtures, directory, { recursive: true });
  writeFileSync(join(directory, "package.json"), JSON.stringify({ private: true }));
  run("npm", directory, [
    "install",
    "--no-audit",
    "--no-fund",
    "--no-package-lock",
    ...tarballs,
    ...peers,
    ...Object.values(compilers).map(({ alias, version }) => `${alias}@npm:typescript@${version}`),
  ]);
  return {
    directory,
    tarballs,
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Runs a program to its end and returns what it printed; throws with its output if it fails. */
export function run(program: string, cwd: string, args: readonly string[]): string {
  try {
    return execFileSync(program, args, { cwd, encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(" ")} failed:\n${stdout ?? ""}${stderr ?? ""}`, {
      cause: error,
    });
  }
}

/** Packs what the build left in dist/ and returns the path of the tarball. */
export function pack(folder: string, destination: string): string {
  const packageDirectory = join(repository, "packages", folder);
  if (!existsSync(join(packageDirectory, "dist"))) {
    throw new Error(`packages/${folder}/dist is missing: run "npm run build" first.`);
  }
  const listing = run("npm", packageDirectory, [
    "pack",
    "--json",
    "--ignore-scripts",
    "--pack-destination",
    destination,
  ]);
  const [packed] = JSON.parse(listing) as { filename: string }[];
  if (packed === undefined) throw new Error(`npm pack printed no file name: ${listing}`);
  return join(destination, packed.filename);
}
