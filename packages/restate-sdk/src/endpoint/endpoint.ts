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
  readonly logger: LoggerTransport;
  /** For lines that are about no invocation. */
  readonly log: Logger;
  /** Of journal values. */
  readonly codec: Promise<JournalValueCodec> | undefined;
  /** Undefined if everybody may call it. */
  readonly verifyIdentity: IdentityVerifier | undefined;
}

/** @throws TypeError for definitions, options and keys that make no sense */
export function buildEndpoint(options: EndpointOptions): Endpoint {
  const { services, identityKeys = [], logger = consoleTransport } = options;
  const log = createLogger(logger, LogSource.SYSTEM);
  const catalog = buildCatalog(services, options.defaultServiceOptions);
  const byName = new Map(services.map((service) => [service.name, service]));
  for (const service of services) {
    if (byName.get(service.name) !== service) {
      log.warn(`Several services named '${service.name}' were bound; only the last one is served.`);
    }
  }
  let verifyIdentity: IdentityVerifier | undefined;
  if (identityKeys.length > 0) {
    verifyIdentity = createIdentityVerifier(identityKeys);
    log.info(`Accepting only requests signed with one of ${identityKeys.join(", ")}`);
  } else {
    log.warn(
      "Accepting requests from everybody: set identityKeys unless only Restate can reach this endpoint.",
    );
  }
  const codec = options.journalValueCodecProvider?.();
  // It fails the attempts that need it; it must not end the process before that.
  codec?.catch((error: unknown) =>
    log.error("The journal value codec could not be created:", error),
  );
  return { catalog, logger, log, codec, verifyIdentity };
}

/** An endpoint that is put together step by step. Adapters add the methods that serve it. */
export class EndpointBuilder implements RestateEndpointBase<EndpointBuilder> {
  readonly #options: EndpointOptions & { readonly identityKeys: string[] } = {
    services: [],
    identityKeys: [],
  };

  bind<P extends string, M>(
    service: ServiceDefinition<P, M> | VirtualObjectDefinition<P, M> | WorkflowDefinition<P, M>,
  ): this {
    readDefinition(service);
    this.#options.services.push(service);
    return this;
  }

  withIdentityV1(...keys: string[]): this {
    this.#options.identityKeys.push(...keys);
    return this;
  }

  defaultServiceOptions(options: DefaultServiceOptions): this {
    this.#options.defaultServiceOptions = options;
    return this;
  }

  setLogger(logger: LoggerTransport): this {
    this.#options.logger = logger;
    return this;
  }

  journalValueCodecProvider(codecProvider: () => Promise<JournalValueCodec>): this {
    this.#options.journalValueCodecProvider = codecProvider;
    return this;
  }

  /** @throws TypeError as {@link buildEndpoint} does */
  build(): Endpoint {
    return buildEndpoint(this.#options);
  }
}
