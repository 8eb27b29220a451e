/**
 * A TypeScript program over virtual files, in which `ours:*` and `official:*` name the packages to
 * compare.
 */
import { fileURLToPath } from "node:url";
import ts from "typescript";

import { normalised, officialEntries } from "./official.js";

const repository = fileURLToPath(new URL("../../../", import.meta.url));
const coreSource = `${repository}packages/restate-sdk-core/src/index.ts`;
const sdkSource = `${repository}packages/restate-sdk/src/`;
const workersSource = `${repository}packages/restate-sdk-cloudflare-workers/src/`;

/** What a test imports from: the entry points, ours and official. */
const entries: Readonly<Record<string, string>> = {
  "official:core": officialEntries.core,
  "official:root": officialEntries.root,
  "official:node": officialEntries.node,
  "official:fetch": officialEntries.fetch,
  "official:workers": officialEntries.workers,
  "official:workersFetch": officialEntries.workersFetch,
  "official:clients": officialEntries.clients,
  "official:zod": officialEntries.zod,
  "official:opentelemetry": officialEntries.opentelemetry,
  "official:testcontainers": officialEntries.testcontainers,
  "ours:core": coreSource,
  "ours:root": `${sdkSource}index.ts`,
  "ours:node": `${sdkSource}node.ts`,
  "ours:fetch": `${sdkSource}fetch.ts`,
  "ours:workers": `${workersSource}index.ts`,
  "ours:workersFetch": `${workersSource}fetch.ts`,
  "ours:clients": `${repository}packages/restate-sdk-clients/src/index.ts`,
  "official:lambda": officialEntries.lambda,
  "ours:lambda": `${sdkSource}lambda.ts`,
  "ours:zod": `${repository}packages/restate-sdk-zod/src/index.ts`,
  "ours:opentelemetry": `${repository}packages/restate-sdk-opentelemetry/src/index.ts`,
  "ours:testcontainers": `${repository}packages/restate-sdk-testcontainers/src/index.ts`,
};

export interface CompileOptions {
  /** Virtual files by name. */
  readonly files: Readonly<Record<string, string>>;
  /**
   * What `@restatedev/restate-sdk` and its core are. To compare the two SDKs, which the files see
   * as `ours:*` and `official:*`, both are compiled against our core, and the official one
   * normalised.
   */
  readonly sdk: Sdk;
  readonly compilerOptions?: ts.CompilerOptions;
}

export type Sdk = "ours" | "official" | "both, to compare";

export function compile(options: CompileOptions): ts.Program {
  const files = new Map(
    Object.entries(options.files).map(([name, text]) => [repository + name, text]),
  );
  const compilerOptions: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts"],
    types: ["node"],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    ...options.compilerOptions,
  };
  const host = ts.createCompilerHost(compilerOptions);
  const { readFile, fileExists } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => {
    const text = files.get(name) ?? readFile(name);
    return options.sdk === "both, to compare" ? normalised(name, text) : text;
  };
  host.getSourceFile = (name, version) => {
    const text = host.readFile(name);
    return text === undefined ? undefined : ts.createSourceFile(name, text, version);
  };
  host.resolveModuleNameLiterals = (literals, containing, _redirected, resolveWith) =>
    literals.map(({ text }) => {
      const target = entryFor(text, options.sdk);
      return target === undefined
        ? ts.resolveModuleName(text, containing, resolveWith, host)
        : { resolvedModule: { resolvedFileName: target, extension: extensionOf(target) } };
    });
  return ts.createProgram([...files.keys()], compilerOptions, host);
}

/** Errors in one of the virtual files, by line (from 0). */
export function errorsByLine(program: ts.Program, name: string): Map<number, string> {
  const file = program.getSourceFile(repository + name);
  if (file === undefined) throw new Error(`${name} is not part of the program`);
  const errors = new Map<number, string>();
  for (const error of [
    ...program.getSyntacticDiagnostics(file),
    ...program.getSemanticDiagnostics(file),
  ]) {
    const line = file.getLineAndCharacterOfPosition(error.start ?? 0).line;
    if (!errors.has(line))
      errors.set(line, ts.flattenDiagnosticMessageText(error.messageText, "\n"));
  }
  return errors;
}

/** The exported symbols of an entry, such as `official:core`. */
export function exportsOf(program: ts.Program, entry: string): ReadonlyMap<string, ts.Symbol> {
  const file = program.getSourceFile(entries[entry] ?? entry);
  const checker = program.getTypeChecker();
  const symbol = file && checker.getSymbolAtLocation(file);
  if (symbol === undefined) throw new Error(`${entry} is not part of the program`);
  return new Map(
    checker
      .getExportsOfModule(symbol)
      .map((it) => [it.name, it.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(it) : it]),
  );
}

/**
 * In a comparison the official SDK is compiled against our core: definitions are recognised by the
 * alias they were declared with, so that two copies never agree inside a generic method. The cores
 * themselves are compared under the names `ours:core` and `official:core`.
 */
function entryFor(specifier: string, sdk: Sdk): string | undefined {
  const path = {
    "@restatedev/restate-sdk-core": "core",
    "@restatedev/restate-sdk": "root",
    "@restatedev/restate-sdk/node": "node",
    "@restatedev/restate-sdk/fetch": "fetch",
    "@restatedev/restate-sdk-clients": "clients",
    "@restatedev/restate-sdk/lambda": "lambda",
  }[specifier];
  const side = sdk === "official" ? "official" : "ours";
  return entries[path === undefined ? specifier : `${side}:${path}`];
}

function extensionOf(file: string): string {
  return file.endsWith(".d.ts") ? ts.Extension.Dts : ts.Extension.Ts;
}
