/** The Markdown pages of the repository, with what a reader clicks on and copies: headings, links, code. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("../../", import.meta.url));

export interface Page {
  /** Relative to the repository. */
  readonly path: string;
  readonly links: readonly Link[];
  /** What a link to this page may name behind the "#". */
  readonly anchors: ReadonlySet<string>;
  readonly code: readonly CodeBlock[];
  /** The comments in front of everything else, about the page as a whole. */
  readonly comments: readonly string[];
}

export interface Link {
  readonly line: number;
  readonly target: string;
}

export interface CodeBlock {
  readonly language: string;
  /** Of the first line of code, counted from 1. */
  readonly line: number;
  readonly lines: readonly string[];
  /** The comments directly above, without their brackets: `<!-- continues -->` is "continues". */
  readonly comments: readonly string[];
}

export function readPages(): Page[] {
  return markdownFiles(repository).map((file) =>
    parsePage(relative(repository, file), readFileSync(file, "utf8")),
  );
}

export function parsePage(path: string, text: string): Page {
  const lines = text.split("\n");
  const { code, prose } = separate(lines);
  return {
    path,
    code,
    comments: commentsAbove(
      lines,
      lines.findIndex((line) => line.startsWith("#")),
    ),
    anchors: new Set(anchorsOf(prose)),
    links: prose.flatMap((line, index) =>
      targetsIn(line).map((target) => ({ line: index + 1, target })),
    ),
  };
}

/** The lines of prose keep their places; those of code become empty ones. */
function separate(lines: readonly string[]): { code: CodeBlock[]; prose: string[] } {
  const code: CodeBlock[] = [];
  const prose: string[] = [];
  let open: { fence: string; language: string; line: number } | undefined;
  for (const [index, line] of lines.entries()) {
    const fence = /^ *(`{3,})([^`]*)$/.exec(line);
    if (open === undefined && fence !== null) {
      open = { fence: fence[1]!, language: fence[2]!.trim(), line: index + 2 };
    } else if (open !== undefined && fence?.[1] === open.fence && fence[2]!.trim() === "") {
      const { language, line } = open;
      const comments = commentsAbove(lines, line - 2);
      code.push({ language, line, lines: lines.slice(line - 1, index), comments });
      open = undefined;
    } else if (open === undefined) {
      prose.push(line);
      continue;
    }
    prose.push("");
  }
  if (open !== undefined) throw new Error(`The code block at line ${open.line} is never closed`);
  return { code, prose };
}

/** `before` is the index of the line that they are above. */
function commentsAbove(lines: readonly string[], before: number): string[] {
  const comments: string[] = [];
  for (let index = before - 1; index >= 0; index--) {
    const line = lines[index]!.trim();
    const comment = /^<!-- (.*) -->$/.exec(line)?.[1];
    if (comment !== undefined) comments.push(comment);
    else if (line !== "") break;
  }
  return comments;
}

/** As GitHub makes them; a heading that is there twice gets a number. */
function anchorsOf(prose: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return prose.flatMap((line) => {
    const heading = /^#{1,6} +(.*?)(?: +#+)?$/.exec(line)?.[1];
    if (heading === undefined) return [];
    const slug = withoutMarkup(heading)
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
      .replaceAll(" ", "-");
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return [count === 0 ? slug : `${slug}-${count}`];
  });
}

function withoutMarkup(heading: string): string {
  return heading.replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[`*]/g, "");
}

function targetsIn(line: string): string[] {
  const text = line.replace(/(`+).*?\1/g, (code) => "x".repeat(code.length));
  const inline = [...text.matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)];
  const reference = [...text.matchAll(/^ *\[[^\]]+\]: *<?([^\s>]+)>?/g)];
  const html = [...text.matchAll(/\b(?:href|src)="([^"]+)"/g)];
  return [...inline, ...reference, ...html].map(([, target]) => target!);
}

/** What git ignores is not ours to check: dependencies, builds, the generated reference. */
function markdownFiles(folder: string): string[] {
  const ignored = new Set(["node_modules", "dist", "coverage", "restate-data"]);
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isFile()) return entry.name.endsWith(".md") ? [path] : [];
    const skipped = entry.name.startsWith(".") || ignored.has(entry.name);
    const generated = relative(repository, path) === join("docs", "api");
    return entry.isDirectory() && !skipped && !generated ? markdownFiles(path) : [];
  });
}
