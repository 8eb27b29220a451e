import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as official from "official-sdk";
import * as officialFetch from "official-sdk/fetch";
import * as officialLambda from "official-sdk/lambda";
import * as officialNode from "official-sdk/node";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import * as fetch from "./fetch.js";
import * as index from "./index.js";
import * as lambda from "./lambda.js";
import * as node from "./node.js";

/** What we export beyond the official SDK. Each has to earn its place in the guide. */
const OUR_VALUES = ["LogSource", "LoggerContext", "RestateLogLevel"];
const OUR_TYPES = [
  "AbortableRunAction",
  "Completed",
  "ContextClients",
  "RestateErrorOptions",
  "RestatePromiseConstructor",
  "RestatePromiseMethods",
  "RestatePromises",
  "RunActionOptions",
  "Selected",
  "TerminalErrorOptions",
];
const OURS_ON_NODE = {
  values: ["closeGracefully"],
  types: ["NodeProtocolOptions", "NodeRequestHandler", "ShutdownOptions"],
};
const OURS_ELSEWHERE = { values: [], types: [] };

const officialTypes = dirname(createRequire(import.meta.url).resolve("official-sdk"));

describe.each([
  ["index", index, official, OURS_ON_NODE],
  ["node", node, officialNode, OURS_ON_NODE],
  ["lambda", lambda, officialLambda, OURS_ELSEWHERE],
  ["fetch", fetch, officialFetch, OURS_ELSEWHERE],
] as const)("entry point %s", (name, ours, theirs, added) => {
  const ourValues = [...OUR_VALUES, ...added.values];

  test("exports the values of the official SDK, and ours", () => {
    expect(Object.keys(ours).sort()).toEqual(unique([...Object.keys(theirs), ...ourValues]));
  });

  test("names the types of the official SDK, and ours", () => {
    const expected = [...exportedNames(readFileSync(join(officialTypes, `${name}.d.ts`), "utf8"))];
    expect(ourNames(name)).toEqual(
      unique([...expected, ...ourValues, ...OUR_TYPES, ...added.types]),
    );
  });

  test("exports no undefined", () => {
    expect(Object.entries(ours).filter(([, value]) => (value as unknown) === undefined)).toEqual(
      [],
    );
  });
});

test("the root entry point is that of Node", () => {
  expect({ ...index }).toEqual({ ...node });
});

test("internal", () => {
  expect(Object.keys(index.internal)).toEqual(Object.keys(official.internal));
});

test("aliases are what they stand for", () => {
  expect(index.createServiceHandler).toBe(index.handlers.handler);
  expect(index.createObjectHandler).toBe(index.handlers.object.exclusive);
  expect(index.createObjectSharedHandler).toBe(index.handlers.object.shared);
  expect(index.createWorkflowHandler).toBe(index.handlers.workflow.workflow);
  expect(index.createWorkflowSharedHandler).toBe(index.handlers.workflow.shared);
  const { CombineablePromise }: { CombineablePromise: unknown } = index;
  expect(CombineablePromise).toBe(index.RestatePromise);
});

/** The names that one of our modules exports, those of modules that it exports as a whole included. */
function ourNames(module: string): string[] {
  const text = readFileSync(new URL(`./${module}.ts`, import.meta.url), "utf8");
  const wholes = [...text.matchAll(/^export \* from "\.\/(\S+)\.js";$/gm)];
  const declared = [...text.matchAll(/^export (?:const|type) (\w+)/gm)];
  return unique([
    ...exportedNames(text),
    ...declared.map(([, name = ""]) => name),
    ...wholes.flatMap(([, whole = ""]) => ourNames(whole)),
  ]);
}

/** The names in the export lists of a module. */
function exportedNames(text: string): string[] {
  const source = ts.createSourceFile("module.ts", text, ts.ScriptTarget.ES2022);
  const names = source.statements.filter(ts.isExportDeclaration).flatMap(({ exportClause }) => {
    if (exportClause === undefined) return [];
    return ts.isNamedExports(exportClause)
      ? exportClause.elements.map((element) => element.name.text)
      : [exportClause.name.text];
  });
  return unique(names);
}

function unique(names: string[]): string[] {
  return [...new Set(names)].sort();
}
