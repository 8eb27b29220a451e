/** Everything a test talks to: one server with all services of the suite, in one mode. */
import type { EndpointOptions } from "@restatedev/restate-sdk";
import {
  RestateServer,
  type AdminClient,
  type IngressClient,
} from "../../support/real-server/index.js";
import { cleartext, type OpenDoor } from "./door.js";
import type { Mode } from "./modes.js";

export type Services = EndpointOptions["services"];

export class World {
  #server: RestateServer | undefined;
  #door: OpenDoor | undefined;

  constructor(readonly mode: Mode) {}

  async start(services: Services): Promise<void> {
    const { server, http1 = false, door = cleartext({ http1 }), serviceDefaults } = this.mode;
    this.#door = await door({
      services,
      ...(serviceDefaults && { defaultServiceOptions: serviceDefaults }),
      ...quietUnlessAsked(),
    });
    const env = { ...server?.env, ...this.#door.serverEnv };
    this.#server = await RestateServer.start({ ...server, env });
    await this.#door.register(this.admin);
  }

  async stop(): Promise<void> {
    if (process.env["E2E_LOG"] !== undefined) console.log(this.#server?.log);
    await this.#server?.stop();
    await this.#door?.close();
  }

  get server(): RestateServer {
    if (this.#server === undefined) throw new Error("The world has not started yet");
    return this.#server;
  }

  get ingress(): IngressClient {
    return this.server.ingress;
  }

  get admin(): AdminClient {
    return this.server.admin;
  }

  /** Whether the server was told to speak service protocol V7, which brings scopes and pausing. */
  get hasV7(): boolean {
    return this.mode.server?.protocolV7 === true;
  }
}

/** Failing attempts are what many tests are about: their logs are only shown with E2E_LOG=1. */
export function quietUnlessAsked(): Pick<EndpointOptions, "logger"> {
  return process.env["E2E_LOG"] === undefined ? { logger: () => undefined } : {};
}
