/** A Restate server as a process of its own: free ports, a temporary directory, gone without a trace. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { freePorts } from "./free-ports.js";
import { GuardedProcess } from "./guarded-process.js";
import { assertPartitionsReady, getText, untilReady } from "./readiness.js";
import { findServerBinary, MISSING_BINARY } from "./server-binary.js";
import { withLogExcerpt } from "./server-log.js";
import { READABLE_LOG, SMALL } from "./server-settings.js";

const START_ATTEMPTS = 3;
const START_DEADLINE_MS = 30_000;

interface Ports {
  readonly ingress: number;
  readonly admin: number;
  readonly node: number;
}

export class BinaryServer {
  readonly #settings: Readonly<Record<string, string>>;
  readonly #binary: string;
  #process: GuardedProcess | undefined;

  /**
   * Starts a server and waits until it can serve.
   *
   * @param settings environment variables
   * @throws Error with the end of the server's log if it does not start
   */
  static async start(settings: Readonly<Record<string, string>>): Promise<BinaryServer> {
    const binary = findServerBinary();
    if (binary === undefined) throw new Error(MISSING_BINARY);
    for (let attempt = 1; ; attempt++) {
      const [ingress = 0, admin = 0, node = 0] = await freePorts(3);
      const server = new BinaryServer({ binary, settings, ports: { ingress, admin, node } });
      try {
        await server.restart();
        return server;
      } catch (error) {
        await server.stop();
        // Somebody may have taken a port between our asking and the server's binding. Only that is worth another try.
        if (attempt === START_ATTEMPTS || !/address.*in use/i.test(server.log)) throw error;
      }
    }
  }

  readonly ports: Ports;

  private constructor(from: {
    readonly binary: string;
    readonly settings: Readonly<Record<string, string>>;
    readonly ports: Ports;
  }) {
    this.#binary = from.binary;
    this.#settings = from.settings;
    this.ports = from.ports;
  }

  /** The last part of the server's log. */
  get log(): string {
    return this.#process?.output ?? "";
  }

  /** Ends the server, if it runs, and starts it with the same ports and without data. */
  async restart(): Promise<void> {
    await this.stop();
    const directory = await mkdtemp(join(tmpdir(), "restate-test-"));
    const process = new GuardedProcess({
      command: this.#binary,
      args: ["--no-logo"],
      env: { ...this.#environment(directory), ...this.#settings, ...READABLE_LOG },
      directory,
    });
    this.#process = process;
    await this.#untilReady(process);
  }

  /** Ends the server and removes its data. */
  async stop(): Promise<void> {
    await this.#process?.end();
  }

  #environment(directory: string): NodeJS.ProcessEnv {
    const { ingress, admin, node } = this.ports;
    return {
      // Nothing else of ours: RESTATE_* variables of the test's own process are not meant for this server.
      PATH: process.env["PATH"],
      HOME: directory,
      RESTATE_BASE_DIR: directory,
      RESTATE_NODE_NAME: "test-server",
      RESTATE_LISTEN_MODE: "tcp",
      RESTATE_INGRESS__BIND_ADDRESS: local(ingress),
      RESTATE_INGRESS__ADVERTISED_ADDRESS: `http://${local(ingress)}`,
      RESTATE_ADMIN__BIND_ADDRESS: local(admin),
      RESTATE_BIND_ADDRESS: local(node),
      RESTATE_ADVERTISED_ADDRESS: `http://${local(node)}`,
      RESTATE_LOG_FILTER: "warn,restate_node=info",
      ...SMALL,
    };
  }

  async #untilReady(process: GuardedProcess): Promise<void> {
    let exit: number | string | undefined;
    void process.ended.then((status) => {
      exit = status;
    });
    const check = (): Promise<void> => this.#assertReady();
    const hopeless = (): string | undefined =>
      exit === undefined ? undefined : `ended while starting (exit ${exit})`;
    try {
      await untilReady(check, { withinMs: START_DEADLINE_MS, hopeless });
    } catch (error) {
      const { message } = error as Error;
      throw new Error(withLogExcerpt(message, process.output), { cause: error });
    }
  }

  async #assertReady(): Promise<void> {
    const admin = `http://${local(this.ports.admin)}`;
    // Another test's server may have got our port. It is ours if it names our ingress.
    if (!(await getText(`${admin}/version`)).includes(local(this.ports.ingress))) {
      throw new Error(`another server has the port ${this.ports.admin}`);
    }
    await getText(`http://${local(this.ports.ingress)}/restate/health`);
    await assertPartitionsReady(admin);
  }
}

function local(port: number): string {
  return `127.0.0.1:${port}`;
}
