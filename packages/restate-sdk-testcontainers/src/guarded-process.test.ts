/** A guarded process ends with us, however we end. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

import { GuardedProcess } from "./guarded-process.js";

const env = { PATH: process.env["PATH"] };
const sayPidAndStay = ["-c", "echo $$; exec sleep 600"];

async function start(args: readonly string[]) {
  const directory = await mkdtemp(join(tmpdir(), "guarded-"));
  await writeFile(join(directory, "data"), "");
  return { directory, guarded: new GuardedProcess({ command: "sh", args, env, directory }) };
}

it("is killed with its directory when it is ended", async () => {
  const { guarded, directory } = await start(sayPidAndStay);
  const pid = await until(() => Number(guarded.output));
  await guarded.end();
  expect(isRunning(pid)).toBe(false);
  expect(existsSync(directory)).toBe(false);
});

it("tells how it ended by itself, and what it wrote", async () => {
  const { guarded, directory } = await start(["-c", "echo out; echo err >&2; exit 7"]);
  expect(await guarded.ended).toBe(7);
  expect(guarded.output.split("\n").sort()).toEqual(["", "err", "out"]);
  await guarded.end();
  expect(existsSync(directory)).toBe(false);
});

it("tells that there is no such program", async () => {
  const directory = await mkdtemp(join(tmpdir(), "guarded-"));
  const guarded = new GuardedProcess({ command: "/no/such/program", args: [], env, directory });
  expect(await guarded.ended).toBe(127);
  expect(guarded.output).toContain("/no/such/program");
  await guarded.end();
});

it("is killed with its directory when we are killed", async () => {
  const directory = await mkdtemp(join(tmpdir(), "guarded-"));
  const module = new URL("./guarded-process.ts", import.meta.url).href;
  const source = `
    import { GuardedProcess } from ${JSON.stringify(module)};
    const guarded = new GuardedProcess(${JSON.stringify({ command: "sh", args: sayPidAndStay, env, directory })});
    setInterval(() => guarded.output && console.log(guarded.output), 20);`;
  const tsx = import.meta.resolve("tsx");
  const parent = spawn(process.execPath, ["--import", tsx, "--input-type=module", "-e", source]);
  let output = "";
  parent.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  parent.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const pid = await until(() => Number(output.split("\n")[0]));
  parent.kill("SIGKILL");
  await until(() => !isRunning(pid) && !existsSync(directory));
});

async function until<T>(check: () => T): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const value = check();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`still waiting for ${String(check)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
