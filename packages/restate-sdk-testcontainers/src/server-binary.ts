/** Finds the Restate server that npm installed for this platform. */
import { createRequire } from "node:module";

import { ownRequire } from "./own-require.js";

/** Absolute path of the server, or undefined where npm has none for the platform or left it out. */
export function findServerBinary(): string | undefined {
  const binary = `@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`;
  return resolve(ownRequire, binary) ?? resolve(requireOf("@restatedev/restate-server"), binary);
}

/** What can be done where there is no server binary. */
export const MISSING_BINARY = `npm installed no Restate server for ${process.platform}/${process.arch}: install without \`--omit=optional\`, or use Docker.`;

/** Package managers differ in which packages they let a package see: the server's own package sees its binaries. */
function requireOf(packageName: string): NodeJS.Require | undefined {
  const path = resolve(ownRequire, `${packageName}/package.json`);
  return path === undefined ? undefined : createRequire(path);
}

function resolve(from: NodeJS.Require | undefined, specifier: string): string | undefined {
  try {
    return from?.resolve(specifier);
  } catch {
    return undefined;
  }
}
