/** What every measured service tells the driver, outside the measured connection. */
import type * as http2 from "node:http2";

export type ServiceReport =
  | { readonly port: number }
  | {
      readonly cpu: NodeJS.CpuUsage;
      readonly rssBytes: number;
      readonly heapBytes: number;
      readonly maxRssBytes: number;
    };

/** Asked of a service: "settled" collects garbage first, and needs `--expose-gc`. */
export type UsageRequest = "now" | "settled";

/** Listens on a free port and reports to the parent process. */
export function reportTo(server: http2.Http2Server): void {
  server.listen(0, "127.0.0.1", () => {
    reportUsage((server.address() as { port: number }).port);
  });
}

/** Tells the port to the parent process, and answers every message of its with the resources used. */
export function reportUsage(port: number): void {
  report({ port });
  process.on("message", (request: UsageRequest) => {
    if (request === "settled") settle(4, reportResources);
    else reportResources();
  });
  process.on("disconnect", () => process.exit(0));
}

/** Several collections with pauses: what one frees lets the next one free more, and pages go back in the background. */
function settle(collections: number, done: () => void): void {
  if (globalThis.gc === undefined) throw new Error("start the service with --expose-gc");
  globalThis.gc();
  if (collections <= 1) done();
  else setTimeout(settle, 150, collections - 1, done);
}

function reportResources(): void {
  const { rss, heapUsed } = process.memoryUsage();
  report({
    cpu: process.cpuUsage(),
    rssBytes: rss,
    heapBytes: heapUsed,
    maxRssBytes: process.resourceUsage().maxRSS * 1_024,
  });
}

function report(message: ServiceReport): void {
  process.send?.(message);
}
