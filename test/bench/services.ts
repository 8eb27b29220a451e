/** Bundles the measured services and starts each in a process of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { node22Binary } from "../differential/sdk-process.js";
import type { Version } from "./cases.js";
import type { ServiceReport } from "./service-control.js";

export type Variant = "floor" | "ours" | "official";

export const VARIANTS: readonly Variant[] = ["floor", "ours", "official"];
export const CACHE = fileURLToPath(new URL("../../node_modules/.cache/bench/", import.meta.url));

const HERE = fileURLToPath(new URL(".", import.meta.url));
const OUR_ENTRY = fileURLToPath(
  new URL("../../packages/restate-sdk/src/index.ts", import.meta.url),
);

export interface Usage {
  readonly cpuMicros: number;
  readonly rssBytes: number;
}

export interface Service {
  readonly variant: Variant;
  readonly port: number;
  usage(): Promise<Usage>;
  /** Resolves when the process has ended, and with it whatever it writes at its end. */
  stop(): Promise<void>;
}

/** Ours is bundled from its sources, so that no build is needed; the official SDK is used as published. */
export async function bundleServices(): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const options = {
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "error",
  } as const;
  const sdk = { ...options, entryPoints: [path.join(HERE, "service-sdk.ts")] };
  await Promise.all([
    build({
      ...options,
      entryPoints: [path.join(HERE, "service-floor.ts")],
      outfile: bundleOf("floor"),
    }),
    build({ ...sdk, alias: { "bench-sdk": OUR_ENTRY }, outfile: bundleOf("ours") }),
    build({
      ...sdk,
      alias: { "bench-sdk": "official-sdk" },
      external: ["official-sdk"],
      outfile: bundleOf("official"),
    }),
  ]);
}

/** All variants run on the same Node: 22, the oldest that the official SDK supports. */
export async function startService(
  variant: Variant,
  run: {
    readonly caseName: string;
    readonly version: Version;
    readonly nodeOptions?: readonly string[];
  },
): Promise<Service> {
  const recent = Number.parseInt(process.versions.node) >= 22;
  const child = spawn(
    recent ? process.execPath : node22Binary(),
    [...(run.nodeOptions ?? []), bundleOf(variant), run.caseName, String(run.version)],
    { stdio: ["ignore", "inherit", "inherit", "ipc"] },
  );
  const first = await nextReport(child);
  if (!("port" in first)) throw new Error("the service did not tell its port");
  return {
    variant,
    port: first.port,
    usage: async () => {
      const next = nextReport(child);
      child.send("usage");
      const report = await next;
      if (!("cpu" in report)) throw new Error("the service did not tell its usage");
      return { cpuMicros: report.cpu.user + report.cpu.system, rssBytes: report.rssBytes };
    },
    stop: async () => {
      const exited = once(child, "exit");
      child.disconnect();
      await exited;
    },
  };
}

function bundleOf(variant: Variant): string {
  return path.join(CACHE, `service-${variant}.mjs`);
}

async function nextReport(child: ChildProcess): Promise<ServiceReport> {
  const [report] = (await once(child, "message")) as [ServiceReport];
  return report;
}
