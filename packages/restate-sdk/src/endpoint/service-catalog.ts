/** The services of an endpoint with every option resolved: what invocations, discovery and previews look things up in. */
import { jsonSerde, type Serde } from "@restatedev/restate-sdk-core";
import type { HooksProvider } from "../api/hooks.js";
import type { DefaultServiceOptions } from "../api/options.js";
import {
  descriptionOf,
  type HandlerDescription,
  type HandlerFunction,
  type HandlerKind,
  type HandlerOptions,
} from "../define/handler-description.js";
import {
  placeOf,
  validateDefaults,
  validateDefinition,
  validateHandler,
} from "../define/validate.js";
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
   * Calls the user's function with the decoded input and encodes its result.
   *
   * Rejects with a TerminalError (code 400) if the input cannot be decoded: trying again would not help. Whatever else is
   * thrown, by the function or by the output serde, passes through.
   */
  invoke(context: unknown, input: Uint8Array): Promise<Uint8Array>;
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
  validateDefaults(defaults);
  return new Map(
    definitions.map((value) => {
      const definition = readDefinition(value);
      return [definition.name, toService(definition, defaults)];
    }),
  );
}

function toService(definition: DefinitionParts, defaults: DefaultServiceOptions): CatalogService {
  validateDefinition(definition);
  const { kind, name, description, metadata, routes } = definition;
  const options = { ...defaults, ...definition.options };
  return {
    name,
    kind,
    description,
    metadata,
    options,
    handlers: new Map(
      Object.entries(routes).map(([handlerName, handler]) => [
        handlerName,
        toHandler({ definition, options, handlerName, handler }),
      ]),
    ),
  };
}

interface HandlerParts {
  readonly definition: DefinitionParts;
  readonly options: DefaultServiceOptions;
  readonly handlerName: string;
  readonly handler: HandlerFunction;
}

function toHandler({ definition, options, handlerName, handler }: HandlerParts): CatalogHandler {
  const description = requireDescription(definition, handlerName, handler);
  const declared = description.options ?? {};
  validateHandler(definition, handlerName, declared);
  const execution = executionOptions(options, declared);
  const input = declared.input ?? execution.defaultSerde;
  const output = declared.output ?? execution.defaultSerde;
  return {
    serviceName: definition.name,
    name: handlerName,
    kind: kindIn(definition.kind, description.kind),
    options: execution,
    declared,
    input,
    output,
    async invoke(context, bytes) {
      const value = decodeInput(input, bytes);
      const result: unknown = await description.handler.call(definition.routes, context, value);
      return encodeOutput(output, result, `${definition.name}/${handlerName}`);
    },
  };
}

function requireDescription(
  definition: DefinitionParts,
  handlerName: string,
  handler: unknown,
): HandlerDescription {
  const description =
    typeof handler === "function" ? descriptionOf(handler as HandlerFunction) : undefined;
  if (description !== undefined) return description;
  throw new TypeError(
    `${placeOf(definition)}: ${JSON.stringify(handlerName)} is not a Restate handler. ` +
      `Make the definition with restate.${definition.kind}({ name, handlers }).`,
  );
}

/** What a handler was wrapped as counts only where its kind of service knows that. */
function kindIn(service: CatalogService["kind"], handler: HandlerKind): HandlerKind {
  switch (service) {
    case "service":
      return "service";
    case "object":
      return handler === "exclusive" ? "exclusive" : "shared";
    case "workflow":
      return handler === "workflow" ? "workflow" : "shared";
  }
}

function executionOptions(
  service: DefaultServiceOptions,
  handler: HandlerOptions,
): ExecutionOptions {
  return {
    hooks: [...(service.hooks ?? []), ...(handler.hooks ?? [])],
    defaultSerde: handler.serde ?? service.serde ?? (jsonSerde as Serde<unknown>),
    asTerminalError: handler.asTerminalError ?? service.asTerminalError,
    explicitCancellation: handler.explicitCancellation ?? service.explicitCancellation ?? false,
    onJournalMismatchErrors:
      handler.onJournalMismatchErrors ?? service.onJournalMismatchErrors ?? "retry",
  };
}

function decodeInput(input: Serde<unknown>, bytes: Uint8Array): unknown {
  try {
    return input.deserialize(bytes);
  } catch (cause) {
    // Callers see this text, in the words of the official SDK, which tests compare.
    throw new TerminalError(`Failed to deserialize input: ${toError(cause).message}`, {
      errorCode: codes.BAD_REQUEST,
      cause,
    });
  }
}

function encodeOutput(output: Serde<unknown>, result: unknown, target: string): Uint8Array {
  const bytes: unknown = output.serialize(result);
  if (ArrayBuffer.isView(bytes)) return bytes as Uint8Array;
  throw new TypeError(
    `The output serde of ${target} returned ${typeof bytes} instead of a Uint8Array. ` +
      "Its serialize must return bytes, synchronously.",
  );
}
