/**
 * The TypeScript modules that a page shows. Each block is one. Where its first line is a comment with a file name, as in
 * `// orders.ts`, the other blocks of the page can import it as "./orders.js". Comments above a block say what it is
 * instead, and do not show where the page is read:
 *
 *   <!-- continues -->                    more of the module of the block above
 *   <!-- in: examples/greeter/src -->     a file of that folder, as far as its imports are concerned
 *   <!-- is: examples/a/src/b.ts -->      that file, to the letter
 *   <!-- part of: test/docs/guide/a.ts --> lines of that file, which may be indented there
 *   <!-- not compiled: the reason -->     to be looked at only; above the title, this is for the whole page
 */
import { dirname, join } from "node:path";

import type { CodeBlock, Page } from "./pages.js";

export interface Module {
  /** Relative to the repository; the file does not exist. */
  readonly path: string;
  readonly page: string;
  /** How other blocks of the page import it, if it says. */
  readonly specifier: string | undefined;
  /** Its lines have the numbers that they have on the page. */
  readonly text: string;
}

export interface Copy {
  readonly original: string;
  readonly page: string;
  readonly text: string;
  /** Part of the file instead of all of it. */
  readonly isPart: boolean;
}

export interface Extract {
  readonly modules: readonly Module[];
  /** Blocks that are to be the same as a file, or a part of it. */
  readonly copies: readonly Copy[];
  /** The blocks that opted out: where, and why. */
  readonly notCompiled: readonly string[];
}

export function modulesOf(page: Page): Extract {
  const chains: [CodeBlock, ...CodeBlock[]][] = [];
  const copies: Copy[] = [];
  const notCompiled: string[] = [];
  const exempt = directive(page, "not compiled: ");
  if (exempt !== undefined) {
    return { modules: [], copies, notCompiled: [`${page.path}: ${exempt}`] };
  }
  for (const block of page.code) {
    const reason = directive(block, "not compiled: ");
    const whole = directive(block, "is: ");
    const original = whole ?? directive(block, "part of: ");
    const last = chains.at(-1);
    if (original !== undefined) {
      const text = `${block.lines.join("\n")}\n`;
      copies.push({ original, page: page.path, text, isPart: whole === undefined });
    } else if (!isTypeScript(block.language)) continue;
    else if (reason !== undefined) notCompiled.push(`${page.path}:${block.line}: ${reason}`);
    else if (!block.comments.includes("continues")) chains.push([block]);
    else if (last !== undefined) last.push(block);
    else throw new Error(`${page.path}:${block.line}: there is no block above to continue`);
  }
  return { modules: chains.map((chain) => moduleOf(page, chain)), copies, notCompiled };
}

function moduleOf(page: Page, chain: readonly [CodeBlock, ...CodeBlock[]]): Module {
  const lines: string[] = [];
  for (const block of chain) {
    while (lines.length < block.line - 1) lines.push("");
    lines.push(...block.lines);
  }
  const [first] = chain;
  const folder = directive(first, "in: ") ?? dirname(page.path);
  const extension = first.language === "tsx" ? "tsx" : "ts";
  return {
    path: join(folder, `${page.path.replaceAll("/", "-")}-${first.line}.${extension}`),
    page: page.path,
    specifier: specifierIn(first.lines[0]),
    // Without import and export a block is a module all the same.
    text: `${lines.join("\n")}\nexport {};\n`,
  };
}

function specifierIn(firstLine = ""): string | undefined {
  const name = /^\/\/ (\S+)\.tsx?$/.exec(firstLine)?.[1];
  return name === undefined ? undefined : `./${name}.js`;
}

function directive({ comments }: CodeBlock | Page, name: string): string | undefined {
  return comments.find((comment) => comment.startsWith(name))?.slice(name.length);
}

function isTypeScript(language: string): boolean {
  return language === "ts" || language === "tsx" || language === "typescript";
}
