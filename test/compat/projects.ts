/** The TypeScript projects of a checkout of restatedev/examples, and the checkout itself. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

import { run } from "../package/consumer.js";

const ORIGIN = "https://github.com/restatedev/examples";

export interface Manifest {
  readonly type?: string;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}

export interface Project {
  /** Its folder in the checkout, such as "typescript/templates/node". */
  readonly name: string;
  readonly folder: string;
  readonly manifest: Manifest;
  /** Projects for Deno say in deno.json what others say in package.json. */
  readonly runtime: "node" | "deno";
}

/** The given checkout, or a new one in `scratch`. */
export function findCheckout(given: string | undefined, scratch: string): string {
  if (given !== undefined) {
    const checkout = resolve(given);
    if (existsSync(join(checkout, "typescript"))) return checkout;
    throw new Error(`${checkout} is no checkout of ${ORIGIN}: it has no folder "typescript".`);
  }
  console.error(`cloning ${ORIGIN}`);
  run("git", scratch, ["clone", "--quiet", "--depth", "1", ORIGIN, "checkout"]);
  return join(scratch, "checkout");
}

export function findProjects(checkout: string): Project[] {
  const root = join(checkout, "typescript");
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => /(^|\/)(package|deno)\.json$/.test(path) && !path.includes("node_modules"))
    .sort()
    .map((path) => readProject(checkout, join(root, path)))
    .filter(({ manifest }) => Object.keys(dependenciesOf(manifest)).some(isRestate));
}

export function dependenciesOf({
  dependencies,
  devDependencies,
}: Manifest): Record<string, string> {
  return { ...dependencies, ...devDependencies };
}

/** Copies a project to where it can be installed, without what was installed or built before. */
export function copyProject({ folder, manifest, runtime }: Project, target: string): void {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const left = new Set(["node_modules", "dist", ".next", "package-lock.json", "deno.lock"]);
  cpSync(folder, target, { recursive: true, filter: (path) => !left.has(relative(folder, path)) });
  if (runtime === "deno") writeManifest(target, manifest);
}

export function writeManifest(folder: string, manifest: Manifest): void {
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

function readProject(checkout: string, file: string): Project {
  const folder = dirname(file);
  const name = relative(join(checkout, "typescript"), folder);
  const content = JSON.parse(readFileSync(file, "utf8")) as Manifest & DenoConfig;
  if (file.endsWith("package.json")) return { name, folder, manifest: content, runtime: "node" };
  return { name, folder, manifest: manifestOf(content), runtime: "deno" };
}

interface DenoConfig {
  readonly imports?: Record<string, string>;
}

/** `"zod": "npm:zod@^4"` is a dependency on the version behind the last "@". */
function manifestOf({ imports = {} }: DenoConfig): Manifest {
  const versions = Object.entries(imports)
    .filter(([, target]) => target.startsWith("npm:"))
    .map(([name, target]) => [name, target.slice(target.lastIndexOf("@") + 1)]);
  return { type: "module", dependencies: Object.fromEntries(versions) as Record<string, string> };
}

function isRestate(dependency: string): boolean {
  return dependency.startsWith("@restatedev/restate-sdk");
}
