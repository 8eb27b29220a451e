/** What an entry weighs when a program that uses it is bundled and minified, and which part weighs how much. */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

import type { Entry } from "./entries.js";

const repository = fileURLToPath(new URL("../../", import.meta.url));

export interface Weight {
  readonly bytes: number;
  readonly gzipBytes: number;
  /** Bytes by package and folder, such as "restate-sdk/machine"; together they are `bytes`. */
  readonly parts: Readonly<Record<string, number>>;
}

/** Our packages are bundled from their sources, which saves the build; it adds three bytes in a thousand. */
export async function weigh(entry: Entry, alias: Record<string, string> = {}): Promise<Weight> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: entry.code, resolveDir: repository },
    absWorkingDir: repository,
    tsconfig: "tsconfig.json",
    platform: entry.platform,
    alias,
    // What users bring along themselves.
    external: ["zod", "@opentelemetry/*"],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
    metafile: true,
    logLevel: "error",
  });
  const [output] = Object.values(metafile.outputs);
  const contents = outputFiles[0]?.contents ?? new Uint8Array();
  const parts: Record<string, number> = {};
  for (const [path, { bytesInOutput }] of Object.entries(output?.inputs ?? {})) {
    const part = partOf(path);
    parts[part] = (parts[part] ?? 0) + bytesInOutput;
  }
  const attributed = Object.values(parts).reduce((sum, bytes) => sum + bytes, 0);
  parts["bundle"] = contents.length - attributed;
  return { bytes: contents.length, gzipBytes: gzipSync(contents).length, parts };
}

function partOf(path: string): string {
  const [, packageName, folder] = /^packages\/([^/]+)\/src\/(?:([^/]+)\/)?/.exec(path) ?? [];
  if (packageName === undefined) return "other";
  return folder === undefined ? packageName : `${packageName}/${folder}`;
}
