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
    MEASURED.map(async (name) => {
      // For Node throughout: the official SDK imports Node's modules from every entry point.
      const entry = { ...entries[name], platform: "node" } as const;
      return {
        entry: `\`${name.replace("@restatedev/", "")}\``,
        ours: sizeOf(await weigh(entry)),
        official: sizeOf(await weigh(entry, OFFICIAL)),
      };
    }),
  );
}

function sizeOf({ bytes, gzipBytes }: BundleResult["ours"]): BundleResult["ours"] {
  return { bytes, gzipBytes };
}
