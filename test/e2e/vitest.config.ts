/** End-to-end tests against a real Restate server. RESTATE_SDK=official (Node 22) runs them on the official SDK. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { sdkAliases } from "../support/real-server/sdk-under-test.js";

export default defineConfig({
  resolve: { alias: sdkAliases },
  test: {
    name: "e2e",
    root: fileURLToPath(new URL(".", import.meta.url)),
    include: ["**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    // Tests of one file share a server and mostly wait for it.
    maxConcurrency: 16,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
