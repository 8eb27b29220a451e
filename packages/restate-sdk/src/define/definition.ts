/** The shared part of the three builders: from a user's handlers to the value that endpoints and clients read. */
import {
  makeHandlerDescriptor,
  type HandlerDescriptor,
  type Serde,
} from "@restatedev/restate-sdk-core";
import type { DefaultServiceOptions } from "../api/options.js";
import {
  describeHandler,
  descriptionOf,
  type HandlerDescription,
  type HandlerFunction,
  type HandlerKind,
} from "./handler-description.js";
import { placeOf, validateDefinition, validateHandler } from "./validate.js";

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

/** Which kind a handler gets by its name, unless it was wrapped, and which kinds it may have been wrapped as. */
export interface KindRule {
  readonly defaultKind: HandlerKind;
  /** Why a handler of kind `kind` cannot be used under this name; undefined if it can. */
  refuse?(kind: HandlerKind): string | undefined;
}

/** @throws TypeError when the config has a mistake; the message says where */
export function buildDefinition(
  kind: DefinitionKind,
  config: DefinitionConfig,
  ruleFor: (handlerName: string) => KindRule,
): DefinitionValue {
  const definition = requireConfig(kind, config);
  const { name, description, metadata, options } = definition;
  validateDefinition({ kind, name, options, metadata });
  const routes: Record<string, HandlerFunction> = {};
  const descriptors: Record<string, HandlerDescriptor> = {};
  for (const [handlerName, value] of handlerEntries(kind, definition)) {
    const handler = withDescription(
      value,
      ruleFor(handlerName),
      `${placeOf({ kind, name })}, handler ${JSON.stringify(handlerName)}`,
    );
    validateHandler({ kind, name }, handlerName, descriptionOf(handler)?.options);
    routes[handlerName] = handler;
    descriptors[handlerName] = toDescriptor(descriptionOf(handler), options?.serde);
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

function requireConfig(kind: DefinitionKind, config: unknown): DefinitionConfig {
  if (typeof config === "object" && config !== null) return config as DefinitionConfig;
  throw new TypeError(`${kind}(...) takes an object with name and handlers, not ${String(config)}`);
}

function handlerEntries(
  kind: DefinitionKind,
  { name, handlers }: DefinitionConfig,
): [string, unknown][] {
  if (typeof handlers !== "object" || (handlers as unknown) === null || Array.isArray(handlers)) {
    throw new TypeError(`${placeOf({ kind, name })}: handlers must be an object of functions`);
  }
  const entries = Object.entries(handlers) as [string, unknown][];
  if (kind === "workflow") return withRun(entries, (handlers as { run?: unknown }).run, name);
  // Methods of a class are not enumerable, so an instance of one would be served without any handler.
  if (entries.length === 0 && !isPlain(handlers)) {
    throw new TypeError(
      `${placeOf({ kind, name })}: handlers is an instance of a class without own properties; ` +
        "pass an object whose properties are the handlers",
    );
  }
  return entries;
}

/** The main handler comes first, and may be inherited. */
function withRun(entries: [string, unknown][], run: unknown, name: string): [string, unknown][] {
  if (run === undefined) {
    throw new TypeError(
      `${placeOf({ kind: "workflow", name })}: a workflow needs a handler named run`,
    );
  }
  return [["run", run], ...entries.filter(([handlerName]) => handlerName !== "run")];
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function withDescription(value: unknown, rule: KindRule, where: string): HandlerFunction {
  if (typeof value !== "function") {
    throw new TypeError(`${where}: a handler must be a function, but this one is ${typeof value}`);
  }
  const handler = value as HandlerFunction;
  const description = descriptionOf(handler);
  const kind = description?.kind ?? rule.defaultKind;
  const refusal = rule.refuse?.(kind) ?? refuseGenerator(description?.handler ?? handler);
  if (refusal !== undefined) throw new TypeError(`${where}: ${refusal}`);
  if (description !== undefined) return handler;
  return describeHandler({ kind, handler, options: undefined });
}

/** Calling a generator function runs none of its code, so such a handler would do nothing and succeed. */
function refuseGenerator(handler: HandlerFunction): string | undefined {
  return Object.prototype.toString.call(handler).endsWith("GeneratorFunction]")
    ? "a handler must be an async function, but this one is a generator function"
    : undefined;
}

function toDescriptor(
  description: HandlerDescription | undefined,
  serviceSerde: Serde<unknown> | undefined,
): HandlerDescriptor {
  const options = description?.options;
  const serde = options?.serde ?? serviceSerde;
  return makeHandlerDescriptor(
    options?.input ?? serde,
    options?.output ?? serde,
    description?.kind === "shared",
  );
}
