/** Serves services in a process of their own, which can be killed in mid-flight and started again on the same port. */
import { fileURLToPath } from "node:url";
import { freePorts } from "../../../packages/restate-sdk-testcontainers/src/free-ports.js";
import { sdkTsconfig } from "./sdk-under-test.js";
import { SupervisedProcess } from "./supervised-process.js";

export interface ChildHostOptions {
  /** A module that exports `services`, the array to serve. */
  readonly services: URL;
  /** Environment variables for the service code. */
  readonly env?: Readonly<Record<string, string>>;
}

const entry = fileURLToPath(new URL("./child-host-entry.ts", import.meta.url));

export class ChildHost {
  #process: SupervisedProcess | undefined;

  static async start(options: ChildHostOptions): Promise<ChildHost> {
    const [port] = (await freePorts(1)) as [number];
    const host = new ChildHost(options, port);
    await host.restart();
    return host;
  }

  private constructor(
    readonly options: ChildHostOptions,
    readonly port: number,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get output(): string {
    return this.#process?.output ?? "";
  }

  /** Starts the process (again) and waits until it listens. */
  async restart(): Promise<void> {
    this.#process = new SupervisedProcess({
      command: process.execPath,
      args: ["--import", "tsx", entry, this.options.services.href, String(this.port)],
      env: {
        ...process.env,
        TSX_TSCONFIG_PATH: sdkTsconfig,
        RESTATE_LOGGING: "ERROR",
        ...this.options.env,
      },
      ipc: true,
    });
    await this.#process.nextMessage();
  }

  /** SIGKILL: running handlers get no chance to finish anything. */
  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  /** SIGTERM. */
  async stop(): Promise<void> {
    await this.#process?.stop();
  }
}
