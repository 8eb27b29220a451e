/** The container of a Restate server. */
import type { GenericContainer, GenericContainerBuilder } from "testcontainers";

import { ALWAYS_REPLAY, NO_RETRIES } from "./server-settings.js";
import { loadTestcontainers } from "./testcontainers-package.js";

/**
 * A Testcontainers container with the image of a Restate server, for the option `container` of a test environment. Needs
 * the package `testcontainers`.
 *
 * @example
 * ```ts
 * container: () => new RestateContainer("1.7").withEnvironment({ RESTATE_LOG_FILTER: "debug" })
 * ```
 */
declare class DeclaredRestateContainer extends GenericContainer {
  /** @param version the tag of the image. Default: `latest` */
  constructor(version?: string);
  /** Suspends an attempt wherever it waits. See `TestEnvironmentOptions.alwaysReplay`. */
  alwaysReplay(): this;
  /** Ends an invocation with its first failed attempt. See `TestEnvironmentOptions.disableRetries`. */
  disableRetries(): this;
}

/**
 * A class whose base class is known only when the first container is made: `testcontainers` need not be installed where
 * no container is used.
 */
class LazyRestateContainer {
  static fromDockerfile(...path: [string, string?]): GenericContainerBuilder {
    return loadTestcontainers().GenericContainer.fromDockerfile(...path);
  }

  constructor(version = "latest") {
    const { GenericContainer } = loadTestcontainers();
    Object.setPrototypeOf(LazyRestateContainer.prototype, GenericContainer.prototype);
    const image = `docker.io/restatedev/restate:${version}`;
    return Reflect.construct(
      GenericContainer,
      [image],
      new.target,
    ) as unknown as LazyRestateContainer;
  }

  alwaysReplay(this: GenericContainer): GenericContainer {
    return this.withEnvironment(ALWAYS_REPLAY);
  }

  disableRetries(this: GenericContainer): GenericContainer {
    return this.withEnvironment(NO_RETRIES);
  }
}

Object.defineProperty(LazyRestateContainer, "name", { value: "RestateContainer" });

export type RestateContainer = DeclaredRestateContainer;
export const RestateContainer = LazyRestateContainer as unknown as typeof DeclaredRestateContainer;
