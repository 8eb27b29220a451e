/** Where an example plays: a Restate server, its own unless one is given, with the services of the example registered. */
import { randomBytes } from "node:crypto";
import * as restate from "@restatedev/restate-sdk";
import { connect, type Ingress } from "@restatedev/restate-sdk-clients";
import { findServerBinary } from "../../packages/restate-sdk-testcontainers/src/server-binary.js";
import {
  AdminClient,
  RestateServer,
  serveInProcess,
} from "../../test/support/real-server/index.js";
import { askWith } from "./ask.js";
import type { Beside, Example, Stage } from "./contract.js";
import { startServerInProcess } from "./in-process-server.js";
import type { Narrator } from "./narrator.js";

export interface StageOptions {
  /** Plays the server in this process, as is done where there is none to start. */
  readonly inProcess?: boolean;
  /** Plays on this server. Default: the one in RESTATE_INGRESS_URL and RESTATE_ADMIN_URL, or one of its own. */
  readonly server?: ServerAddresses | undefined;
}

export interface ServerAddresses {
  readonly ingressUrl: string;
  readonly adminUrl: string;
}

export async function openStage(
  example: Example,
  narrator: Narrator,
  { inProcess = false, server: given = addressesGiven() }: StageOptions = {},
): Promise<Stage> {
  // What runs beside it has to be known to the server, so it cannot be one that runs already.
  const server = example.beside === undefined ? given : undefined;
  const hasNoServer = server === undefined && findServerBinary() === undefined;
  if (inProcess || hasNoServer) {
    if (example.beside !== undefined) throw new Error(needsServer(inProcess));
    return stageInProcess(example, narrator);
  }
  const missing = example.missing?.();
  if (missing !== undefined) throw new Error(missing);
  const beside = await example.beside?.();
  const cleanUp = new CleanUp(beside);
  try {
    const found = server === undefined ? await ownServer(beside, cleanUp) : sharedServer(server);
    const admin = new AdminClient(found.adminUrl);
    const deploy = async (endpoint: restate.EndpointOptions): Promise<void> => {
      const handler = restate.createEndpointHandler(narrated(endpoint, narrator));
      const host = await serveInProcess({ handler });
      cleanUp.add(() => host.close());
      await admin.register(host.url);
    };
    await deploy(example.endpoint);
    return {
      ...askWith(narrator),
      ingress: await clientOf(found.ingressUrl, example),
      ingressUrl: found.ingressUrl,
      admin,
      narrator,
      facts: { ingress: found.ingressUrl, UI: found.adminUrl },
      key: found.key,
      deploy,
      close: () => cleanUp.run(),
    };
  } catch (error) {
    await cleanUp.run();
    throw error;
  }
}

async function stageInProcess(example: Example, narrator: Narrator): Promise<Stage> {
  const server = await startServerInProcess(narrated(example.endpoint, narrator));
  return {
    ...askWith(narrator),
    ingress: await clientOf(server.url, example),
    ingressUrl: server.url,
    admin: undefined,
    narrator,
    facts: {
      ingress: server.url,
      server: "none for this platform, or not wanted: the test kit plays it in this process",
    },
    key: (name) => name,
    deploy: (endpoint) => server.deploy(narrated(endpoint, narrator)),
    close: () => server.close(),
  };
}

function needsServer(inProcess: boolean): string {
  return inProcess
    ? "This example needs a real server: leave out --in-process"
    : "This example starts a server with settings of its own, and npm has none for this platform";
}

interface Server extends ServerAddresses {
  readonly key: Stage["key"];
}

async function ownServer(beside: Beside | undefined, cleanUp: CleanUp): Promise<Server> {
  const server = await RestateServer.start(beside && { env: beside.serverEnv });
  cleanUp.add(() => server.stop());
  return { ingressUrl: server.ingressUrl, adminUrl: server.adminUrl, key: (name) => name };
}

function sharedServer({ ingressUrl, adminUrl }: ServerAddresses): Server {
  const suffix = randomBytes(3).toString("hex");
  return { ingressUrl, adminUrl, key: (name) => `${name}-${suffix}` };
}

function addressesGiven(): ServerAddresses | undefined {
  const ingressUrl = process.env["RESTATE_INGRESS_URL"];
  const adminUrl = process.env["RESTATE_ADMIN_URL"];
  if (ingressUrl !== undefined && adminUrl !== undefined) return { ingressUrl, adminUrl };
  if (ingressUrl === adminUrl) return undefined;
  throw new Error("To use a running server, set both RESTATE_INGRESS_URL and RESTATE_ADMIN_URL");
}

async function clientOf(url: string, { endpoint }: Example): Promise<Ingress> {
  const journalValueCodec = await endpoint.journalValueCodecProvider?.();
  return connect({ url, ...(journalValueCodec && { journalValueCodec }) });
}

/** What was opened, to be closed in the opposite order. */
class CleanUp {
  readonly #closers: (() => Promise<void>)[] = [];

  constructor(beside: Beside | undefined) {
    if (beside !== undefined) this.add(() => beside.close());
  }

  add(closer: () => Promise<void>): void {
    this.#closers.unshift(closer);
  }

  async run(): Promise<void> {
    for (const close of this.#closers.splice(0)) await close();
  }
}

/** The endpoint with a hook that sees every execution of a step; replays execute none. The narrator tells the story. */
function narrated(endpoint: restate.EndpointOptions, narrator: Narrator): restate.EndpointOptions {
  const { defaultServiceOptions: defaults } = endpoint;
  return {
    logger: () => undefined,
    ...endpoint,
    defaultServiceOptions: {
      ...defaults,
      hooks: [...(defaults?.hooks ?? []), tellSteps(narrator)],
    },
  };
}

function tellSteps(narrator: Narrator): restate.HooksProvider {
  return () => ({
    interceptor: {
      run: async (name, next) => {
        // Nameless steps, such as reading the time, would say nothing to the reader.
        if (name === "") return next();
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
