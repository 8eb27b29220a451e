/** Bundles the measured services and starts each in a process of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { node22Binary } from "../differential/sdk-process.js";
import { bundleToFile, type Variant } from "./bundles.js";
import type { Version } from "./messages.js";
import type { ServiceReport, UsageRequest } from "./service-control.js";

export interface Usage {
  readonly cpuMicros: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
  /** The most it has been since the process started. */
  readonly maxRssBytes: number;
}

export interface Service {
  readonly variant: Variant;
  readonly port: number;
  usage(request?: UsageRequest): Promise<Usage>;
  /** Resolves when the process has ended, and with it whatever it writes at its end. */
  stop(): Promise<void>;
}

/** All variants run on the same Node: 22, the oldest that the official SDK supports. */
export const NODE =
  Number.parseInt(process.versions.node) >= 22 ? process.execPath : node22Binary();

const bundles = new Map<Variant, Promise<string>>();

export async function startService(
  variant: Variant,
  run: {
    readonly caseName: string;
    readonly version: Version;
    readonly nodeOptions?: readonly string[];
  },
): Promise<Service> {
  const child = spawn(
    NODE,
    [...(run.nodeOptions ?? []), await serviceBundle(variant), run.caseName, String(run.version)],
    { stdio: ["ignore", "inherit", "inherit", "ipc"] },
  );
  const first = await nextReport(child);
  if (!("port" in first)) throw new Error("the service did not tell its port");
  return {
    variant,
    port: first.port,
    usage: async (request = "now") => {
      const next = nextReport(child);
      child.send(request);
      const report = await next;
      if (!("cpu" in report)) throw new Error("the service did not tell its usage");
      const { cpu, ...memory } = report;
      return { cpuMicros: cpu.user + cpu.system, ...memory };
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      if (child.connected) child.disconnect();
      // A service that is busy with something without end does not notice.
      const stubborn = setTimeout(() => child.kill("SIGKILL"), 5_000);
      await exited;
      clearTimeout(stubborn);
    },
  };
}

function serviceBundle(variant: Variant): Promise<string> {
  const entry = variant === "floor" ? "service-floor.ts" : "service-sdk.ts";
  const made = bundles.get(variant) ?? bundleToFile({ entry, variant });
  bundles.set(variant, made);
  return made;
}

/** The next message of a child process; rejects when it ends instead of answering. */
export async function nextMessage<T>(child: ChildProcess): Promise<T> {
  const answered = new AbortController();
  const { signal } = answered;
  const message = once(child, "message", { signal }) as Promise<[T]>;
  const ended = once(child, "exit", { signal }).then(([code]) => {
    throw new Error(`a measured process ended with code ${String(code)}`);
  });
  try {
    const [report] = await Promise.race([message, ended]);
    return report;
  } finally {
    message.catch(() => undefined);
    ended.catch(() => undefined);
    answered.abort();
  }
}

function nextReport(child: ChildProcess): Promise<ServiceReport> {
  return nextMessage<ServiceReport>(child);
}
