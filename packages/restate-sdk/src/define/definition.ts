/** The shared part of the three builders: from a user's handlers to the value that endpoints and clients read. */
import { makeHandlerDescriptor, type HandlerDescriptor } from "@restatedev/restate-sdk-core";
import type { DefaultServiceOptions } from "../api/options.js";
import {
  describeHandler,
  descriptionOf,
  type HandlerFunction,
  type HandlerKind,
} from "./handler-description.js";
import { placeOf, refuse, validate } from "./validate.js";

/** What a builder is called with, before anything about it is known. */
export interface DefinitionConfig {
  readonly name: string;
  readonly handlers: object;
  readonly description?: string | undefined;
  readonly metadata?: Record<string, string> | undefined;
  readonly options?: DefaultServiceOptions | undefined;
}

/** A definition at run time. Clients see `name`, `_kind` and `_handlers`, endpoints the rest. */
export type DefinitionValue = {
  readonly name: string;
  readonly metadata: Record<string, string> | undefined;
  readonly description: string | undefined;
  readonly options: DefaultServiceOptions | undefined;
  readonly _kind: DefinitionKind;
  readonly _handlers: Record<string, HandlerDescriptor>;
} & {
  /** The handlers, under the kind's name. They are called with this object as `this`. */
  readonly [Kind in DefinitionKind]?: Readonly<Record<string, HandlerFunction>>;
};

export type DefinitionKind = "service" | "object" | "workflow";

/**
 * @param kindOf the kind of a handler that was not wrapped, by its name
 * @throws TypeError when the config has a mistake; the message says where
 */
export function buildDefinition(
  kind: DefinitionKind,
  config: DefinitionConfig,
  kindOf: (handlerName: string) => HandlerKind,
): DefinitionValue {
  const { name, handlers, description, metadata, options } = Object(config) as DefinitionConfig;
  const definition = { kind, name, metadata, options };
  const place = placeOf(definition);
  validate(definition, place);
  const routes: Record<string, HandlerFunction> = {};
  const descriptors: Record<string, HandlerDescriptor> = {};
  const entries = Object.entries(Object(handlers) as object);
  if (entries.length === 0 && !isPlain(handlers)) {
    refuse(place, "handlers must be an object of functions, not an instance of a class");
  }
  for (const [handlerName, handler] of entries as [string, HandlerFunction][]) {
    const described = descriptionOf(handler) ?? { kind: kindOf(handlerName), handler };
    const where = placeOf(definition, handlerName);
    const type = Object.prototype.toString.call(described.handler);
    // Calling a generator function runs none of its code, so such a handler would do nothing and succeed.
    if (typeof described.handler !== "function" || type.includes("Generator")) {
      refuse(where, `a handler must be an async function, but this one is ${type}`);
    }
    validate({ name: handlerName, options: described.options }, where);
    const given = described.options ?? {};
    const serde = given.serde ?? options?.serde;
    routes[handlerName] = describeHandler(described);
    descriptors[handlerName] = makeHandlerDescriptor(
      given.input ?? serde,
      given.output ?? serde,
      described.kind === "shared",
    );
  }
  return {
    name,
    [kind]: routes,
    metadata,
    description,
    options,
    _kind: kind,
    _handlers: descriptors,
  };
}

/** Methods of a class are not enumerable, so an instance of one would be served without any handler. */
function isPlain(value: unknown): boolean {
  if (value == null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
