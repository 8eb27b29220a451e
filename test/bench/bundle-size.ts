/** Measures how many bytes the typical use of an entry point takes, bundled and minified, with either SDK. */
import { entries, type EntryName } from "../size/entries.js";
import { weigh } from "../size/measure.js";
import type { BundleResult } from "./results.js";

const MEASURED: readonly EntryName[] = [
  "@restatedev/restate-sdk",
  "@restatedev/restate-sdk/fetch",
  "@restatedev/restate-sdk/lambda",
  "@restatedev/restate-sdk-clients",
];
const OFFICIAL = {
  "@restatedev/restate-sdk": "official-sdk",
  "@restatedev/restate-sdk-core": "official-sdk-core",
  "@restatedev/restate-sdk-clients": "official-sdk-clients",
};

export async function measureBundles(): Promise<BundleResult[]> {
  return Promise.all(
    MEASURED.map(async (name) => ({
      entry: `\`${name.replace("@restatedev/", "")}\``,
      ours: sizeOf(await weigh(entries[name])),
      official: sizeOf(await weigh(entries[name], OFFICIAL)),
    })),
  );
}

function sizeOf({ bytes, gzipBytes }: BundleResult["ours"]): BundleResult["ours"] {
  return { bytes, gzipBytes };
}
