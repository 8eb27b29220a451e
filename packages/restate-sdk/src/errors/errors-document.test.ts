/** docs/errors.md knows every code and quotes what the code really says. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import * as codes from "./codes.js";

const root = new URL("../../../../", import.meta.url);
const text = readFileSync(new URL("docs/errors.md", root), "utf8");
const [, codeSections = "", ...messageSections] = text.split(/^## (?=Codes|Messages|Log)/m);

it("every error code has a section, in order, and no section is without a code", () => {
  const sections = [...codeSections.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading);
  expect(sections).toEqual(
    Object.entries(codes)
      .map(([name, code]) => `${code} ${name}`)
      .sort(),
  );
});

it("every section of a code says what to do", () => {
  const [, ...sections] = codeSections.split(/^### /m);
  expect(sections.filter((section) => !section.includes("**Do:**"))).toEqual([]);
});

it("messages are quoted as the code has them", () => {
  const rows = [...messageSections.join("").matchAll(/^\| `([^|]*)` +\|/gm)];
  const quotes = [...codeSections.matchAll(/`([^`]*…[^`]*)`/g)];
  const parts = [...rows, ...quotes].flatMap(([, quote = ""]) => oneLine(quote).split(/…|: /));
  const source = readSources();
  expect(parts.length).toBeGreaterThan(50);
  expect(parts.map((part) => part.trim()).filter((part) => !source.includes(part))).toEqual([]);
});

/** The texts of the code, with those that go over several lines put together. */
function readSources(): string {
  const sources = ["restate-sdk", "restate-sdk-core"].flatMap((name) => {
    const folder = new URL(`packages/${name}/src/`, root);
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => /\.ts$/.test(path) && !/\.(test|fixture)\.ts$/.test(path))
      .map((path) => readFileSync(new URL(path, folder), "utf8"));
  });
  return sources
    .join("\n")
    .replace(/["`] \+\s*["`]/g, "")
    .replaceAll('\\"', '"');
}

function oneLine(quote: string): string {
  return quote.replace(/\s+/g, " ");
}
