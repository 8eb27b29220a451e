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
  #defaults: DefaultServiceOptions | undefined;
  #loggerTransport: LoggerTransport | undefined;
  #codecProvider: (() => Promise<JournalValueCodec>) | undefined;

  bind<P extends string, M>(
    service: ServiceDefinition<P, M> | VirtualObjectDefinition<P, M> | WorkflowDefinition<P, M>,
  ): this {
    const { name } = readDefinition(service);
    if ((this.#definitions.get(name) ?? service) !== service) this.#replaced.add(name);
    this.#definitions.set(name, service);
    return this;
  }

  withIdentityV1(...keys: string[]): this {
    this.#identityKeys.push(...keys);
    return this;
  }

  defaultServiceOptions(options: DefaultServiceOptions | undefined): this {
    this.#defaults = options;
    return this;
  }

  setLogger(logger: LoggerTransport | undefined): this {
    this.#loggerTransport = logger;
    return this;
  }

  journalValueCodecProvider(codecProvider: (() => Promise<JournalValueCodec>) | undefined): this {
    this.#codecProvider = codecProvider;
    return this;
  }

  /** Applies the options that `createEndpointHandler` and its like take. */
  apply(options: EndpointOptions): this {
    options.services.forEach((service) => this.bind(service));
    return this.withIdentityV1(...(options.identityKeys ?? []))
      .defaultServiceOptions(options.defaultServiceOptions)
      .setLogger(options.logger)
      .journalValueCodecProvider(options.journalValueCodecProvider);
  }

  /** @throws TypeError for definitions, options and keys that make no sense */
  build(): Endpoint {
    const keys = this.#identityKeys;
    const loggerTransport = this.#loggerTransport ?? consoleTransport;
    const log = createLogger(loggerTransport, LogSource.SYSTEM);
    const catalog = buildCatalog([...this.#definitions.values()], this.#defaults);
    const verifyIdentity = keys.length > 0 ? createIdentityVerifier(keys) : undefined;
    for (const name of this.#replaced) {
      log.warn(`Several services named '${name}' were bound; only the last one is served.`);
    }
    if (verifyIdentity) log.info(`Accepting only requests signed with one of ${keys.join(", ")}`);
    else
      log.warn(
        "Accepting requests from everybody: set identityKeys unless only Restate can reach this endpoint.",
      );
    const journalValueCodec = this.#codecProvider?.();
    // It fails the attempts that need it; it must not end the process before that.
    journalValueCodec?.catch((error: unknown) => {
      log.error("The journal value codec could not be created:", error);
    });
    return { catalog, loggerTransport, log, journalValueCodec, verifyIdentity };
  }
}
