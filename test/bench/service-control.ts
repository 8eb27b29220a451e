/** What every measured service tells the driver, outside the measured connection. */
import type * as http2 from "node:http2";

export type ServiceReport =
  | { readonly port: number }
  | { readonly cpu: NodeJS.CpuUsage; readonly rssBytes: number; readonly heapBytes: number };

/** Listens on a free port and reports to the parent process. */
export function reportTo(server: http2.Http2Server): void {
  server.listen(0, "127.0.0.1", () => {
    reportUsage((server.address() as { port: number }).port);
  });
}

/** Tells the port to the parent process, and answers every message of its with the CPU time used. */
export function reportUsage(port: number): void {
  report({ port });
  process.on("message", () => {
    const { rss, heapUsed } = process.memoryUsage();
    report({ cpu: process.cpuUsage(), rssBytes: rss, heapBytes: heapUsed });
  });
  process.on("disconnect", () => process.exit(0));
}

function report(message: ServiceReport): void {
  process.send?.(message);
}
