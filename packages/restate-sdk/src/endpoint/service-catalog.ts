/** The services of an endpoint with every option resolved: what invocations, discovery and previews look things up in. */
import { jsonSerde, type Serde } from "@restatedev/restate-sdk-core";
import type { HooksProvider } from "../api/hooks.js";
import type { DefaultServiceOptions, ServiceOptions } from "../api/options.js";
import {
  descriptionOf,
  type HandlerKind,
  type HandlerOptions,
} from "../define/handler-description.js";
import { placeOf, refuse, validate, validateOptions } from "../define/validate.js";
import * as codes from "../errors/codes.js";
import { TerminalError } from "../errors/terminal-error.js";
import { toError, type AsTerminalError } from "../errors/to-error.js";
import { readDefinition, type DefinitionParts } from "./read-definition.js";

export type { HandlerKind };

export type ServiceCatalog = ReadonlyMap<string, CatalogService>;

export interface CatalogService {
  readonly name: string;
  readonly kind: "service" | "object" | "workflow";
  readonly description: string | undefined;
  readonly metadata: Readonly<Record<string, string>> | undefined;
  /** The endpoint's defaults, overridden by the service's own options. */
  readonly options: DefaultServiceOptions;
  readonly handlers: ReadonlyMap<string, CatalogHandler>;
}

export interface CatalogHandler {
  readonly serviceName: string;
  readonly name: string;
  readonly kind: HandlerKind;
  /** What applies to its attempts: of handler, service and endpoint the nearest that says something. */
  readonly options: ExecutionOptions;
  /** The options given to the handler itself. Restate resolves those it enforces, so discovery sends them as they are. */
  readonly declared: HandlerOptions;
  readonly input: Serde<unknown>;
  readonly output: Serde<unknown>;
  /**
   * Calls the user's function with the decoded input.
   *
   * @throws TerminalError (code 400) if the input cannot be decoded: trying again would not help. Whatever else is thrown
   * passes through.
   */
  invoke(context: unknown, input: Uint8Array): unknown;
}

export interface ExecutionOptions {
  /** Outermost first. */
  readonly hooks: readonly HooksProvider[];
  readonly defaultSerde: Serde<unknown>;
  readonly asTerminalError: AsTerminalError | undefined;
  readonly explicitCancellation: boolean;
  readonly onJournalMismatchErrors: "retry" | "pause" | "fail";
}

/**
 * Of definitions with the same name the last one counts.
 *
 * @throws TypeError for what cannot be served; the message says which definition and why
 */
export function buildCatalog(
  definitions: readonly unknown[],
  defaults: DefaultServiceOptions = {},
): ServiceCatalog {
  validateOptions(defaults, "defaultServiceOptions");
  return new Map(
    definitions.map((value) => {
      const definition = readDefinition(value);
      return [definition.name, toService(definition, defaults)];
    }),
  );
}

function toService(definition: DefinitionParts, defaults: DefaultServiceOptions): CatalogService {
  validate(definition, placeOf(definition));
  const service = { ...definition, options: { ...defaults, ...definition.options } };
  const handlers = Object.entries(definition.routes).map(
    ([name, handler]): [string, CatalogHandler] => [name, toHandler(service, name, handler)],
  );
  return { ...service, handlers: new Map(handlers) };
}

function toHandler(
  service: DefinitionParts & { readonly options: DefaultServiceOptions },
  name: string,
  handler: unknown,
): CatalogHandler {
  const { kind, options, routes } = service;
  const where = placeOf(service, name);
  const description =
    descriptionOf(handler) ??
    refuse(where, `not a handler of a definition made with restate.${kind}`);
  const declared = description.options ?? {};
  validate({ name, options: declared }, where);
  const nearest = <K extends keyof ServiceOptions>(option: K) =>
    declared[option] ?? options[option];
  const defaultSerde = nearest("serde") ?? (jsonSerde as Serde<unknown>);
  const input = declared.input ?? defaultSerde;
  const output = declared.output ?? defaultSerde;
  return {
    serviceName: service.name,
    name,
    kind: kindIn(kind, description.kind),
    options: {
      hooks: [...(options.hooks ?? []), ...(declared.hooks ?? [])],
      defaultSerde,
      asTerminalError: nearest("asTerminalError"),
      explicitCancellation: nearest("explicitCancellation") ?? false,
      onJournalMismatchErrors: nearest("onJournalMismatchErrors") ?? "retry",
    },
    declared,
    input,
    output,
    invoke(context, bytes) {
      let value: unknown;
      try {
        value = input.deserialize(bytes);
      } catch (cause) {
        // Callers see this text, in the words of the official SDK, which tests compare.
        throw unreadable("Failed to deserialize input", cause);
      }
      return description.handler.call(routes, context, value);
    },
  };
}

/** What a handler was wrapped as counts only where its kind of service knows that. */
function kindIn(service: CatalogService["kind"], handler: HandlerKind): HandlerKind {
  if (service === "service") return service;
  return handler === (service === "object" ? "exclusive" : "workflow") ? handler : "shared";
}

/** Fails an invocation whose input makes no sense: trying again would not help. */
export function unreadable(problem: string, cause: unknown): TerminalError {
  return new TerminalError(`${problem}: ${toError(cause).message}`, {
    errorCode: codes.BAD_REQUEST,
    cause,
  });
}
