/** Finds the Restate server binary that npm installed for this platform. */
import { createRequire } from "node:module";

const here = createRequire(import.meta.url);

/** Absolute path of the server binary. Throws with advice when npm left the platform package out. */
export function serverBinaryPath(): string {
  const platformPackage = `@restatedev/restate-server-${process.platform}-${process.arch}`;
  const binary = `${platformPackage}/bin/restate-server`;
  for (const requireFrom of [here, requireOfServerPackage()]) {
    try {
      if (requireFrom !== undefined) return requireFrom.resolve(binary);
    } catch {
      // Not visible from here: npm may have nested it below the wrapper package.
    }
  }
  throw new Error(
    `The Restate server for ${process.platform}/${process.arch} is not installed: ${platformPackage} is missing. ` +
      "Run `npm install` without --omit=optional, or set RESTATE_INGRESS_URL and RESTATE_ADMIN_URL " +
      "where a server is already running.",
  );
}

function requireOfServerPackage(): NodeJS.Require | undefined {
  try {
    return createRequire(here.resolve("@restatedev/restate-server/package.json"));
  } catch {
    return undefined;
  }
}
