/** docs/testing.md: its snippets are those that run as tests here, and its links lead somewhere. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = new URL("../../../../", import.meta.url);
const text = readFileSync(new URL("docs/testing.md", root), "utf8");
const here = new URL("./", import.meta.url);
const sources = readdirSync(here)
  .filter((name) => name.endsWith(".ts") && name !== "testing-document.test.ts")
  .map((name) => readFileSync(new URL(name, here), "utf8"));

const snippets = [...text.matchAll(/^```(?:ts|text)\n(.*?)^```$/gms)].map(([, code = ""]) => code);
const links = [...text.matchAll(/\]\(([^)#:]+)\)/g)]
  .map(([, link = ""]) => link)
  .filter((link, index, all) => all.indexOf(link) === index);

describe("every snippet", () => {
  test.each(snippets.map((code) => [/^(?:test\(|export )[^{]*/m.exec(code)?.[0] ?? "text", code]))(
    "%s",
    (_, code = "") => {
      const isThere = sources.some((source) => source.includes(code));
      expect(isThere, `No file in this folder contains:\n${code}`).toBe(true);
    },
  );

  test("counts", () => {
    expect(snippets.length).toBeGreaterThan(10);
  });
});

test.each(links)("%s exists", (link) => {
  expect(existsSync(new URL(link, new URL("docs/", root)))).toBe(true);
});

test("the snippet for node:test passes in node:test", () => {
  const file = fileURLToPath(new URL("with-node-test.fixture.ts", here));
  const env = { ...process.env, TSX_TSCONFIG_PATH: fileURLToPath(new URL("tsconfig.json", root)) };
  // The reporter of a parent would be taken over.
  delete (env as NodeJS.ProcessEnv)["NODE_TEST_CONTEXT"];
  const args = ["--import", "tsx", "--test", "--test-reporter=tap", file];
  const output = execFileSync(process.execPath, args, {
    cwd: fileURLToPath(root),
    env,
    encoding: "utf8",
  });
  expect(output).toMatch(/# pass 1\n/);
  expect(output).toMatch(/# fail 0\n/);
});

test("the kit itself imports no test framework", () => {
  const source = new URL("../", import.meta.url);
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".ts") && !/\.(test|fixture)\.ts$/.test(name),
  );
  const framework = /from "(vitest|jest|@jest\/[^"]*|node:test|chai)"|import "(vitest|node:test)"/;
  const importing = files.filter((name) =>
    framework.test(readFileSync(new URL(name, source), "utf8")),
  );
  expect(files.length).toBeGreaterThan(40);
  expect(importing).toEqual([]);
});
