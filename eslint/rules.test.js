/** The local lint rules report what they are for, and nothing else. */
import { Linter } from "eslint";
import ts from "typescript";
import tseslint from "typescript-eslint";
import { describe, expect, test } from "vitest";

import kebabCaseFilename from "./kebab-case-filename.js";
import layers, { grants } from "./layers.js";
import noImportCycle from "./no-import-cycle.js";

const linter = new Linter({ cwd: "/repository" });

/** The messages of `rule` for the file at `path` in a project of `files`. */
function lint(rule, files, path) {
  const program = {
    getSourceFile(name) {
      const text = files[name.slice("/repository/".length)];
      return text === undefined
        ? undefined
        : ts.createSourceFile(name, text, ts.ScriptTarget.ES2022);
    },
  };
  const parser = {
    parseForESLint: (code, options) => {
      const parsed = tseslint.parser.parseForESLint(code, options);
      return { ...parsed, services: { ...parsed.services, program } };
    },
  };
  const config = {
    files: ["**/*.ts"],
    plugins: { local: { rules: { rule } } },
    languageOptions: { parser },
    rules: { "local/rule": ["error", ...(rule === layers ? [{ root: "src" }] : [])] },
  };
  return linter.verify(files[path], [config], `/repository/${path}`).map(({ message }) => message);
}

describe("kebab-case-filename", () => {
  test.each(["frame-decoder.ts", "frame-decoder.test.ts", "v7.ts"])("accepts %s", (path) => {
    expect(lint(kebabCaseFilename, { [path]: "" }, path)).toEqual([]);
  });

  test.each(["frameDecoder.ts", "frame_decoder.ts", "Frame.ts"])("reports %s", (path) => {
    expect(lint(kebabCaseFilename, { [path]: "" }, path)).toHaveLength(1);
  });
});

describe("layers", () => {
  const lintLine = (path, line) => lint(layers, { [path]: line }, path);

  test.each([
    ["src/machine/machine.ts", 'import { encode } from "../protocol/encode.js";'],
    ["src/machine/machine.ts", 'import { phase } from "./phase.js";'],
    ["src/endpoint/discovery/manifest.ts", 'import { version } from "../../protocol/version.js";'],
    ["src/context/run.ts", 'import { serde } from "@restatedev/restate-sdk-core";'],
    ["src/adapters/node-http.ts", 'import * as http from "node:http";'],
    ["src/node.ts", 'export * from "./public.js";'],
    ["src/index.ts", 'export * from "./node.js";'],
  ])("%s may contain %s", (path, line) => {
    expect(lintLine(path, line)).toEqual([]);
  });

  test.each([
    ["src/protocol/encode.ts", 'import { machine } from "../machine/machine.js";'],
    ["src/machine/machine.ts", 'import type { Context } from "../api/context.js";'],
    ["src/machine/machine.ts", 'import { serde } from "@restatedev/restate-sdk-core";'],
    ["src/endpoint/handle.ts", 'import { encode } from "../protocol/encode.js";'],
    ["src/endpoint/handle.ts", 'import * as http from "node:http";'],
    ["src/endpoint/handle.ts", 'export * from "../adapters/node-http.js";'],
    ["src/adapters/fetch.ts", 'import { invoke } from "../endpoint/invoke.js";'],
    ["src/util/bytes.ts", 'const late = import("../errors/codes.js");'],
    ["src/node.ts", 'import { machine } from "./machine/machine.js";'],
  ])("%s must not contain %s", (path, line) => {
    expect(lintLine(path, line)).toHaveLength(1);
  });

  test("a folder without a row is reported", () => {
    expect(lintLine("src/helpers/misc.ts", "")).toHaveLength(1);
  });

  test("the table has no two layers that import each other", () => {
    for (const [layer, targets] of Object.entries(grants)) {
      for (const target of targets) expect(grants[target] ?? []).not.toContain(layer);
    }
  });
});

describe("no-import-cycle", () => {
  test("reports a chain of files that ends where it began, type imports included", () => {
    const files = {
      "src/a.ts": 'import { b } from "./b.js";',
      "src/b.ts": 'export { c } from "./deep/c.js";',
      "src/deep/c.ts": 'import type { A } from "../a.js";',
    };
    expect(lint(noImportCycle, files, "src/a.ts")).toEqual([
      "Import cycle: src/a.ts → src/b.ts → src/deep/c.ts → src/a.ts",
    ]);
  });

  test("accepts two ways to the same file", () => {
    const files = {
      "src/a.ts": 'import { b } from "./b.js"; import { c } from "./c.js";',
      "src/b.ts": 'import { c } from "./c.js";',
      "src/c.ts": "",
    };
    expect(lint(noImportCycle, files, "src/a.ts")).toEqual([]);
  });
});
