/** The serdes of a service by the names under which the UI asks for a preview. */
import type { Serde } from "@restatedev/restate-sdk-core";
import type { CatalogService } from "./service-catalog.js";

const METADATA_PREFIX = "dev.restate.serde.preview.";

/** The serde named `<handler>/input` or `<handler>/output`. */
export function previewSerde(service: CatalogService, name: string): Serde<unknown> | undefined {
  const slash = name.lastIndexOf("/");
  const handler = service.handlers.get(name.slice(0, slash));
  switch (name.slice(slash + 1)) {
    case "input":
      return handler?.input;
    case "output":
      return handler?.output;
    default:
      return undefined;
  }
}

/** Announces the serdes that can be previewed, as metadata of their service; undefined if there are none. */
export function previewMetadata(service: CatalogService): Record<string, string> | undefined {
  const names = [...service.handlers.values()].flatMap(({ name, input, output }) => [
    ...(input.preview === undefined ? [] : [`${name}/input`]),
    ...(output.preview === undefined ? [] : [`${name}/output`]),
  ]);
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.map((name) => [METADATA_PREFIX + name, "true"]));
}
