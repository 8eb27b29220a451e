/** The head of a response over HTTP/2. */
import type { ServerHttp2Stream } from "node:http2";

/**
 * Whether heads may be lists of names and values, which spares Node the detour over an object: a tenth of an attempt that
 * does nothing. Node takes them from 22.20 and 24.7 on, and refuses them before; what others make of them nobody says.
 */
let takesLists = !["bun", "deno"].some((name) => name in process.versions);

export function sendHead(
  stream: ServerHttp2Stream,
  status: number,
  headers: Readonly<Record<string, string>>,
): void {
  if (takesLists) {
    try {
      // A list of its own, since Node adds the date to it.
      const list = [":status", String(status)];
      for (const name in headers) list.push(name, headers[name] ?? "");
      stream.respond(list as never);
      return;
    } catch {
      takesLists = false;
    }
  }
  stream.respond({ ...headers, ":status": status });
}
