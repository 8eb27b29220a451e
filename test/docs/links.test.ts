/** Every link of the documentation that stays in the repository leads to something. */
import { statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

import { parsePage, readPages, repository, type Page } from "./pages.js";

const pages = readPages();
const pageAt = new Map(pages.map((page) => [page.path, page]));

it.each(pages)("the links of $path lead somewhere", (page) => {
  expect(deadLinks(page)).toEqual([]);
});

it.each(pages.filter(({ path }) => path.startsWith("docs/")))(
  "README.md leads to $path",
  (page) => {
    expect(pageAt.get("README.md")?.links.map(({ target }) => target)).toContain(page.path);
  },
);

it.each(pages.filter(({ path }) => path.startsWith("packages/")))(
  "$path leads to the guides",
  ({ links }) => {
    expect(links.map(({ target }) => target).join("\n")).toContain("../../docs/");
  },
);

describe("a page as it is read here", () => {
  const page = parsePage(
    "page.md",
    [
      "# What `serve` does, and [why](https://a.b)!",
      "A [link](other.md#part), `[no](link)` and ![a picture](<p.png>).",
      "<!-- continues -->",
      "",
      "```ts",
      "# no heading [no](link)",
      "```",
      "## Twice",
      "## Twice",
      "[ref]: ref.md",
    ].join("\n"),
  );

  it("has the anchors that GitHub gives its headings", () => {
    expect([...page.anchors]).toEqual(["what-serve-does-and-why", "twice", "twice-1"]);
  });

  it("has the links outside of code", () => {
    const targets = page.links.map(({ line, target }) => `${line} ${target}`);
    expect(targets).toEqual(["1 https://a.b", "2 other.md#part", "2 p.png", "10 ref.md"]);
  });

  it("has its code, with the comment above it", () => {
    const lines = ["# no heading [no](link)"];
    expect(page.code).toEqual([{ language: "ts", line: 6, lines, comments: ["continues"] }]);
  });
});

function deadLinks(page: Page): string[] {
  return page.links.flatMap(({ line, target }) => {
    const fault = /^[a-z][a-z+.-]*:/i.test(target) ? undefined : faultOf(page, target);
    return fault === undefined ? [] : [`${page.path}:${line}: ${target}: ${fault}`];
  });
}

function faultOf(page: Page, target: string): string | undefined {
  const [path = "", anchor] = decodeURI(target).split("#", 2);
  const file = path === "" ? page.path : normalize(join(dirname(page.path), path));
  const found = statSync(join(repository, file), { throwIfNoEntry: false });
  if (found === undefined) return "there is no such file";
  // GitHub shows folders, the site of `npm run docs` does not.
  if (found.isDirectory()) return "a folder, not a file in it";
  if (anchor === undefined) return undefined;
  const linked = pageAt.get(file);
  if (linked === undefined) return "only Markdown pages have anchors";
  return linked.anchors.has(anchor) ? undefined : "there is no such heading";
}
