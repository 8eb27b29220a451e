/**
 * ESLint rule: no file reaches itself through relative imports, type imports included.
 *
 * The cycle rules of the import plugins skip type imports; here they count, because two files that
 * need each other's types cannot be read one at a time either.
 */
import { dirname, relative, resolve } from "node:path";

import ts from "typescript";

/** @type {import("eslint").Rule.RuleModule} */
export default {
  meta: {
    type: "problem",
    docs: { description: "forbid import cycles, type imports included" },
    schema: [],
    messages: { cycle: "Import cycle: {{route}}" },
  },
  create(context) {
    const { program } = context.sourceCode.parserServices;
    const check = (node) => {
      const specifier = node.source?.value;
      if (!isRelative(specifier)) return;
      const target = toSourcePath(context.filename, specifier);
      const route = routeBetween(program, target, context.filename);
      if (route === undefined) return;
      const names = [context.filename, ...route].map((path) => relative(context.cwd, path));
      context.report({ node, messageId: "cycle", data: { route: names.join(" → ") } });
    };
    return { ImportDeclaration: check, ExportNamedDeclaration: check, ExportAllDeclaration: check };
  },
};

/** The shortest chain of files from `from` to `to`, both included, or undefined. */
function routeBetween(program, from, to) {
  const routes = new Map([[from, [from]]]);
  for (const [path, route] of routes) {
    if (path === to) return route;
    for (const next of importsOf(program, path)) {
      if (!routes.has(next)) routes.set(next, [...route, next]);
    }
  }
  return undefined;
}

const importsBySourceFile = new WeakMap();

function importsOf(program, path) {
  const sourceFile = program.getSourceFile(path);
  if (sourceFile === undefined) return [];
  let imports = importsBySourceFile.get(sourceFile);
  if (imports === undefined) {
    imports = sourceFile.statements
      .filter((statement) => ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement))
      .map((statement) => statement.moduleSpecifier?.text)
      .filter(isRelative)
      .map((specifier) => toSourcePath(path, specifier));
    importsBySourceFile.set(sourceFile, imports);
  }
  return imports;
}

function isRelative(specifier) {
  return specifier?.startsWith(".") === true;
}

function toSourcePath(importer, specifier) {
  return resolve(dirname(importer), specifier).replace(/\.js$/, ".ts");
}
