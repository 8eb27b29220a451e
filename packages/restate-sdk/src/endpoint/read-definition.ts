/** Reads a definition, whichever copy or version of the SDK has made it. */
import type { DefaultServiceOptions } from "../api/options.js";
import type { DefinitionKind } from "../define/definition.js";
import type { HandlerFunction } from "../define/handler-description.js";

/** What an endpoint needs of a definition. */
export interface DefinitionParts {
  readonly kind: DefinitionKind;
  readonly name: string;
  readonly description: string | undefined;
  readonly metadata: Readonly<Record<string, string>> | undefined;
  readonly options: DefaultServiceOptions | undefined;
  /** The handlers by name, and `this` for each of them. */
  readonly routes: Readonly<Record<string, HandlerFunction>>;
}

const KINDS: readonly DefinitionKind[] = ["service", "object", "workflow"];

/** @throws TypeError for a value that was not made by `service`, `object`, `workflow` or `implement` */
export function readDefinition(value: unknown): DefinitionParts {
  const definition = requireObject(value);
  const kind = KINDS.find((candidate) => isRecord(definition[candidate]));
  if (kind === undefined) throw notADefinition(definition);
  const { name, description, metadata, options } = definition;
  return {
    kind,
    name: name as string,
    description: description as string | undefined,
    metadata: metadata as Record<string, string> | undefined,
    options: options as DefaultServiceOptions | undefined,
    routes: definition[kind] as Record<string, HandlerFunction>,
  };
}

function requireObject(value: unknown): Readonly<Record<string, unknown>> {
  if (isRecord(value)) return value;
  throw new TypeError(
    `Cannot bind ${String(value)}: expected a definition made with restate.service, restate.object or restate.workflow` +
      (value === undefined ? ". An import cycle between modules can leave it undefined" : ""),
  );
}

function notADefinition(value: Readonly<Record<string, unknown>>): TypeError {
  const name = typeof value["name"] === "string" ? JSON.stringify(value["name"]) : "an object";
  return new TypeError(
    isRecord(value["_handlers"])
      ? `Cannot bind ${name}: it is an interface without an implementation. Bind what restate.implement makes of it.`
      : `Cannot bind ${name}: it was not made with restate.service, restate.object or restate.workflow.`,
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
