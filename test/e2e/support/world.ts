/** Everything a test talks to: one server with all services of the suite, in one mode. */
import type { EndpointOptions } from "@restatedev/restate-sdk";
import { InProcessServer } from "../../support/in-process-server/in-process-server.js";
import {
  RestateServer,
  type AdminClient,
  type IngressClient,
} from "../../support/real-server/index.js";
import { cleartext, type OpenDoor } from "./door.js";
import type { Mode } from "./modes.js";

export type Services = EndpointOptions["services"];

export class World {
  #server: RestateServer | InProcessServer | undefined;
  #door: OpenDoor | undefined;

  constructor(readonly mode: Mode) {}

  async start(services: Services): Promise<void> {
    const {
      server,
      runtime,
      http1 = false,
      door = cleartext({ http1 }),
      serviceDefaults,
    } = this.mode;
    const endpoint = {
      services,
      ...(serviceDefaults && { defaultServiceOptions: serviceDefaults }),
      ...quietUnlessAsked(),
    };
    if (runtime !== undefined) {
      this.#server = await InProcessServer.start(endpoint, runtime, this.mode.reach);
      return;
    }
    this.#door = await door(endpoint);
    this.#server = await RestateServer.start({
      ...server,
      env: { ...server?.env, ...this.#door.serverEnv },
    });
    await this.#door.register(this.admin);
  }

  async stop(): Promise<void> {
    if (process.env["E2E_LOG"] !== undefined)
      console.log(this.#server instanceof RestateServer ? this.#server.log : "");
    await this.#server?.stop();
    await this.#door?.close();
  }

  /** The real server; there is none in the modes of the in-process runtime. */
  get server(): RestateServer {
    if (this.#server instanceof RestateServer) return this.#server;
    throw new Error("The world has not started yet, or runs without a real server");
  }

  get ingress(): IngressClient {
    return this.#started.ingress;
  }

  get admin(): AdminClient {
    return this.#started.admin;
  }

  get #started(): RestateServer | InProcessServer {
    if (this.#server === undefined) throw new Error("The world has not started yet");
    return this.#server;
  }

  /** Whether the server was told to speak service protocol V7, which brings scopes and pausing. */
  get hasV7(): boolean {
    return this.mode.server?.protocolV7 === true || this.mode.runtime?.protocol === 7;
  }
}

/** Failing attempts are what many tests are about: their logs are only shown with E2E_LOG=1. */
export function quietUnlessAsked(): Pick<EndpointOptions, "logger"> {
  return process.env["E2E_LOG"] === undefined ? { logger: () => undefined } : {};
}
