/** Makes the private members of the classes under test ordinary ones, so that mistakes can be put into them. */
import ts from "typescript";
import type { Plugin } from "vitest/config";

/** What the property tests look into. Elsewhere, private names may have public twins. */
const OPENED = /\/packages\/restate-sdk\/src\/(futures|machine|endpoint\/attempt)/;

export function openPrivateMembers(): Plugin {
  return {
    name: "open-private-members",
    enforce: "pre",
    transform: (code, id) => (OPENED.test(id) ? { code: withoutHashes(code), map: null } : null),
  };
}

function withoutHashes(code: string): string {
  const hashes: number[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPrivateIdentifier(node)) hashes.push(node.end - node.text.length);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("source.ts", code, ts.ScriptTarget.Latest));
  let opened = code;
  for (const at of hashes.reverse()) opened = opened.slice(0, at) + opened.slice(at + 1);
  return opened;
}
