/** What an endpoint can be given, whatever it runs on. */
import type {
  JournalValueCodec,
  ServiceDefinition,
  VirtualObjectDefinition,
  WorkflowDefinition,
} from "@restatedev/restate-sdk-core";
import type { LoggerTransport } from "./logger.js";
import type { DefaultServiceOptions } from "./options.js";

/** The services of an endpoint and what they have in common. */
export interface EndpointOptions {
  /**
   * What the endpoint serves: definitions made with `service`, `object`, `workflow` or `implement`.
   */
  services: Array<
    | ServiceDefinition<string, unknown>
    | VirtualObjectDefinition<string, unknown>
    | WorkflowDefinition<string, unknown>
  >;

  /**
   * Public keys of the Restate clusters that may send requests, as their servers log them on start,
   * for example `publickeyv1_2G8dCQhArfvGpzPw5Vx2ALciR4xCLHfS5YaT93XjNxX9`. Requests that none of
   * them has signed are answered with
   * 401. Default: requests are not checked.
   */
  identityKeys?: string[];

  /** Defaults for the options of all services. */
  defaultServiceOptions?: DefaultServiceOptions;

  /** Where log lines go. Default: the console. See {@link LoggerTransport}. */
  logger?: LoggerTransport;

  /**
   * Creates the codec for journal values, once for the endpoint. See {@link JournalValueCodec}.
   *
   * @experimental
   */
  journalValueCodecProvider?: () => Promise<JournalValueCodec>;
}

/**
 * An endpoint under construction. Every method changes the endpoint and returns it.
 * `createEndpointHandler` and `serve` do the same with {@link EndpointOptions}.
 */
export interface RestateEndpointBase<E> {
  /** Adds a service, virtual object or workflow. It replaces one of the same name that was added before. */
  bind<P extends string, M>(
    service: ServiceDefinition<P, M> | VirtualObjectDefinition<P, M> | WorkflowDefinition<P, M>,
  ): E;
  /** See {@link EndpointOptions.identityKeys}. */
  withIdentityV1(...keys: string[]): E;
  /** See {@link EndpointOptions.defaultServiceOptions}. */
  defaultServiceOptions(options: DefaultServiceOptions): E;
  /** See {@link EndpointOptions.logger}. */
  setLogger(logger: LoggerTransport): E;
  /**
   * See {@link EndpointOptions.journalValueCodecProvider}.
   *
   * @experimental
   */
  journalValueCodecProvider(codecProvider: () => Promise<JournalValueCodec>): E;
}
