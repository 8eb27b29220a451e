/** Which SDK `@restatedev/restate-sdk` means in end-to-end tests: ours, or the official one as a cross-check. */
import { fileURLToPath } from "node:url";

/** Set by the environment variable RESTATE_SDK. */
export const sdkUnderTest: "ours" | "official" =
  process.env["RESTATE_SDK"] === "official" ? "official" : "ours";

const root = new URL("../../../", import.meta.url);

/** The tsconfig whose `paths` make tsx resolve the package names accordingly. */
export const sdkTsconfig = fileURLToPath(
  new URL(sdkUnderTest === "ours" ? "tsconfig.json" : "test/e2e/tsconfig.official.json", root),
);

/** The same choice as aliases for Vite, most specific name first. */
export const sdkAliases = sdkUnderTest === "ours" ? ourSources() : officialBuild();

interface Alias {
  readonly find: RegExp;
  readonly replacement: string;
}

function ourSources(): Alias[] {
  const packages = fileURLToPath(new URL("packages/", root));
  return [
    { find: /^@restatedev\/([\w-]+)\/([\w-]+)$/, replacement: `${packages}$1/src/$2.ts` },
    { find: /^@restatedev\/(restate-sdk[\w-]*)$/, replacement: `${packages}$1/src/index.ts` },
  ];
}

function officialBuild(): Alias[] {
  const modules = fileURLToPath(new URL("node_modules/", root));
  return [
    { find: /^@restatedev\/restate-sdk\/(\w+)$/, replacement: `${modules}official-sdk/dist/$1.js` },
    { find: /^@restatedev\/restate-sdk$/, replacement: `${modules}official-sdk/dist/index.js` },
    {
      find: /^@restatedev\/restate-sdk-core$/,
      replacement: `${modules}official-sdk-core/dist/index.js`,
    },
    {
      find: /^@restatedev\/restate-sdk-clients$/,
      replacement: `${modules}official-sdk-clients/dist/index.js`,
    },
  ];
}
