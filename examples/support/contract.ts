/** What an example is, as the default export of its `example.ts`: services, and requests that show them at work. */
import type { EndpointOptions } from "@restatedev/restate-sdk";
import type { Ingress } from "@restatedev/restate-sdk-clients";
import type { AdminClient } from "../../test/support/real-server/index.js";
import type { Ask } from "./ask.js";
import type { Narrator } from "./narrator.js";

export interface Example {
  readonly title: string;
  readonly endpoint: EndpointOptions;
  /** Starts what else is needed, such as a broker. Only a server that the example starts itself knows of it. */
  readonly beside?: () => Promise<Beside>;
  /** What this machine lacks for the example to be played, and how to get it, if it lacks anything. */
  readonly missing?: () => string | undefined;
  /** Sends the requests and checks every answer: a failed assertion fails the example. */
  play(stage: Stage): Promise<void>;
  /** A command that the reader may try afterwards. */
  tryIt?(stage: Stage): string;
}

/** What runs beside the server as long as the example does. */
export interface Beside {
  /** Settings of the server, by the name of their environment variable. */
  readonly serverEnv: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Where an example plays. */
export interface Stage extends Ask {
  readonly ingress: Ingress;
  /** For requests without a client. */
  readonly ingressUrl: string;
  /** The server's admin API. The server that the test kit plays has none. */
  readonly admin: AdminClient | undefined;
  readonly narrator: Narrator;
  /** For the reader: what plays here, and where to look at it. */
  readonly facts: Readonly<Record<string, string>>;
  /** A key for the example: as it is on a server of our own, made unique on one that others use. */
  key(name: string): string;
  /** Serves and registers another deployment beside the example's own, such as the next version of its services. */
  deploy(endpoint: EndpointOptions): Promise<void>;
  close(): Promise<void>;
}
