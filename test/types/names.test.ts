/**
 * Every name the official packages export is exported by ours: values as seen at run time, types as
 * compiled.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

import { compile, exportsOf } from "./support/compiler.js";
import { officialEntries } from "./support/official.js";

/** Read through the loader, not the compiler: some names exist for one of them only. */
const importers = {
  core: {
    official: () => import("official-sdk-core"),
    ours: () => import("@restatedev/restate-sdk-core"),
  },
  root: {
    official: () => import("official-sdk"),
    ours: () => import("@restatedev/restate-sdk"),
  },
  node: {
    official: () => import("official-sdk/node"),
    ours: () => import("@restatedev/restate-sdk/node"),
  },
  lambda: {
    official: () => import("official-sdk/lambda"),
    ours: () => import("@restatedev/restate-sdk/lambda"),
  },
  fetch: {
    official: () => import("official-sdk/fetch"),
    ours: () => import("@restatedev/restate-sdk/fetch"),
  },
  // The official root entry needs WebAssembly modules to be importable, as bundlers for Workers make them.
  workers: {
    official: () => import("official-sdk"),
    ours: () => import("@restatedev/restate-sdk-cloudflare-workers"),
  },
  workersFetch: {
    official: () => import("official-sdk/fetch"),
    ours: () => import("@restatedev/restate-sdk-cloudflare-workers/fetch"),
  },
  clients: {
    official: () => import("official-sdk-clients"),
    ours: () => import("@restatedev/restate-sdk-clients"),
  },
  zod: {
    official: () => import("official-sdk-zod"),
    ours: () => import("@restatedev/restate-sdk-zod"),
  },
  opentelemetry: {
    // The official package loads the SDK it finds, which would be our build.
    official: () => Promise.resolve({ openTelemetryHook: undefined }),
    ours: () => import("@restatedev/restate-sdk-opentelemetry"),
  },
  testcontainers: {
    official: () => import("official-sdk-testcontainers"),
    ours: () => import("@restatedev/restate-sdk-testcontainers"),
  },
} as const;

describe.each(Object.keys(importers) as (keyof typeof importers)[])("%s", (entry) => {
  it("has every value of the official package at run time", async () => {
    const official = Object.keys(await importers[entry].official());
    const ours = Object.keys(await importers[entry].ours());
    expect(official.filter((it) => !ours.includes(it))).toEqual([]);
  });

  it("has every name of the official package for the compiler", () => {
    const imports = [`import "official:${entry}";`, `import "ours:${entry}";`].join("\n");
    const program = compile({ files: { "imports.ts": imports }, sdk: "both, to compare" });
    const official = [...exportsOf(program, `official:${entry}`).keys()];
    const ours = exportsOf(program, `ours:${entry}`);
    expect(official.filter((it) => !ours.has(it))).toEqual([]);
  });
});

it("is enough to compare the types of the SDK, since those of the package for Workers are the same", () => {
  const textOf = (entry: keyof typeof officialEntries): string =>
    readFileSync(officialEntries[entry], "utf8");
  expect(textOf("workers")).toBe(textOf("root"));
  expect(textOf("workersFetch")).toBe(textOf("fetch"));
});
