/** An endpoint: its services and what they have in common, put together once for every adapter. */
import type {
  JournalValueCodec,
  ServiceDefinition,
  VirtualObjectDefinition,
  WorkflowDefinition,
} from "@restatedev/restate-sdk-core";
import type { EndpointOptions, RestateEndpointBase } from "../api/endpoint.js";
import { LogSource, type LoggerTransport } from "../api/logger.js";
import type { DefaultServiceOptions } from "../api/options.js";
import { createIdentityVerifier, type IdentityVerifier } from "./identity/verify.js";
import { consoleTransport } from "./logging/console-transport.js";
import { createLogger, type Logger } from "./logging/logger.js";
import { readDefinition } from "./read-definition.js";
import { buildCatalog, type ServiceCatalog } from "./service-catalog.js";

/** An endpoint that is ready to be served. Immutable. */
export interface Endpoint {
  readonly catalog: ServiceCatalog;
  readonly loggerTransport: LoggerTransport;
  /** For lines that are about no invocation. */
  readonly log: Logger;
  readonly journalValueCodec: Promise<JournalValueCodec> | undefined;
  /** Undefined if everybody may call it. */
  readonly verifyIdentity: IdentityVerifier | undefined;
}

/** What every endpoint under construction can be told. Adapters add the methods that serve it. */
export class EndpointBuilder implements RestateEndpointBase<EndpointBuilder> {
  readonly #definitions = new Map<string, unknown>();
  readonly #replaced = new Set<string>();
  readonly #identityKeys: string[] = [];
  #defaults: DefaultServiceOptions = {};
  #loggerTransport: LoggerTransport = consoleTransport;
  #codecProvider: (() => Promise<JournalValueCodec>) | undefined;

  bind<P extends string, M>(
    service: ServiceDefinition<P, M> | VirtualObjectDefinition<P, M> | WorkflowDefinition<P, M>,
  ): this {
    const { name } = readDefinition(service);
    const former = this.#definitions.get(name);
    if (former !== undefined && former !== service) this.#replaced.add(name);
    this.#definitions.set(name, service);
    return this;
  }

  withIdentityV1(...keys: string[]): this {
    this.#identityKeys.push(...keys);
    return this;
  }

  defaultServiceOptions(options: DefaultServiceOptions): this {
    this.#defaults = options;
    return this;
  }

  setLogger(logger: LoggerTransport): this {
    this.#loggerTransport = logger;
    return this;
  }

  journalValueCodecProvider(codecProvider: () => Promise<JournalValueCodec>): this {
    this.#codecProvider = codecProvider;
    return this;
  }

  /** Applies the options that `createEndpointHandler` and its like take. */
  apply(options: EndpointOptions): this {
    const { services, identityKeys, defaultServiceOptions, logger } = options;
    if (!Array.isArray(services)) {
      throw new TypeError("The option services must be an array of definitions");
    }
    this.withIdentityV1(...(identityKeys ?? []));
    if (defaultServiceOptions) this.defaultServiceOptions(defaultServiceOptions);
    if (options.journalValueCodecProvider) {
      this.journalValueCodecProvider(options.journalValueCodecProvider);
    }
    if (logger) this.setLogger(logger);
    for (const service of services) this.bind(service);
    return this;
  }

  /** @throws TypeError for definitions, options and keys that make no sense */
  build(): Endpoint {
    const loggerTransport = this.#loggerTransport;
    const log = createLogger(loggerTransport, LogSource.SYSTEM);
    const endpoint = {
      catalog: buildCatalog([...this.#definitions.values()], this.#defaults),
      loggerTransport,
      log,
      journalValueCodec: startCodec(this.#codecProvider, log),
      verifyIdentity:
        this.#identityKeys.length > 0 ? createIdentityVerifier(this.#identityKeys) : undefined,
    };
    this.#logSetup(log);
    return endpoint;
  }

  #logSetup(log: Logger): void {
    for (const name of this.#replaced) {
      log.warn(`Several services named '${name}' were bound; only the last one is served.`);
    }
    if (this.#identityKeys.length > 0) {
      log.info(`Accepting only requests signed with one of ${this.#identityKeys.join(", ")}`);
    } else {
      log.warn(
        "Accepting requests from everybody: set identityKeys, or make sure that only Restate reaches this endpoint.",
      );
    }
  }
}

/** A codec that cannot be created fails the attempts that need it; it must not end the process before that. */
function startCodec(
  provider: (() => Promise<JournalValueCodec>) | undefined,
  log: Logger,
): Promise<JournalValueCodec> | undefined {
  const codec = provider && Promise.resolve(provider());
  codec?.catch((error: unknown) => {
    log.error("The journal value codec could not be created:", error);
  });
  return codec;
}
