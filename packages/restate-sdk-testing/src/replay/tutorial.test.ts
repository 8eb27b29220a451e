/** Runs what docs/testing-replay.md shows. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "tutorial-"));
});
afterAll(() => rm(directory, { recursive: true }));

test("the journal that the first program records is repeated by the code of the second", async () => {
  const document = new URL("../../../../docs/testing-replay.md", import.meta.url);
  const snippets = [
    ...(await readFile(document, "utf8")).matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```$/gms),
  ];
  const names = snippets.map(([, name = ""]) => name);
  expect(names).toEqual(["order-waits.ts", "replay-order.ts", "orders.ts"]);
  for (const [, name = "", code = ""] of snippets) await writeFile(join(directory, name), code);
  await import(pathToFileURL(join(directory, "order-waits.ts")).href);
  await import(pathToFileURL(join(directory, "replay-order.ts")).href);
});
