/** Where the demo plays: a Restate server, its own unless one is given, with the example services registered. */
import { randomBytes } from "node:crypto";
import * as restate from "@restatedev/restate-sdk";
import { findServerBinary } from "../../packages/restate-sdk-testcontainers/src/server-binary.js";
import {
  AdminClient,
  IngressClient,
  RestateServer,
  serveInProcess,
} from "../../test/support/real-server/index.js";
import { counter } from "../counter/src/counter.js";
import { greeter } from "../greeter/src/greeter.js";
import { signup } from "../signup/src/signup.js";
import { startServerInProcess } from "./in-process-server.js";
import type { Narrator } from "./narrator.js";

export interface Stage {
  readonly ingress: IngressClient;
  /** For the reader: what plays here, and where to look at it. */
  readonly facts: Readonly<Record<string, string>>;
  /** A key for the demo: as it is on a server of our own, made unique on one that others use. */
  key(name: string): string;
  close(): Promise<void>;
}

export interface StageOptions {
  /** Plays the server in this process, as is done where there is none to start. */
  readonly inProcess: boolean;
}

export async function openStage(narrator: Narrator, { inProcess }: StageOptions): Promise<Stage> {
  const endpoint = {
    services: [greeter, counter, signup],
    defaultServiceOptions: { hooks: [tellSteps(narrator)] },
    // The narrator tells the story.
    logger: () => undefined,
  };
  if (inProcess || (addressesGiven() === undefined && findServerBinary() === undefined)) {
    const server = await startServerInProcess(endpoint);
    const facts = {
      ingress: server.url,
      server: "none for this platform, or not wanted: the test kit plays it in this process",
    };
    return {
      ingress: new IngressClient(server.url),
      facts,
      key: (name) => name,
      close: server.close,
    };
  }
  return registered(await findServer(), endpoint);
}

type Server = Pick<Stage, "ingress" | "key" | "close"> & { readonly admin: AdminClient };

async function registered(
  { admin, ...server }: Server,
  endpoint: restate.EndpointOptions,
): Promise<Stage> {
  const host = await serveInProcess({ handler: restate.createEndpointHandler(endpoint) });
  const close = async (): Promise<void> => {
    await server.close();
    await host.close();
  };
  try {
    await admin.register(host.url);
  } catch (error) {
    await close();
    throw error;
  }
  const services = endpoint.services.map(({ name }) => name).join(", ");
  const facts = {
    ingress: server.ingress.url,
    UI: admin.url,
    services: `${host.url}   ${services}`,
  };
  return { ...server, facts, close };
}

async function findServer(): Promise<Server> {
  const given = addressesGiven();
  if (given !== undefined) {
    const suffix = randomBytes(3).toString("hex");
    return {
      ingress: new IngressClient(given.ingressUrl),
      admin: new AdminClient(given.adminUrl),
      key: (name) => `${name}-${suffix}`,
      close: async () => undefined,
    };
  }
  const server = await RestateServer.start();
  return {
    ingress: server.ingress,
    admin: server.admin,
    key: (name) => name,
    close: () => server.stop(),
  };
}

function addressesGiven(): { readonly ingressUrl: string; readonly adminUrl: string } | undefined {
  const ingressUrl = process.env["RESTATE_INGRESS_URL"];
  const adminUrl = process.env["RESTATE_ADMIN_URL"];
  if (ingressUrl !== undefined && adminUrl !== undefined) return { ingressUrl, adminUrl };
  if (ingressUrl === adminUrl) return undefined;
  throw new Error("To use a running server, set both RESTATE_INGRESS_URL and RESTATE_ADMIN_URL");
}

/** A hook that sees every execution of a step; replays execute none. */
function tellSteps(narrator: Narrator): restate.HooksProvider {
  return () => ({
    interceptor: {
      run: async (name, next) => {
        try {
          await next();
          narrator.step(name, "done");
        } catch (error) {
          narrator.step(name, "failed", error instanceof Error ? error.message : String(error));
          throw error;
        }
      },
    },
  });
}
