/** What the code at hand serves, and whether the target of a recorded invocation is among it. */
import type { ServiceKind } from "../environment/mock-service.js";
import type { RecordedTarget } from "./journal-format.js";

export type Catalog = ReadonlyMap<string, CatalogService>;

interface CatalogService {
  readonly kind: ServiceKind;
  readonly handlers: readonly string[];
}

const KINDS = { SERVICE: "service", VIRTUAL_OBJECT: "object", WORKFLOW: "workflow" } as const;

interface Manifest {
  readonly services: readonly {
    readonly name: string;
    readonly ty: keyof typeof KINDS;
    readonly handlers: readonly { readonly name: string }[];
  }[];
}

/** @param manifest what our own endpoint answers to discovery */
export function readCatalog(manifest: unknown): Catalog {
  return new Map(
    (manifest as Manifest).services.map(({ name, ty, handlers }) => [
      name,
      { kind: KINDS[ty], handlers: handlers.map((handler) => handler.name) },
    ]),
  );
}

/** Undefined if the code has it. */
export function targetProblem(
  catalog: Catalog,
  { service: name, handler, kind }: RecordedTarget,
): string | undefined {
  const service = catalog.get(name);
  if (service === undefined) {
    return `The code has no service "${name}", only ${listed([...catalog.keys()])}`;
  }
  if (kind !== undefined && kind !== service.kind) {
    return `"${name}" was ${NOUNS[kind]} when the invocation began, and is ${NOUNS[service.kind]} now`;
  }
  if (!service.handlers.includes(handler)) {
    return `${name} has no handler "${handler}", only ${listed(service.handlers)}`;
  }
  return undefined;
}

const NOUNS = { service: "a service", object: "a virtual object", workflow: "a workflow" } as const;

function listed(names: readonly string[]): string {
  return names.length === 0 ? "none at all" : names.map((name) => `"${name}"`).join(", ");
}
