/** How every package is built: ESM and CommonJS, declarations for both, dependencies left outside. */
import type { Options } from "tsup";

/**
 * The build of a package whose public entry points are `entries`, relative to the package.
 *
 * Splitting puts what two entry points share into one chunk per format: `instanceof TerminalError`
 * must hold whichever entry point the class was imported from.
 */
export function libraryBuild(entries: readonly string[]): Options {
  return {
    entry: [...entries],
    format: ["esm", "cjs"],
    target: "node20",
    tsconfig: "tsconfig.build.json",
    dts: true,
    sourcemap: true,
    splitting: true,
    clean: true,
    silent: true,
    removeNodeProtocol: false,
  };
}
