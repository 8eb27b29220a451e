/** Starts a program of an example on a free port. */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { freePorts } from "../../packages/restate-sdk-testcontainers/src/free-ports.js";
import { eventually } from "../support/real-server/poll.js";
import type { Program } from "./known.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const modules = join(here, "../../node_modules");
const runtimes = join(here, "../runtimes/fetch/node_modules/.bin");
const tsx = ["--import", join(modules, "tsx/dist/loader.mjs")];

/** Why a program is not started. */
export class CannotHost extends Error {}

export interface Running {
  readonly uri: string;
  readonly useHttp11: boolean;
  /** The last part of what it printed. */
  output(): string;
  stop(): Promise<void>;
}

interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly path?: string;
  readonly useHttp11?: boolean;
}

export async function start(folder: string, program: Program): Promise<Running> {
  const [port = 0] = await freePorts(1);
  const { command, args, path = "", useHttp11 = false } = commandFor(folder, program, port);
  usePort(join(folder, program.file), port);
  const env = {
    ...process.env,
    CI: "1",
    NEXT_TELEMETRY_DISABLED: "1",
    WRANGLER_SEND_METRICS: "false",
  };
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...env, PORT: String(port), ...program.env },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own: some of these start processes that do not end with them.
    detached: true,
  });
  const { output, ended, stop } = supervise(child);
  try {
    await Promise.race([
      eventually(() => assertListening(port), { withinMs: 60_000, everyMs: 100 }),
      ended.then(() => Promise.reject(new Error("it ended"))),
    ]);
  } catch (error) {
    await stop();
    throw new Error(`${program.file} does not serve: ${String(error)}\n${output()}`, {
      cause: error,
    });
  }
  return { uri: `http://127.0.0.1:${port}${path}`, useHttp11, output, stop };
}

function commandFor(folder: string, { file, host }: Program, port: number): Command {
  const bin = join(folder, "node_modules/.bin");
  switch (host) {
    case "node":
      return { command: process.execPath, args: [...tsx, file] };
    case "lambda": {
      const args = [...tsx, join(here, "lambda-host.ts"), file];
      return { command: process.execPath, args, useHttp11: true };
    }
    case "bun":
      return { command: runtime("bun"), args: ["run", file] };
    case "deno": {
      const flags = ["--allow-net", "--allow-env", "--allow-read", "--node-modules-dir=manual"];
      return { command: runtime("deno"), args: ["run", "--no-check", ...flags, file] };
    }
    case "next": {
      const path = /app(\/.*)\/\[\[/.exec(file)?.[1] ?? "";
      const args = ["dev", "--port", String(port), "--hostname", "127.0.0.1"];
      return { command: join(bin, "next"), args, path, useHttp11: true };
    }
    case "wrangler": {
      const args = ["dev", "--port", String(port), "--ip", "127.0.0.1"];
      return { command: join(bin, "wrangler"), args, useHttp11: true };
    }
  }
}

/** Bun and Deno are not among the repository's dependencies; those of its runtime tests will do. */
function runtime(name: string): string {
  const path = join(runtimes, name);
  if (existsSync(path)) return path;
  throw new CannotHost(`needs ${name}: bash test/runtimes/fetch/run.sh ${name} installs it`);
}

/** Examples name their port in the code. This is a copy, so another one can be written there. */
function usePort(file: string, port: number): void {
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replaceAll(/\b908\d\b/g, String(port)));
}

function assertListening(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve();
    });
    socket.once("error", reject);
  });
}

const KEPT_OUTPUT_CHARS = 4_000;

function supervise(
  child: ChildProcess,
): Pick<Running, "output" | "stop"> & { ended: Promise<void> } {
  let output = "";
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-KEPT_OUTPUT_CHARS);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  const killGroup = (): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // Everybody in it has ended.
    }
  };
  process.once("exit", killGroup);
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", (error) => {
      output += error.message;
      resolve();
    });
  });
  const stop = async (): Promise<void> => {
    killGroup();
    process.off("exit", killGroup);
    await ended;
  };
  return { output: () => output, ended, stop };
}

/** The files of a project that serve, by what they contain. */
export function servesSomething(text: string): boolean {
  return /\brestate\s*\.serve\(/.test(text) || /createServer\(endpointHandler\)/.test(text);
}
