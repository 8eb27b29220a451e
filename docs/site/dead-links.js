/** Links of the finished site that lead nowhere, to a file or to a heading that is not there. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/**
 * @param {string} folder of the site
 * @returns {string[]} each with the page that it stands on
 */
export function deadLinks(folder) {
  const pages = new Map(
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".html"))
      .map((name) => [join(folder, name), readPage(join(folder, name))]),
  );
  const dead = [...pages].flatMap(([path, { links }]) =>
    links
      .filter((link) => !leadsSomewhere(pages, path, link))
      .map((link) => `${relative(folder, path)}: ${link}`),
  );
  return [...new Set(dead)];
}

function leadsSomewhere(pages, path, link) {
  const [file = "", anchor] = decodeURI(link).split("#");
  const target = file === "" ? path : join(dirname(path), file);
  const page = pages.get(target);
  if (page === undefined) return existsSync(target);
  return anchor === undefined || anchor === "" || page.anchors.has(anchor);
}

function readPage(path) {
  const html = readFileSync(path, "utf8");
  const attributes = (pattern) => [...html.matchAll(pattern)].map(([, value]) => plain(value));
  return {
    links: attributes(/ (?:href|src)="([^"]+)"/g).filter((link) => !/^[a-z]+:/.test(link)),
    anchors: new Set(attributes(/ id="([^"]+)"/g)),
  };
}

function plain(attribute) {
  return attribute.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");
}
