/** Installs a project with the official packages, or with ours in their place. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { pack, packageFolders, run } from "../package/consumer.js";
import { dependenciesOf, writeManifest, type Manifest } from "./projects.js";

/** Our packed packages by name. */
export type Tarballs = ReadonlyMap<string, string>;

export function packAll(destination: string): Tarballs {
  return new Map(
    packageFolders.map((folder) => [`@restatedev/${folder}`, pack(folder, destination)]),
  );
}

/** Installs what the manifest asks for. Throws with npm's output. */
export function install(folder: string, manifest: Manifest): void {
  writeManifest(folder, manifest);
  const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  run("npm", folder, ["install", ...flags]);
}

/** The same manifest, with our tarballs for the packages that we publish. */
export function withTarballs(manifest: Manifest, tarballs: Tarballs): Manifest {
  const replaced = (dependencies: Record<string, string> = {}): Record<string, string> =>
    Object.fromEntries(
      Object.entries(dependencies).map(([name, version]) => {
        const tarball = tarballs.get(name);
        return [name, tarball === undefined ? version : `file:${tarball}`];
      }),
    );
  const { dependencies, devDependencies } = manifest;
  return {
    ...manifest,
    // What our packages need of each other is not in a registry yet.
    ...{ overrides: Object.fromEntries([...tarballs].map(overrideOf(manifest))) },
    dependencies: replaced(dependencies),
    devDependencies: replaced(devDependencies),
  };
}

/** npm wants an override of a direct dependency to be spelt as a reference to it. */
function overrideOf(manifest: Manifest): (entry: [string, string]) => [string, string] {
  const direct = dependenciesOf(manifest);
  return ([name, tarball]) => [name, name in direct ? `$${name}` : `file:${tarball}`];
}

/** Copies of the official packages that are still there, by path. */
export function officialLeftovers(folder: string, tarballs: Tarballs): string[] {
  const lock = JSON.parse(
    readFileSync(join(folder, "node_modules", ".package-lock.json"), "utf8"),
  ) as { packages: Record<string, { resolved?: string }> };
  return Object.entries(lock.packages).flatMap(([path, { resolved = "" }]) => {
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    return tarballs.has(name) && !resolved.startsWith("file:") ? [path] : [];
  });
}
