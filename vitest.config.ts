/** One vitest project for the unit tests beside the code and one for each suite under test/. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { defineConfig } from "vitest/config";

/** Workspace packages resolve to their sources, as in tsconfig.json: no build before a test. */
const alias = Object.entries(readPaths()).map(([name, [path = ""]]) => ({
  find: new RegExp(`^${name}$`),
  replacement: fileURLToPath(new URL(path, import.meta.url)),
}));

/** Suites that start processes or servers; one file at a time, since they share two cores and ports. */
const suite = (name: string) => ({
  resolve: { alias },
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          include: ["packages/*/src/**/*.test.ts", "eslint/*.test.js", "test/support/**/*.test.ts"],
        },
      },
      suite("types"),
      suite("properties"),
      suite("differential"),
      "test/e2e/vitest.config.ts",
      suite("package"),
    ],
  },
});

function readPaths(): Record<string, readonly string[]> {
  const text = readFileSync(new URL("tsconfig.json", import.meta.url), "utf8");
  const config = JSON.parse(text) as { compilerOptions: { paths: Record<string, string[]> } };
  return config.compilerOptions.paths;
}
