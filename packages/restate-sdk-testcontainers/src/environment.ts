/** A Restate server with the services of a test: what a test starts before and stops after. */
import type { Http2Server } from "node:http2";

import type {
  JournalValueCodec,
  TypedState,
  UntypedState,
  VirtualObjectDefinition,
  WorkflowDefinition,
} from "@restatedev/restate-sdk";
import type { GenericContainer, StartedTestContainer } from "testcontainers";

import { AdminApi } from "./admin-api.js";
import { startBinary } from "./binary-container.js";
import { HOST_NAMES, startDocker } from "./docker-server.js";
import type { TestEnvironmentOptions, TestEnvironmentRuntime } from "./options.js";
import { RestateContainer } from "./restate-container.js";
import { findServerBinary, MISSING_BINARY } from "./server-binary.js";
import { withServerLog } from "./server-log.js";
import { ADMIN_PORT, INGRESS_PORT, NO_FSYNC, requestedSettings } from "./server-settings.js";
import { closeServer, portOf, serveServices } from "./service-endpoint.js";
import { giveAccess, StateProxy } from "./state-proxy.js";
import { dockerAnswers } from "./testcontainers-package.js";

/**
 * A Restate server that knows the services under test. Each has a server, ports and data of its own, so test files can
 * run side by side.
 *
 * The server ends with {@link stop}, and also when the process of the test ends or is killed.
 *
 * @example
 * ```ts
 * let environment: RestateTestEnvironment;
 * beforeAll(async () => {
 *   environment = await RestateTestEnvironment.start({ services: [counter] });
 * });
 * afterAll(() => environment.stop());
 *
 * test("counts", async () => {
 *   await environment.stateOf(counter, "ann").set("count", 41);
 *   const ingress = clients.connect({ url: environment.baseUrl() });
 *   expect(await ingress.objectClient(counter, "ann").add(1)).toBe(42);
 * });
 * ```
 */
export class RestateTestEnvironment {
  #codec: (() => Promise<JournalValueCodec>) | undefined;

  constructor(
    /** Serves the services. */
    readonly startedRestateHttpServer: Http2Server,
    /**
     * The server's container. Where the server runs as a process, it stands in for one: ports, log, restart and stop
     * work, what needs a container throws.
     */
    readonly startedRestateContainer: StartedTestContainer,
  ) {}

  /**
   * Starts a server and registers the services.
   *
   * @param restateContainerFactory the same as the option `container`
   * @throws Error with the end of the server's log if the server does not start or does not accept the services
   */
  static async start(
    options: TestEnvironmentOptions,
    restateContainerFactory?: () => GenericContainer,
  ): Promise<RestateTestEnvironment> {
    const factory = restateContainerFactory ?? options.container;
    const runtime = await chooseRuntime(options.runtime, factory !== undefined);
    const services = await serveServices(options, runtime === "binary" ? "127.0.0.1" : undefined);
    try {
      const { container, host } = await startServer[runtime]({ options, factory, services });
      const environment = new RestateTestEnvironment(services, container);
      environment.#codec = options.journalValueCodecProvider;
      await environment.#register(`http://${host}:${portOf(services)}`);
      return environment;
    } catch (error) {
      await closeServer(services);
      throw error;
    }
  }

  /** The URL of the ingress, where handlers are called. */
  baseUrl(): string {
    return this.#url(INGRESS_PORT);
  }

  /** The URL of the admin API. */
  adminAPIBaseUrl(): string {
    return this.#url(ADMIN_PORT);
  }

  /** The state of a virtual object or a workflow, to be read and written. */
  stateOf<TState extends TypedState = UntypedState>(
    service: VirtualObjectDefinition<string, unknown> | WorkflowDefinition<string, unknown>,
    key: string,
  ): StateProxy<TState> {
    const proxy = new StateProxy<TState>(this.adminAPIBaseUrl(), service.name, key);
    return giveAccess(proxy, { admin: this.#admin(), codec: this.#codec });
  }

  /** Ends the server and stops serving the services. Nothing is left of either. */
  async stop(): Promise<void> {
    try {
      await this.startedRestateContainer.stop();
    } finally {
      await closeServer(this.startedRestateHttpServer);
    }
  }

  /** The same as {@link stop}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #register(uri: string): Promise<void> {
    try {
      await this.#admin().register(uri);
    } catch (error) {
      await this.startedRestateContainer.stop();
      throw error;
    }
  }

  #admin(): AdminApi {
    const container = this.startedRestateContainer;
    return new AdminApi(this.adminAPIBaseUrl(), (message) => withServerLog(message, container));
  }

  #url(port: number): string {
    const container = this.startedRestateContainer;
    return `http://${container.getHost()}:${container.getMappedPort(port)}`;
  }
}

interface StartServer {
  readonly options: TestEnvironmentOptions;
  readonly factory: (() => GenericContainer) | undefined;
  readonly services: Http2Server;
}

interface StartedServer {
  readonly container: StartedTestContainer;
  /** The name by which the server knows the machine of the test. */
  readonly host: string;
}

const startServer: Record<TestEnvironmentRuntime, (start: StartServer) => Promise<StartedServer>> =
  {
    async binary({ options }) {
      const settings = {
        ...(options.storage !== "disk" && NO_FSYNC),
        ...requestedSettings(options),
      };
      return { container: await startBinary(settings), host: "127.0.0.1" };
    },

    async docker({ options, factory, services }) {
      const { serviceEndpointAccess: access = "docker-host", storage = "memory" } = options;
      const container = await startDocker({
        container: factory?.() ?? new RestateContainer(),
        settings: requestedSettings(options),
        access,
        storage,
        services,
      });
      return { container, host: HOST_NAMES[access] };
    },
  };

async function chooseRuntime(
  asked: TestEnvironmentRuntime | undefined,
  hasContainer: boolean,
): Promise<TestEnvironmentRuntime> {
  if (asked === "binary" && hasContainer) {
    throw new TypeError('The option container needs runtime: "docker", but runtime is "binary".');
  }
  if (asked !== undefined) {
    if (Object.hasOwn(startServer, asked)) return asked;
    throw new TypeError(
      `The option runtime is "docker" or "binary", but not ${JSON.stringify(asked)}.`,
    );
  }
  if (hasContainer || (await dockerAnswers())) return "docker";
  if (findServerBinary() !== undefined) return "binary";
  throw new Error(
    `${MISSING_BINARY} Docker needs the package testcontainers, and a container runtime that answers.`,
  );
}
