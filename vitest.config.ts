/** One vitest project for the unit tests beside the code and one for each suite under test/. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { defineConfig } from "vitest/config";

import { openPrivateMembers } from "./test/properties/support/open-private-members.js";

/** Workspace packages resolve to their sources, as in tsconfig.json: no build before a test. */
const alias = Object.entries(readPaths()).map(([name, [path = ""]]) => ({
  find: new RegExp(`^${name}$`),
  replacement: fileURLToPath(new URL(path, import.meta.url)),
}));

/** Groups run one after the other: a suite with servers of its own shares the cores with no other. */
const suite = (name: string, include: string[], groupOrder: number) => ({
  resolve: { alias },
  test: {
    name,
    include,
    maxWorkers: "100%",
    sequence: { groupOrder },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});

export default defineConfig({
  test: {
    projects: [
      suite(
        "unit",
        ["packages/*/src/**/*.test.ts", "eslint/*.test.js", "test/support/**/*.test.ts"],
        0,
      ),
      suite("types", ["test/types/**/*.test.ts"], 0),
      suite("examples", ["examples/**/*.test.ts"], 0),
      suite("docs", ["test/docs/**/*.test.ts"], 0),
      suite("deploy", ["test/deploy/**/*.test.ts"], 0),
      suite("size", ["test/size/**/*.test.ts"], 0),
      {
        ...suite("properties", ["test/properties/**/*.test.ts"], 1),
        plugins: [openPrivateMembers()],
      },
      suite("differential", ["test/differential/**/*.test.ts"], 2),
      {
        extends: "./test/e2e/vitest.config.ts",
        test: { name: "e2e", sequence: { groupOrder: 3 } },
      },
      suite("package", ["test/package/**/*.test.ts"], 4),
    ],
  },
});

function readPaths(): Record<string, readonly string[]> {
  const text = readFileSync(new URL("tsconfig.json", import.meta.url), "utf8");
  const config = JSON.parse(text) as { compilerOptions: { paths: Record<string, string[]> } };
  return config.compilerOptions.paths;
}
