/** Programs that serve in a process of their own and say on which port. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually, type RestateServer } from "../../../support/real-server/index.js";
import { SupervisedProcess } from "../../../support/real-server/supervised-process.js";

export const folder = fileURLToPath(new URL("../", import.meta.url));

/** Resolves from the packages that are installed here, not from those of the repository. */
export const installed = createRequire(join(folder, "package.json"));

/** What is to be registered, and how to stop it. */
export interface Deployment {
  readonly url: string;
  readonly useHttp11: boolean;
  /** The last part of what it printed. */
  output?(): string;
  stop(): Promise<void>;
}

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly useHttp11: boolean;
  /** What the program prints when it listens, with the port in a group. */
  readonly listening?: RegExp;
  /** Where the services are below the root. */
  readonly path?: string;
}

export async function host(program: Program): Promise<Deployment> {
  const child = new SupervisedProcess({
    command: program.command,
    args: program.args,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...program.env },
  });
  const port = await Promise.race([
    eventually(
      () => {
        const found = (program.listening ?? /listening on (\d+)/).exec(child.output);
        if (found === null) throw new Error(`${program.command} does not listen:\n${child.output}`);
        return Number(found[1]);
      },
      { withinMs: 60_000 },
    ),
    child.exited.then(() => Promise.reject(new Error(`It ended:\n${child.output}`))),
  ]);
  return {
    url: `http://127.0.0.1:${port}${program.path ?? ""}`,
    useHttp11: program.useHttp11,
    output: () => child.output,
    stop: () => child.stop(),
  };
}

/** The executable of an npm package, or why there is none for this machine. */
export function executable(name: string, candidates: readonly string[]): string {
  for (const candidate of candidates) {
    try {
      const path = installed.resolve(candidate);
      if (existsSync(path)) return path;
    } catch {
      // Another platform's package.
    }
  }
  throw new Error(`npm has installed no ${name} for ${process.platform}/${process.arch}`);
}

export function packageFolder(name: string): string {
  return dirname(installed.resolve(`${name}/package.json`));
}

/** Returns the id of the deployment. */
export async function register(server: RestateServer, deployment: Deployment): Promise<string> {
  const { url, useHttp11 } = deployment;
  const { id, services } = await server.admin.register(url, { useHttp11 });
  if (services.length !== 2) throw new Error(`${services.length} services were discovered`);
  return id;
}
