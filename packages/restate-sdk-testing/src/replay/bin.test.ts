/** The program in a process of its own, with modules that misbehave: the exit code never says "fine" by accident. */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FINE, UNKNOWN } from "./cli.js";
import { recordWaiting } from "./replay.fixture.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const repository = fileURLToPath(new URL("../../../..", import.meta.url));

let directory: string;
let journals: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "restate-replay-"));
  journals = join(directory, "journals.json");
  await writeFile(journals, JSON.stringify(await recordWaiting()));
});
afterAll(() => rm(directory, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly printed: string;
  readonly warned: string;
}

/** Runs the program with a module that does this, and then has the services that the journals are of. */
async function run(name: string, code: string): Promise<Ended> {
  const module = join(directory, `${name}.mts`);
  const services = JSON.stringify(join(here, "modules/orders.fixture.ts"));
  await writeFile(module, `${code}\nexport { services } from ${services};\n`);
  const args = ["--import", "tsx", join(here, "bin.ts"), "--json", "--journals", journals, module];
  const child = spawn(process.execPath, args, {
    cwd: repository,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  let warned = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (printed += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (warned += text));
  const exitCode = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code: exitCode, printed, warned };
}

test("logs, open handles and rejections of the user's code are kept out of the report", async () => {
  const { code, printed, warned } = await run(
    "noisy",
    `console.log("hello"); setInterval(() => {}, 1000); void Promise.reject(new Error("lost"));`,
  );
  expect(JSON.parse(printed)).toMatchObject({ isOk: true });
  expect(warned).toContain("hello\n");
  expect(warned).toContain("Note: a promise was rejected and nobody handles it: Error: lost");
  expect(code).toBe(FINE);
});

test.each([
  ["ends the process", `process.exit(0);`, "the code ended the process before it was replayed"],
  [
    "throws later",
    `setTimeout(() => { throw new Error("late"); }, 0); await new Promise((r) => setTimeout(r, 500));`,
    "the code threw outside of its handlers: Error: late",
  ],
])("a module that %s leaves it unknown", async (name, content, message) => {
  const { code, printed, warned } = await run(name.replaceAll(" ", "-"), content);
  expect(warned).toContain(message);
  expect({ code, printed }).toEqual({ code: UNKNOWN, printed: "" });
});
