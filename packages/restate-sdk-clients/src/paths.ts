/** Paths below the URL of the ingress. */

/** What a request is addressed to. */
export interface Target {
  readonly service: string;
  readonly handler: string;
  /** Of an object or a workflow. The empty string is a key like any other. */
  readonly key?: string | undefined;
  readonly scope?: string | undefined;
}

/**
 * The path that invokes a handler. Outside a scope it is the old one, which every server knows;
 * those with scopes know the new one.
 */
export function targetPath(
  { service, handler, key, scope }: Target,
  verb: "call" | "send",
): string {
  const target = key === undefined ? [service, handler] : [service, key, handler];
  if (scope !== undefined) return pathOf("restate", "scope", scope, verb, ...target);
  return pathOf(...target, ...(verb === "send" ? [verb] : []));
}

/** A path of the segments, each of them encoded. */
export function pathOf(...segments: readonly string[]): string {
  return segments.map((it) => `/${encodeSegment(it)}`).join("");
}

function encodeSegment(segment: string): string {
  // URL parsers take these for directories, encoded or not, and remove them and what is before them:
  // the request would reach another handler.
  if (segment === "." || segment === "..") {
    throw new TypeError(
      `The key "${segment}" cannot be part of a URL, where it means a directory: use another.`,
    );
  }
  return encodeURIComponent(segment);
}
