/** One cold start: CPU time since the process was started, at the moments that matter to a function. */
import { handler } from "bench-lambda";

export interface ColdStartReport {
  /** Milliseconds of CPU when the handler is ready, at the first and at the 50th response. */
  readonly readyMs: number;
  readonly firstMs: number;
  readonly fiftiethMs: number;
  readonly peakRssBytes: number;
  /** The first and the last answer, in base64. */
  readonly answers: readonly string[];
}

const readyMs = cpuMs();
const event = JSON.parse(process.argv[2] ?? "") as object;
const context = { awsRequestId: "8a6f2f1e-9d3b-4d5e-8c1a-2b7f0e9d4c33" };
const first = await handler(event, context);
const firstMs = cpuMs();
let last = first;
for (let count = 2; count <= 50; count++) last = await handler(event, context);
const fiftiethMs = cpuMs();
const report: ColdStartReport = {
  readyMs,
  firstMs,
  fiftiethMs,
  peakRssBytes: process.resourceUsage().maxRSS * 1_024,
  answers: [first, last].map(({ statusCode, body }) => (statusCode === 200 ? (body ?? "") : "")),
};
process.stdout.write(JSON.stringify(report));

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
