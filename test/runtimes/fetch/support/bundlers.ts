/** The worker as one minified module, by each of the bundlers that Workers are built with. */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build as esbuild } from "esbuild";
import { folder, installed, packageFolder } from "./hosted.js";

const worker = join(folder, "hosts/worker.ts");
/** Without the repository's paths, which lead to the sources: what is bundled is what is published. */
const tsconfig = join(folder, "tsconfig.built.json");
const conditions = ["workerd", "worker", "browser"];

/** Fails for an import that it cannot resolve, such as one of `node:`. */
export async function bundleWithEsbuild(): Promise<string> {
  const { outputFiles } = await esbuild({
    entryPoints: [worker],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    conditions,
    tsconfig,
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

export async function bundleWithVite(): Promise<string> {
  const vite = await load<Vite>("vite");
  const output = await vite.build({
    configFile: false,
    root: folder,
    logLevel: "error",
    resolve: { conditions },
    ssr: { target: "webworker", noExternal: true },
    build: { ssr: worker, minify: true, write: false },
  });
  return output.output[0]?.code ?? "";
}

/** As `wrangler deploy` does it, up to the upload. */
export async function bundleWithWrangler(flags: readonly string[]): Promise<string> {
  return inScratch(async (outdir) => {
    const wrangler = join(packageFolder("wrangler"), "bin/wrangler.js");
    const args = [wrangler, "deploy", worker, "--dry-run", "--minify", "--name", "proof"];
    args.push("--outdir", outdir, "--tsconfig", tsconfig, "--compatibility-date", "2026-05-01");
    for (const flag of flags) args.push("--compatibility-flags", flag);
    await promisify(execFile)(process.execPath, args, {
      cwd: outdir,
      env: {
        ...process.env,
        CI: "true",
        WRANGLER_SEND_METRICS: "false",
        WRANGLER_LOG_PATH: join(outdir, "logs"),
      },
    });
    return await readFile(join(outdir, "worker.js"), "utf8");
  });
}

/** Cloudflare's plugin for Vite. */
export async function bundleWithVitePlugin(): Promise<string> {
  return inScratch(async (scratch) => {
    const vite = await load<Vite>("vite");
    const { cloudflare } = await load<CloudflarePlugin>(
      "@cloudflare/vite-plugin",
      "dist/index.mjs",
    );
    const configPath = join(scratch, "wrangler.json");
    await writeFile(
      configPath,
      JSON.stringify({ name: "proof", main: worker, compatibility_date: "2026-05-01" }),
    );
    const outDir = join(scratch, "dist");
    const builder = await vite.createBuilder({
      configFile: false,
      // It leaves a note for wrangler there.
      root: scratch,
      logLevel: "error",
      plugins: [cloudflare({ configPath, persistState: false, inspectorPort: false })],
      build: { outDir, emptyOutDir: true, minify: true },
    });
    await builder.buildApp();
    const files = await readdir(outDir, { recursive: true });
    const scripts = files.filter((file) => /\.m?js$/.test(file));
    if (scripts.length !== 1) throw new Error(`expected one script, not ${files.join(", ")}`);
    return await readFile(join(outDir, scripts[0] ?? ""), "utf8");
  });
}

/** The modules that a script imports. */
export async function importsOf(script: string): Promise<string[]> {
  const { metafile } = await esbuild({
    stdin: { contents: script },
    bundle: true,
    packages: "external",
    platform: "neutral",
    metafile: true,
    write: false,
  });
  return Object.values(metafile.inputs).flatMap(({ imports }) => imports.map(({ path }) => path));
}

interface Vite {
  build(config: object): Promise<{ output: { code?: string }[] }>;
  createBuilder(config: object): Promise<{ buildApp(): Promise<void> }>;
}

interface CloudflarePlugin {
  cloudflare(options: object): unknown;
}

/** Imports a package that is installed here; `entry` says which file it is if require cannot find it. */
export async function load<T>(name: string, entry?: string): Promise<T> {
  const path =
    entry === undefined ? installed.resolve(name) : join(folder, "node_modules", name, entry);
  return (await import(pathToFileURL(path).href)) as T;
}

async function inScratch<T>(action: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), "restate-bundle-"));
  try {
    return await action(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
