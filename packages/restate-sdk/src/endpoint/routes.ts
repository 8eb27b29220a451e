/** Turns the path of a request into the route it asks for. */

export type Route = InvokeRoute | PreviewRoute | SimpleRoute | UnknownRoute;

export interface InvokeRoute {
  readonly kind: "invoke";
  readonly service: string;
  readonly handler: string;
}

export interface PreviewRoute {
  readonly kind: "preview";
  readonly service: string;
  readonly operation: "encode" | "decode";
  /** Name inside the service, for example `greet/input`. */
  readonly serde: string;
}

export interface SimpleRoute {
  readonly kind: "health" | "discover";
}

export interface UnknownRoute {
  readonly kind: "unknown";
  readonly path: string;
}

interface Found {
  readonly path: string;
  readonly route: Route;
}

/** Whoever calls with ever new URLs must not fill the memory. */
const MAX_KNOWN_URLS = 1_000;

/** Reads URLs, and remembers them: most requests ask for one of a few handlers. */
export function createRouter(): (url: string) => Found {
  let known = new Map<string, Found>();
  return (url) => {
    let found = known.get(url);
    if (!found) {
      if (known.size >= MAX_KNOWN_URLS) known = new Map();
      const path = pathOf(url);
      known.set(url, (found = { path, route: parseRoute(path) }));
    }
    return found;
  };
}

/** The endpoint may be mounted below any prefix, so routes are recognised by the end of the path. */
const ROUTE =
  /\/(?:invoke\/([^/]*)\/([^/]*)|serdes\/([^/]+)\/(encode|decode)\/(.+?)\/?|(discover|health))$/;

type None = undefined;
type RouteMatch =
  | [path: string, service: string, handler: string, None, None, None, None]
  | [path: string, None, None, PreviewRoute["service"], PreviewRoute["operation"], string, None]
  | [path: string, None, None, None, None, None, SimpleRoute["kind"]];

export function parseRoute(path: string): Route {
  const match = ROUTE.exec(path) as unknown as RouteMatch | null;
  if (!match) return { kind: "unknown", path };
  const [, invoked, handler, service, operation, serde, simple] = match;
  if (simple) return { kind: simple };
  if (operation) return { kind: "preview", service, operation, serde: decodeComponent(serde) };
  return { kind: "invoke", service: invoked, handler };
}

/** The path of a URL that is either a whole one or starts at its path; query and fragment are cut off. */
export function pathOf(url: string): string {
  const [, path = ""] = /^(?:[^/?#]*:\/\/[^/?#]*)?\/?([^?#]*)/.exec(url) ?? [];
  return `/${path}`;
}

/** The part of the path that the server signs: it knows nothing of the prefix an endpoint is mounted below. */
export function signedPath(path: string): string {
  return path.slice(ROUTE.exec(path)?.index);
}

function decodeComponent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign names no serde of ours; the lookup answers 404.
    return text;
  }
}
