/** A Restate server in a container, by Testcontainers. */
import type { Http2Server } from "node:http2";

import type { GenericContainer, StartedTestContainer } from "testcontainers";

import type { ServiceEndpointAccess, TestEnvironmentStorage } from "./options.js";
import { assertPartitionsReady, untilReady } from "./readiness.js";
import { withLogExcerpt } from "./server-log.js";
import { ADMIN_PORT, INGRESS_PORT } from "./server-settings.js";
import { portOf } from "./service-endpoint.js";
import { loadTestcontainers } from "./testcontainers-package.js";

const START_DEADLINE_MS = 60_000;
const KEPT_CHARS = 64_000;

export interface DockerServerOptions {
  readonly container: GenericContainer;
  readonly settings: Readonly<Record<string, string>>;
  readonly access: ServiceEndpointAccess;
  readonly storage: TestEnvironmentStorage;
  /** The services, which the container has to reach. */
  readonly services: Http2Server;
}

/** By which name a container knows its host. */
export const HOST_NAMES = {
  "docker-host": "host.docker.internal",
  testcontainers: "host.testcontainers.internal",
} as const satisfies Record<ServiceEndpointAccess, string>;

/** @throws Error with the end of the server's log if it does not start */
export async function startDocker(options: DockerServerOptions): Promise<StartedTestContainer> {
  const { TestContainers, Wait } = loadTestcontainers();
  const { container, access, storage, services, settings } = options;
  container
    .withExposedPorts(INGRESS_PORT, ADMIN_PORT)
    .withWaitStrategy(
      Wait.forAll([
        Wait.forHttp("/restate/health", INGRESS_PORT),
        Wait.forHttp("/health", ADMIN_PORT),
      ]),
    );
  if (Object.keys(settings).length > 0) container.withEnvironment(settings);
  if (storage === "memory") container.withTmpFs({ "/restate-data": "rw" });
  if (access === "testcontainers") await TestContainers.exposeHostPorts(portOf(services));
  else container.withExtraHosts([{ host: HOST_NAMES["docker-host"], ipAddress: "host-gateway" }]);
  const log = keepLog(container);
  try {
    return await started(container);
  } catch (error) {
    const message = `The Restate server did not start in Docker: ${(error as Error).message}`;
    throw new Error(withLogExcerpt(message, log()), { cause: error });
  }
}

async function started(container: GenericContainer): Promise<StartedTestContainer> {
  const server = await container.start();
  try {
    const admin = `http://${server.getHost()}:${server.getMappedPort(ADMIN_PORT)}`;
    await untilReady(() => assertPartitionsReady(admin), { withinMs: START_DEADLINE_MS });
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Follows the log from the start, beside a consumer that the container may have already. */
function keepLog(container: GenericContainer): () => string {
  const { logConsumer: others } = container as unknown as { logConsumer?: LogConsumer };
  let text = "";
  container.withLogConsumer((stream) => {
    stream.on("data", (chunk: Buffer | string) => {
      text = (text + chunk.toString()).slice(-KEPT_CHARS);
    });
    others?.(stream);
  });
  return () => text;
}

type LogConsumer = Parameters<GenericContainer["withLogConsumer"]>[0];
