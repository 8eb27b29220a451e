/** A framework in miniature, which treats requests as Express and its kind do: middleware, mount paths, body parsers. */
import type { IncomingMessage, ServerResponse } from "node:http";

type Next = () => void;
type Middleware = (request: IncomingMessage, response: ServerResponse, next: Next) => void;

export interface App {
  /** A listener for a Node server. */
  (request: IncomingMessage, response: ServerResponse): void;
  /** Below `path`, the middleware sees URLs without it. */
  use(path: string, middleware: Middleware): void;
}

export function createApp(): App {
  const mounted: { readonly path: string; readonly middleware: Middleware }[] = [];
  const app = (request: IncomingMessage, response: ServerResponse): void => {
    const { url: original = "/" } = request;
    response.setHeader("x-powered-by", "miniature");
    const run = (index: number): void => {
      request.url = original;
      const entry = mounted[index];
      if (entry === undefined) {
        response.writeHead(404).end("nobody feels responsible");
        return;
      }
      const { path, middleware } = entry;
      const isBelow = original === path || original.startsWith(`${path}/`);
      if (path !== "" && !isBelow) {
        run(index + 1);
        return;
      }
      request.url = original.slice(path.length) || "/";
      middleware(request, response, () => run(index + 1));
    };
    run(0);
  };
  return Object.assign(app, {
    use: (path: string, middleware: Middleware) => void mounted.push({ path, middleware }),
  });
}

/** Reads the bodies of requests with this content type, and leaves the others alone. */
export function parseBodies(contentType: string): Middleware {
  return (request, _response, next) => {
    if (!request.headers["content-type"]?.startsWith(contentType)) {
      next();
      return;
    }
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      Object.assign(request, { body: text });
      next();
    });
  };
}
