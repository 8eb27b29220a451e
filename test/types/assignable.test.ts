/** Our public types and the official ones are assignable to each other, name by name. */
import ts from "typescript";
import { describe, expect, it } from "vitest";

import { differences, type Relation } from "./differences.js";
import { compile, errorsByLine, exportsOf } from "./support/compiler.js";
import { typeArguments } from "./support/type-arguments.js";

const entries = [
  "core",
  "root",
  "node",
  "lambda",
  "fetch",
  "clients",
  "zod",
  "opentelemetry",
  "testcontainers",
] as const;
type Entry = (typeof entries)[number];

/** The official declarations hold copies of those of the SDK that they export. */
const bundlesTheSdk: readonly Entry[] = ["testcontainers"];

interface Name {
  readonly entry: Entry;
  readonly name: string;
  readonly isType: boolean;
  readonly isValue: boolean;
  readonly isGeneric: boolean;
}

/** One line of TypeScript that has to compile. */
interface Check {
  readonly what: string;
  readonly relation: Relation;
  readonly line: string;
}

const prelude = [
  ...entries.flatMap((it) => [
    `import * as official_${it} from "official:${it}";`,
    `import * as ours_${it} from "ours:${it}";`,
  ]),
  "type IsAny<T> = 0 extends 1 & T ? true : false;",
];

const checks = comparableNames().flatMap(checksFor);

describe.each([
  { mode: "strict", exact: false },
  { mode: "strict and exactOptionalPropertyTypes", exact: true },
])("with $mode", ({ exact }) => {
  const errors = compileChecks(checks, exact);

  it.each(checks.map((check, index) => ({ ...check, error: errors[index] })))(
    "$what: $relation",
    ({ what, relation, error }) => {
      const listed = differences.find(
        (it) => it.what.includes(what) && it.relations.includes(relation),
      );
      const intended = listed !== undefined && (exact || !listed.onlyExact);
      if (intended) expect(error, `no longer differs; listed: ${listed.reason}`).toBeDefined();
      else expect(error).toBeUndefined();
    },
  );
});

describe("the comparison", () => {
  it("finds a type that differs, in either direction", () => {
    const line = (from: string, to: string) => `((it: ${from}): ${to} => it);`;
    const [forth, back, any] = compileChecks(
      [
        line("official_root.Rand", "ours_root.ContextDate"),
        line("ours_root.ContextDate", "official_root.Rand"),
        line("IsAny<any>", "IsAny<ours_root.Rand>"),
      ].map((it) => ({ what: "", relation: "ours to official", line: it })),
      false,
    );
    expect([forth, back, any]).not.toContain(undefined);
  });

  it("covers every listed difference", () => {
    const known = new Set(checks.map((it) => it.what));
    expect(differences.flatMap((it) => it.what).filter((it) => !known.has(it))).toEqual([]);
  });

  it("leaves out what the entry point for Node.js shares with the root", () => {
    expect(checks.map((it) => it.what).filter((it) => it.startsWith("node/"))).toEqual([]);
  });
});

function compileChecks(toCheck: readonly Check[], exact: boolean): (string | undefined)[] {
  const source = [...prelude, ...toCheck.map((it) => it.line)].join("\n");
  const program = compile({
    files: { "compare.ts": source },
    sdk: "both, to compare",
    compilerOptions: { exactOptionalPropertyTypes: exact },
  });
  const errors = errorsByLine(program, "compare.ts");
  prelude.forEach((line, index) => {
    const error = errors.get(index);
    if (error !== undefined) throw new Error(`${line}: ${error}`);
  });
  return toCheck.map((_, index) => errors.get(prelude.length + index));
}

function checksFor({ entry, name, isType, isValue, isGeneric }: Name): Check[] {
  const types = isType ? (isGeneric ? argumentsOf(name).map((it) => `<${it}>`) : [""]) : [];
  return [
    ...types.flatMap((args, index) =>
      relate(
        `${entry}/type/${name}${types.length > 1 ? ` #${index + 1}` : ""}`,
        (side) => `${side}_${entry}.${name}${args.replaceAll("$", `${side}_${entry}`)}`,
      ),
    ),
    ...(isValue
      ? relate(`${entry}/value/${name}`, (side) => `typeof ${side}_${entry}.${name}`)
      : []),
  ];
}

function relate(what: string, typeOf: (side: "official" | "ours") => string): Check[] {
  const official = typeOf("official");
  const ours = typeOf("ours");
  return [
    { what, relation: "official to ours", line: `((it: ${official}): ${ours} => it);` },
    { what, relation: "ours to official", line: `((it: ${ours}): ${official} => it);` },
    {
      what,
      relation: "any where the other is",
      line: `((it: IsAny<${official}>): IsAny<${ours}> => it);`,
    },
  ];
}

function argumentsOf(name: string): readonly string[] {
  const found = typeArguments[name];
  if (found === undefined) throw new Error(`${name} is generic: add a row to type-arguments.ts`);
  return found;
}

/** The official names; those that two entry points share, on both sides, for the first of them. */
function comparableNames(): Name[] {
  const program = compile({
    files: { "imports.ts": prelude.join("\n") },
    sdk: "both, to compare",
  });
  const compared = new Map<string, ts.Symbol>();
  return entries.flatMap((entry) => {
    const ours = exportsOf(program, `ours:${entry}`);
    return [...exportsOf(program, `official:${entry}`)].flatMap(([name, official]): Name[] => {
      const shared =
        (compared.get(name) === official || bundlesTheSdk.includes(entry)) &&
        compared.get(`ours.${name}`) === ours.get(name);
      if (shared) return [];
      compared.set(name, official);
      const our = ours.get(name);
      if (our !== undefined) compared.set(`ours.${name}`, our);
      const { flags, declarations = [] } = official;
      return [
        {
          entry,
          name,
          isType: (flags & ts.SymbolFlags.Type) !== 0,
          isValue: (flags & ts.SymbolFlags.Value) !== 0,
          isGeneric: declarations.some(hasTypeParameters),
        },
      ];
    });
  });
}

function hasTypeParameters(declaration: ts.Declaration): boolean {
  return (
    (ts.isTypeAliasDeclaration(declaration) ||
      ts.isInterfaceDeclaration(declaration) ||
      ts.isClassDeclaration(declaration)) &&
    declaration.typeParameters !== undefined
  );
}
