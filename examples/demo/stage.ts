/** Where the demo plays: a Restate server, its own unless one is given, with the example services registered. */
import { randomBytes } from "node:crypto";
import * as restate from "@restatedev/restate-sdk";
import {
  AdminClient,
  IngressClient,
  RestateServer,
  serveInProcess,
} from "../../test/support/real-server/index.js";
import { counter } from "../counter/src/counter.js";
import { greeter } from "../greeter/src/greeter.js";
import { signup } from "../signup/src/signup.js";
import type { Narrator } from "./narrator.js";

export interface Stage {
  readonly ingress: IngressClient;
  readonly admin: AdminClient;
  readonly servicesUrl: string;
  /** A key for the demo: as it is on a server of our own, made unique on one that others use. */
  key(name: string): string;
  close(): Promise<void>;
}

export async function openStage(narrator: Narrator): Promise<Stage> {
  const server = await findServer();
  const handler = restate.createEndpointHandler({
    services: [greeter, counter, signup],
    defaultServiceOptions: { hooks: [tellSteps(narrator)] },
    // The narrator tells the story.
    logger: () => undefined,
  });
  const host = await serveInProcess({ handler });
  const close = async (): Promise<void> => {
    await server.close();
    await host.close();
  };
  try {
    await server.admin.register(host.url);
  } catch (error) {
    await close();
    throw error;
  }
  return { ...server, servicesUrl: host.url, close };
}

async function findServer(): Promise<Pick<Stage, "ingress" | "admin" | "key" | "close">> {
  const ingressUrl = process.env["RESTATE_INGRESS_URL"];
  const adminUrl = process.env["RESTATE_ADMIN_URL"];
  if (ingressUrl !== undefined && adminUrl !== undefined) {
    const suffix = randomBytes(3).toString("hex");
    return {
      ingress: new IngressClient(ingressUrl),
      admin: new AdminClient(adminUrl),
      key: (name) => `${name}-${suffix}`,
      close: async () => undefined,
    };
  }
  if (ingressUrl !== adminUrl) {
    throw new Error("To use a running server, set both RESTATE_INGRESS_URL and RESTATE_ADMIN_URL");
  }
  const server = await RestateServer.start();
  return {
    ingress: server.ingress,
    admin: server.admin,
    key: (name) => name,
    close: () => server.stop(),
  };
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
