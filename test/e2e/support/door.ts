/** The ways from a Restate server to the services of a suite. */
import { createEndpointHandler, type EndpointOptions } from "@restatedev/restate-sdk";
import { serveInProcess, type AdminClient } from "../../support/real-server/index.js";

/** Serves an endpoint, before the server is started. */
export type Door = (options: EndpointOptions) => Promise<OpenDoor>;

export interface OpenDoor {
  /** What the server has to know from its start on. */
  readonly serverEnv?: Readonly<Record<string, string>>;
  register(admin: AdminClient): Promise<unknown>;
  close(): Promise<void>;
}

/** Node's servers without TLS, in this process. */
export function cleartext({ http1 }: { readonly http1: boolean }): Door {
  return async (options) => {
    const host = await serveInProcess({ handler: createEndpointHandler(options), http1 });
    return {
      register: (admin) => admin.register(host.url, { useHttp11: http1 }),
      close: () => host.close(),
    };
  };
}
