/** The runtime of the test kit in place of a real server: the same clients, without sockets, in real time. */
import type { EndpointOptions } from "@restatedev/restate-sdk/transport";
import { handleAdmin } from "../../../packages/restate-sdk-testing/src/ingress/admin.js";
import { handleIngress } from "../../../packages/restate-sdk-testing/src/ingress/ingress.js";
import type { Deployment } from "../../../packages/restate-sdk-testing/src/runtime/connection.js";
import { fetchDeployment } from "../../../packages/restate-sdk-testing/src/runtime/fetch-deployment.js";
import {
  Runtime,
  type RuntimeOptions,
} from "../../../packages/restate-sdk-testing/src/runtime/runtime.js";
import { SERVER_DEFAULTS } from "../../../packages/restate-sdk-testing/src/runtime/services.js";
import { AdminClient } from "../real-server/admin-client.js";
import { IngressClient } from "../real-server/ingress-client.js";

/** As quick as the real server is configured for tests. */
const QUICK_RETRIES = { ...SERVER_DEFAULTS.retryPolicy, initialIntervalMs: 10, maxIntervalMs: 200 };

export class InProcessServer {
  readonly ingress: IngressClient;
  readonly admin: AdminClient;
  readonly #runtime: Runtime;

  /** @param reach how handlers are reached: by calls, or by requests to a fetch handler, of whatever SDK is under test */
  static async start(
    endpoint: EndpointOptions,
    options: RuntimeOptions,
    reach: "calls" | "fetch" = "calls",
  ): Promise<InProcessServer> {
    const runtime = new Runtime({
      clock: "real",
      defaults: { retryPolicy: QUICK_RETRIES },
      ...options,
    });
    await runtime.register(
      await (reach === "calls" ? byCalls(endpoint) : byFetch(endpoint, options)),
    );
    return new InProcessServer(runtime);
  }

  private constructor(runtime: Runtime) {
    this.#runtime = runtime;
    this.ingress = new IngressClient("http://ingress.test", (input, init) =>
      handleIngress(runtime, new Request(input, init)),
    );
    this.admin = new AdminClient("http://admin.test", (input, init) =>
      handleAdmin(runtime, new Request(input, init)),
    );
  }

  stop(): Promise<void> {
    this.#runtime.stop();
    return Promise.resolve();
  }
}

/** Only our SDK can be reached so. */
async function byCalls(endpoint: EndpointOptions): Promise<Deployment> {
  const module = await import("../../../packages/restate-sdk-testing/src/runtime/in-process.js");
  return module.inProcess(endpoint);
}

async function byFetch(
  endpoint: EndpointOptions,
  { protocol = 6 }: RuntimeOptions,
): Promise<Deployment> {
  const { createEndpointHandler } = await import("@restatedev/restate-sdk/fetch");
  const handler = createEndpointHandler(endpoint);
  return fetchDeployment({ fetch: (request) => handler(request) }, protocol);
}
