/** Every TypeScript block of the documentation compiles against the sources, as strictly as they are compiled. */
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { beforeAll, expect, it } from "vitest";

import { modulesOf, type Module } from "./modules.js";
import { readPages, repository } from "./pages.js";

const extracts = readPages().map((page) => ({ path: page.path, ...modulesOf(page) }));
const withModules = extracts.filter(({ modules }) => modules.length > 0);

/** One program for all: most of the time goes into what the blocks import. */
let program: ts.Program;

beforeAll(() => {
  program = compile(extracts.flatMap(({ modules }) => modules));
  for (const left of extracts.flatMap(({ notCompiled }) => notCompiled)) {
    console.log(`not compiled: ${left}`);
  }
});

it.each(withModules)("the TypeScript of $path compiles", ({ modules }) => {
  expect(modules.flatMap(errorsIn)).toEqual([]);
});

it.each(extracts.flatMap(({ copies }) => copies))(
  "what $page shows of $original is what it contains",
  ({ original, text, isPart }) => {
    const file = readFileSync(join(repository, original), "utf8");
    if (!isPart) expect(text).toBe(file);
    else expect(isPartOf(text, file), `${original} does not contain:\n${text}`).toBe(true);
  },
);

/** As much as the first line is indented in the file, all others are. */
function isPartOf(text: string, file: string): boolean {
  return ["", "  ", "    ", "      ", "        "].some((indent) =>
    `\n${file}`.includes(`\n${text.replace(/^(?=.)/gm, indent)}`),
  );
}

function compile(modules: readonly Module[]): ts.Program {
  const files = new Map(modules.map(({ path, text }) => [join(repository, path), text]));
  const options: ts.CompilerOptions = {
    ...projectOptions(),
    // An example may end before everything in it is used.
    noUnusedLocals: false,
    noUnusedParameters: false,
  };
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  const siblings = siblingsOf(modules);
  const cache = ts.createModuleResolutionCache(repository, (name) => name, options);
  host.resolveModuleNameLiterals = (literals, containing, redirected, resolveWith, source) =>
    literals.map((literal) => {
      const sibling = siblings.get(containing)?.get(literal.text);
      if (sibling !== undefined) {
        return { resolvedModule: { resolvedFileName: sibling, extension: ts.Extension.Ts } };
      }
      const mode = ts.getModeForUsageLocation(source, literal, resolveWith);
      const { text } = literal;
      return ts.resolveModuleName(text, containing, resolveWith, host, cache, redirected, mode);
    });
  return ts.createProgram([...files.keys()], options, host);
}

/** For every module, those that it can import from its page. */
function siblingsOf(modules: readonly Module[]): Map<string, Map<string, string>> {
  const pages = new Map<string, Map<string, string>>();
  for (const { page, specifier, path } of modules) {
    const named = pages.get(page) ?? new Map<string, string>();
    if (specifier !== undefined) named.set(specifier, join(repository, path));
    pages.set(page, named);
  }
  return new Map(modules.map(({ path, page }) => [join(repository, path), pages.get(page)!]));
}

function projectOptions(): ts.CompilerOptions {
  const path = join(repository, "tsconfig.json");
  const { config } = ts.readConfigFile(path, (name) => ts.sys.readFile(name)) as {
    config: { compilerOptions: unknown };
  };
  // The files of the project, which the parser would look for, are not wanted.
  const parsed = ts.parseJsonConfigFileContent(
    { ...config, include: [], files: [] },
    ts.sys,
    repository,
  );
  return parsed.options;
}

function errorsIn({ path, page }: Module): string[] {
  const file = program.getSourceFile(join(repository, path));
  if (file === undefined) throw new Error(`${path} is not part of the program`);
  const errors = [
    ...program.getSyntacticDiagnostics(file),
    ...program.getSemanticDiagnostics(file),
  ];
  return errors.map(({ start = 0, messageText }) => {
    const line = file.getLineAndCharacterOfPosition(start).line + 1;
    const message = ts.flattenDiagnosticMessageText(messageText, "\n");
    return `${page}:${line}: ${message.replaceAll(relative(repository, path), page)}`;
  });
}
