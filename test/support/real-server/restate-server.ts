/** A real Restate server for tests and demos: own ports, own data directory, can be killed and restarted. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AdminClient } from "./admin-client.js";
import { serverBinaryPath } from "./binary.js";
import { freePorts } from "../../../packages/restate-sdk-testcontainers/src/free-ports.js";
import { IngressClient } from "./ingress-client.js";
import { eventually } from "./poll.js";
import { serverEnvironment, type ServerAddresses, type ServerOptions } from "./server-options.js";
import { SupervisedProcess } from "./supervised-process.js";

const START_ATTEMPTS = 3;
const START_DEADLINE_MS = 30_000;

export class RestateServer {
  readonly ingress: IngressClient;
  readonly admin: AdminClient;
  readonly #options: ServerOptions;
  readonly #addresses: ServerAddresses;
  readonly #baseDir: string;
  #process: SupervisedProcess | undefined;

  /** Starts a server on free ports with an empty data directory and waits until it can serve. */
  static async start(options: ServerOptions = {}): Promise<RestateServer> {
    for (let attempt = 1; ; attempt++) {
      const baseDir = await mkdtemp(join(tmpdir(), "restate-"));
      const server = new RestateServer(options, await freeAddresses(), baseDir);
      try {
        await server.restart();
        return server;
      } catch (error) {
        await server.stop();
        // Somebody else may have taken one of the ports between our looking and the server's binding.
        if (attempt === START_ATTEMPTS) throw error;
      }
    }
  }

  private constructor(options: ServerOptions, addresses: ServerAddresses, baseDir: string) {
    this.#options = options;
    this.#addresses = addresses;
    this.#baseDir = baseDir;
    this.ingress = new IngressClient(this.ingressUrl);
    this.admin = new AdminClient(this.adminUrl);
  }

  get ingressUrl(): string {
    return `http://127.0.0.1:${this.#addresses.ingressPort}`;
  }

  get adminUrl(): string {
    return `http://127.0.0.1:${this.#addresses.adminPort}`;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** The last part of the server's log. */
  get log(): string {
    return this.#process?.output ?? "";
  }

  /** SIGKILL, as a machine failure would. Data and ports are kept for {@link restart}. */
  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  /** SIGTERM: the server ends in order. Data and ports are kept for {@link restart}. */
  async shutDown(): Promise<void> {
    await this.#process?.stop();
  }

  /** Starts the server again on the same ports and data. */
  async restart(): Promise<void> {
    const process = new SupervisedProcess({
      command: serverBinaryPath(),
      args: ["--no-logo"],
      env: serverEnvironment(this.#options, this.#addresses, this.#baseDir),
      scratchDir: this.#baseDir,
    });
    this.#process = process;
    await Promise.race([
      eventually(() => this.#assertHealthy(), { withinMs: START_DEADLINE_MS }),
      process.exited.then(() =>
        Promise.reject(new Error(`The Restate server ended while starting:\n${process.output}`)),
      ),
    ]);
  }

  /** Ends the server and removes its data. Nothing of it remains. */
  async stop(): Promise<void> {
    // No data is kept, so there is nothing an orderly end could save.
    await this.kill();
    await rm(this.#baseDir, { recursive: true, force: true });
  }

  async #assertHealthy(): Promise<void> {
    for (const url of [`${this.adminUrl}/health`, `${this.ingressUrl}/restate/health`]) {
      const response = await fetch(url);
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`${url} answers ${response.status}:\n${this.log}`);
    }
  }
}

async function freeAddresses(): Promise<ServerAddresses> {
  const [ingressPort, adminPort, nodePort] = (await freePorts(3)) as [number, number, number];
  return { ingressPort, adminPort, nodePort };
}
