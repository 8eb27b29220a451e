/** A server process in the shape of a container, for what a test asks of `startedRestateContainer`. */
import { Readable } from "node:stream";

import type { StartedTestContainer, StoppedTestContainer } from "testcontainers";

import { BinaryServer } from "./binary-server.js";
import { ADMIN_PORT, INGRESS_PORT } from "./server-settings.js";

/** @throws Error with the end of the server's log if it does not start */
export async function startBinary(
  settings: Readonly<Record<string, string>>,
): Promise<StartedTestContainer> {
  return new BinaryContainer(await BinaryServer.start(settings));
}

class BinaryContainer implements StartedTestContainer {
  readonly #server: BinaryServer;

  constructor(server: BinaryServer) {
    this.#server = server;
  }

  async stop(): Promise<StoppedTestContainer> {
    await this.#server.stop();
    return { getId: () => this.getId(), copyArchiveFromContainer: noContainer };
  }

  /** Starts the server again, with the same ports and, unlike a container, without data. */
  restart(): Promise<void> {
    return this.#server.restart();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server.stop();
  }

  getHost(): string {
    return "127.0.0.1";
  }

  getHostname(): string {
    return "127.0.0.1";
  }

  getFirstMappedPort(): number {
    return this.getMappedPort(INGRESS_PORT);
  }

  getMappedPort(port: number | `${number}/${"tcp" | "udp"}`): number {
    const { ingress, admin } = this.#server.ports;
    if (Number.parseInt(String(port)) === INGRESS_PORT) return ingress;
    if (Number.parseInt(String(port)) === ADMIN_PORT) return admin;
    throw new Error(`The server has the ports ${INGRESS_PORT} and ${ADMIN_PORT}, but not ${port}`);
  }

  getName(): string {
    return this.getId();
  }

  getId(): string {
    return `restate-server-${this.#server.ports.admin}`;
  }

  getLabels(): Record<string, string> {
    return {};
  }

  getNetworkNames(): string[] {
    return [];
  }

  /** What the server has written so far. Unlike a container's, it ends. */
  logs({ tail }: { readonly tail?: number } = {}): Promise<Readable> {
    const lines = this.#server.log.split("\n");
    return Promise.resolve(Readable.from([lines.slice(-(tail ?? lines.length)).join("\n")]));
  }

  getNetworkId = noContainer;
  getIpAddress = noContainer;
  commit = noContainer;
  exec = noContainer;
  copyArchiveFromContainer = noContainer;
  copyArchiveToContainer = noContainer;
  copyDirectoriesToContainer = noContainer;
  copyFilesToContainer = noContainer;
  copyContentToContainer = noContainer;
}

function noContainer(): never {
  throw new Error(
    'The Restate server of this test runs as a process and not in a container. Use runtime: "docker" for that.',
  );
}
