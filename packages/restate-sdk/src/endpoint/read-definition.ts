/** Reads a definition, whichever copy or version of the SDK has made it. */
import type { DefaultServiceOptions } from "../api/options.js";
import type { DefinitionKind } from "../define/definition.js";
import { show } from "../util/show.js";

/** What an endpoint needs of a definition. */
export interface DefinitionParts {
  readonly kind: DefinitionKind;
  readonly name: string;
  readonly description: string | undefined;
  readonly metadata: Readonly<Record<string, string>> | undefined;
  readonly options: DefaultServiceOptions | undefined;
  /** The handlers by name, and `this` for each of them. */
  readonly routes: Readonly<Record<string, unknown>>;
}

const KINDS: readonly DefinitionKind[] = ["service", "object", "workflow"];

/** @throws TypeError for a value that was not made by `service`, `object`, `workflow` or `implement` */
export function readDefinition(value: unknown): DefinitionParts {
  const definition = Object(value) as Partial<DefinitionParts> & Readonly<Record<string, unknown>>;
  const kind = KINDS.find((candidate) => typeof definition[candidate] === "object");
  if (!kind) {
    throw new TypeError(
      `Cannot bind ${show(definition.name ?? value)}: ` +
        (definition["_handlers"]
          ? "it is an interface without an implementation; bind what restate.implement makes of it"
          : "it was not made with restate.service, object or workflow, or an import cycle has left it undefined"),
    );
  }
  return {
    ...(definition as DefinitionParts),
    kind,
    routes: definition[kind] as DefinitionParts["routes"],
  };
}
