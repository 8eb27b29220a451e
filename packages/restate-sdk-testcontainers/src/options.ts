/** The options of a test environment. */
import type { EndpointOptions } from "@restatedev/restate-sdk";
import type { GenericContainer } from "testcontainers";

/** How a container reaches the services that the test serves on its host. */
export type ServiceEndpointAccess = "testcontainers" | "docker-host";

/** Where the server keeps its data. */
export type TestEnvironmentStorage = "disk" | "memory";

/** What the server runs in. */
export type TestEnvironmentRuntime = "docker" | "binary";

/** Services to test, and the server to test them with. */
export interface TestEnvironmentOptions extends EndpointOptions {
  /**
   * What the server runs in. With `"docker"` it is a container, by the package `testcontainers`, which has to be
   * installed. With `"binary"` it is a process of its own: the program that npm installs with this package.
   *
   * Default: a container if there is a {@link container}, or if `testcontainers` is installed and a container runtime
   * answers; otherwise the binary.
   */
  runtime?: TestEnvironmentRuntime;

  /**
   * Makes the container to use, for an image or settings of your own. Ports, the wait strategy, storage and what the
   * other options ask for are added to it. The second argument of `start` is the same and takes precedence.
   *
   * Default: `() => new RestateContainer()`.
   */
  container?: () => GenericContainer;

  /**
   * How a container reaches the services on its host: by `host.docker.internal`, with `"docker-host"`, or through the
   * port forwarding of Testcontainers, which is slower but needs nothing of the runtime. Default: `"docker-host"`.
   */
  serviceEndpointAccess?: ServiceEndpointAccess;

  /**
   * Where the server keeps its data. `"memory"` is faster: a container has it on a tmpfs, the binary writes to a
   * temporary directory without waiting for the disk. Either way nothing is left of it. Default: `"memory"`.
   */
  storage?: TestEnvironmentStorage;

  /**
   * Suspends an attempt wherever it waits, so that all it has done before is replayed time and again: code that is not
   * deterministic fails its test.
   */
  alwaysReplay?: boolean;

  /** Ends an invocation with its first failed attempt, so that a failure shows at once and not after retries. */
  disableRetries?: boolean;

  /**
   * Further settings of the server, by the name of their environment variable.
   *
   * @example
   * ```ts
   * environment: { RESTATE_LOG_FILTER: "debug" }
   * ```
   */
  environment?: Readonly<Record<string, string>>;
}
