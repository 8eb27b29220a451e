/** The ways to run the whole suite: the same behaviour is demanded in each of them. */
import type { DefaultServiceOptions } from "@restatedev/restate-sdk";
import type { RuntimeOptions } from "../../../packages/restate-sdk-testing/src/runtime/runtime.js";
import type { ServerOptions } from "../../support/real-server/index.js";
import type { Door } from "./door.js";

export interface Mode {
  readonly name: string;
  readonly server?: ServerOptions;
  readonly serviceDefaults?: DefaultServiceOptions;
  /** No server: the runtime of the test kit, in this process. */
  readonly runtime?: RuntimeOptions;
  /** How that runtime reaches the services. Default: by calls. */
  readonly reach?: "calls" | "fetch";
  /** Serve and register over HTTP/1.1, which makes every attempt request-response. */
  readonly http1?: boolean;
  /** Serve and register in another way; `http1` has no effect then. */
  readonly door?: Door;
}

const V7 = { protocolV7: true } satisfies ServerOptions;
const SUSPEND_AT_EVERY_AWAIT = { inactivityTimeout: "0s" } satisfies ServerOptions;

export const modes = {
  default: { name: "default" },
  alwaysSuspend: { name: "always suspend", server: SUSPEND_AT_EVERY_AWAIT },
  lazyState: { name: "lazy state", serviceDefaults: { enableLazyState: true } },
  http1: { name: "HTTP/1.1", http1: true },
  v7: { name: "protocol V7", server: V7 },
  v7AlwaysSuspend: {
    name: "protocol V7, always suspend",
    server: { ...V7, ...SUSPEND_AT_EVERY_AWAIT },
  },
  runtime: { name: "in-process runtime", runtime: { protocol: 6, mode: "suspend" } },
  runtimeStream: {
    name: "in-process runtime, streaming",
    runtime: { protocol: 6, mode: "stream" },
  },
  runtimeFetch: {
    name: "in-process runtime, fetch handler",
    runtime: { protocol: 6, mode: "suspend" },
    reach: "fetch",
  },
  runtimeV7: { name: "in-process runtime, protocol V7", runtime: { protocol: 7, mode: "suspend" } },
  runtimeV7Stream: {
    name: "in-process runtime, protocol V7, streaming",
    runtime: { protocol: 7, mode: "stream" },
  },
} satisfies Record<string, Mode>;
