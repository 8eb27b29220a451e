/** Turns the path of a request into the route it asks for, by plain string search: this runs once an invocation. */

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

const HEALTH: SimpleRoute = { kind: "health" };
const DISCOVER: SimpleRoute = { kind: "discover" };

/** The endpoint may be mounted below any prefix, so routes are recognised by the end of the path. */
export function parseRoute(path: string): Route {
  if (path.includes("serdes/")) {
    const preview = parsePreview(path);
    if (preview !== undefined) return preview;
  }
  const lastSlash = path.lastIndexOf("/");
  const last = path.slice(lastSlash + 1);
  const invoke = parseInvoke(path, lastSlash);
  if (invoke !== undefined) return invoke;
  if (last === "discover") return DISCOVER;
  if (last === "health") return HEALTH;
  return { kind: "unknown", path };
}

/** The path of a URL that is either a whole one or starts at its path; query and fragment are cut off. */
export function pathOf(url: string): string {
  const end = endOfPath(url);
  if (url.startsWith("/")) return url.slice(0, end);
  const scheme = url.indexOf("://");
  if (scheme === -1 || scheme > end) return `/${url.slice(0, end)}`;
  const start = url.indexOf("/", scheme + 3);
  return start === -1 || start > end ? "/" : url.slice(start, end);
}

/** The part of the path that the server signs: it knows nothing of the prefix an endpoint is mounted below. */
export function signedPath(path: string): string {
  const lastSlash = path.lastIndexOf("/");
  if (lastSlash === -1) return path;
  const invokeSlash = slashOfInvoke(path, lastSlash);
  if (invokeSlash !== -1) return path.slice(invokeSlash);
  if (path.slice(lastSlash) === "/discover") return "/discover";
  return parseRoute(path).kind === "preview" ? path.slice(path.indexOf("/serdes/")) : path;
}

function parseInvoke(path: string, lastSlash: number): InvokeRoute | undefined {
  const invokeSlash = slashOfInvoke(path, lastSlash);
  if (invokeSlash === -1) return undefined;
  return {
    kind: "invoke",
    service: path.slice(invokeSlash + "/invoke/".length, lastSlash),
    handler: path.slice(lastSlash + 1),
  };
}

/** Where `/invoke` starts if it is the third segment from the end, else -1. */
function slashOfInvoke(path: string, lastSlash: number): number {
  if (lastSlash <= 0) return -1;
  const serviceSlash = path.lastIndexOf("/", lastSlash - 1);
  const invokeSlash = serviceSlash - "/invoke".length;
  return invokeSlash >= 0 && path.startsWith("/invoke/", invokeSlash) ? invokeSlash : -1;
}

function parsePreview(path: string): PreviewRoute | undefined {
  const segments = path.split("/");
  if (segments.at(-1) === "") segments.pop();
  for (let i = 0; i + 3 < segments.length; i++) {
    const [serdes, service, operation] = segments.slice(i, i + 3);
    if (serdes !== "serdes" || service === undefined || service === "") continue;
    if (operation !== "encode" && operation !== "decode") continue;
    const serde = decodeComponent(segments.slice(i + 3).join("/"));
    if (serde === "") continue;
    return { kind: "preview", service, operation, serde };
  }
  return undefined;
}

function endOfPath(url: string): number {
  const query = url.indexOf("?");
  const fragment = url.indexOf("#");
  if (query === -1) return fragment === -1 ? url.length : fragment;
  return fragment === -1 ? query : Math.min(query, fragment);
}

function decodeComponent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign names no serde of ours; the lookup answers 404.
    return text;
  }
}
