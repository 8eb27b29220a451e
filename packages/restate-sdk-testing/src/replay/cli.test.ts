/** The command line: what it prints, what it writes, and how it ends. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FINE, runCli, UNKNOWN, WOULD_BREAK } from "./cli.js";
import type { ReplayReport } from "./replay-journals.js";
import { recordWaiting } from "./replay.fixture.js";

let directory: string;
let file: string;
/** Has no journals. */
let server: Server;
const queries: string[] = [];
const COUNTS = [
  { target_service_name: "Mailer", total: 1 },
  { target_service_name: "Old", total: 3 },
];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "restate-replay-"));
  file = join(directory, "journals.json");
  await writeFile(file, JSON.stringify(await recordWaiting()));
  server = createServer((request, response) => {
    let query = "";
    request.setEncoding("utf8").on("data", (text: string) => (query += text));
    request.on("end", () => {
      const isCount = query.includes("COUNT(*)");
      if (query !== "" && !isCount) queries.push(query);
      const rows = isCount ? COUNTS : [];
      response.end(JSON.stringify({ version: "1.7.12", features: {}, rows }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  server.close();
  await rm(directory, { recursive: true });
});

const adminUrl = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const module = (name: string) =>
  fileURLToPath(new URL(`modules/${name}.fixture.ts`, import.meta.url));

async function run(...args: string[]) {
  const printed: string[] = [];
  const warned: string[] = [];
  const code = await runCli(args, {
    print: (text) => void printed.push(text),
    warn: (text) => void warned.push(text),
  });
  return { code, printed: printed.join("\n"), warned: warned.join("\n") };
}

test("code that repeats the journals of a file ends with 0", async () => {
  const { code, printed, warned } = await run("--journals", file, module("orders"));
  expect(printed).toMatch(/^ok +Orders\/order-1\/run +inv_1\w+ +suspended +\d+ +waits for awake/m);
  expect(printed).toContain("This code breaks none of them.");
  expect({ code, warned }).toEqual({ code: FINE, warned: "" });
});

test("code that does not ends with 1, and shows both commands", async () => {
  const { code, printed } = await run("--journals", file, module("changed-orders"));
  expect(printed).toMatch(/^BREAKS +Orders\/order-1\/run/m);
  expect(printed).toMatch(/^ +recorded: run "reserve"$/m);
  expect(printed).toMatch(/^ +executed: run "hold"$/m);
  expect(printed).toContain("This code would break 1 of 1 invocation.");
  expect(code).toBe(WOULD_BREAK);
});

test("--json prints the report alone", async () => {
  const { code, printed } = await run("--json", "--journals", file, module("changed-orders"));
  const report = JSON.parse(printed) as ReplayReport;
  expect(report).toMatchObject({ isOk: false, results: [{ verdict: { kind: "mismatch" } }] });
  expect(code).toBe(WOULD_BREAK);
});

test("journals of a file are chosen by service, status and deployment", async () => {
  for (const option of [
    ["--service", "Other"],
    ["--status", "paused,running"],
    ["--deployment", "dp_1"],
  ]) {
    const { code, printed } = await run("--journals", file, ...option, module("orders"));
    expect(printed).toContain("Nothing to replay.");
    expect(code).toBe(FINE);
  }
});

test("a server is asked for the services of the module, unless told otherwise", async () => {
  const { code, printed, warned } = await run("--admin", adminUrl(), module("orders"));
  expect(warned).toMatch(
    /services that the modules do not have: Old \(3\)\. They were not replayed/,
  );
  expect(printed).toContain(`0 invocations from Restate 1.7.12 at ${adminUrl()}`);
  expect(code).toBe(FINE);
  expect(queries.at(-1)).toContain("target_service_name IN ('Orders', 'Mailer')");
  await run("--admin", adminUrl(), "--service", "A", "--service", "B", module("orders"));
  expect(queries.at(-1)).toContain("target_service_name IN ('A', 'B')");
  await run("--admin", adminUrl(), "--deployment", "dp_1", module("orders"));
  expect(queries.at(-1)).not.toContain("target_service_name IN");
});

test("--export writes a file, which needs no module", async () => {
  const path = join(directory, "export.json");
  const { code, warned } = await run("--admin", adminUrl(), "--export", path);
  expect({ code, warned }).toEqual({ code: FINE, warned: `Wrote 0 journals to ${path}.` });
  const { code: replayed } = await run("--journals", path, module("orders"));
  expect(replayed).toBe(FINE);
  expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ format: "restate-journals" });
});

test("--help says what there is", async () => {
  const { code, printed } = await run("--help");
  expect(printed).toContain("Usage: restate-replay --admin <url>");
  expect(code).toBe(FINE);
});

test.each<[string, string[], string | RegExp]>([
  ["no journals", ["x.js"], /Where are the journals\? Give --admin <url> or --journals <file>/],
  ["both", ["--admin", "http://a", "--journals", "b", "x.js"], /not both/],
  ["no module", ["--admin", "http://a"], /Which code\?/],
  ["an unknown option", ["--what"], /Unknown option '--what'/],
  ["a limit in words", ["--admin", "http://a", "--limit", "many", "x.js"], /--limit should be an/],
  ["an unknown status", ["--admin", "http://a", "--status", "odd", "x.js"], /status "odd", only/],
  ["half a header", ["--admin", "http://a", "--header", "x", "x.js"], /--header should be name:va/],
  ["a missing file", ["--journals", "none.json", "MODULE"], /none\.json cannot be read: ENOENT/],
  [
    "a file of something else",
    ["--journals", "MODULE", "MODULE"],
    /orders\.fixture\.ts is no JSON/,
  ],
  ["a server that is not there", ["--admin", "http://127.0.0.1:1", "MODULE"], /cannot be reached/],
  ["an unwritable file", ["--admin", "ADMIN", "--export", "no/such/x.json"], /cannot be written/],
])("%s ends with 2 and says what is wrong", async (_, args, message) => {
  const filled = args.map((each) =>
    each === "MODULE" ? module("orders") : each === "ADMIN" ? adminUrl() : each,
  );
  const { code, printed, warned } = await run(...filled);
  expect(warned).toMatch(/^restate-replay: /);
  expect(warned).toMatch(message);
  expect(warned).not.toContain("    at ");
  expect({ code, printed }).toEqual({ code: UNKNOWN, printed: "" });
});
