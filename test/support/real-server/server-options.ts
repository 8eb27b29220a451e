/** What a test can ask of a Restate server, and how the server wants to be told. */
import {
  READABLE_LOG,
  SMALL,
} from "../../../packages/restate-sdk-testcontainers/src/server-settings.js";

export interface ServerOptions {
  /** How long an attempt may be idle before the server asks it to suspend. "0s" makes every await suspend. */
  readonly inactivityTimeout?: string;
  /** Service protocol V7 with scopes, limit keys and scoped objects. Only possible on a fresh data directory. */
  readonly protocolV7?: boolean;
  /** File with the Ed25519 private key (PEM) that signs requests to services. */
  readonly identityKeyFile?: string;
  /** Further settings, by the name of their environment variable. They win over everything else. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface ServerAddresses {
  readonly ingressPort: number;
  readonly adminPort: number;
  readonly nodePort: number;
}

/** The environment of a server process: small, quick to start, quick to retry. */
export function serverEnvironment(
  options: ServerOptions,
  addresses: ServerAddresses,
  baseDir: string,
): NodeJS.ProcessEnv {
  return {
    PATH: process.env["PATH"],
    HOME: baseDir,
    RESTATE_BASE_DIR: baseDir,
    // A fixed name, so that a restart finds its data again whatever the host is called.
    RESTATE_NODE_NAME: "test-node",
    RESTATE_LISTEN_MODE: "tcp",
    RESTATE_INGRESS__BIND_ADDRESS: local(addresses.ingressPort),
    RESTATE_ADMIN__BIND_ADDRESS: local(addresses.adminPort),
    RESTATE_BIND_ADDRESS: local(addresses.nodePort),
    RESTATE_ADVERTISED_ADDRESS: `http://${local(addresses.nodePort)}`,
    ...SMALL,
    ...READABLE_LOG,
    RESTATE_LOG_FILTER: "warn,restate_node=info,octocrab=off",
    ...quickRetries,
    ...(options.inactivityTimeout !== undefined && {
      RESTATE_WORKER__INVOKER__INACTIVITY_TIMEOUT: options.inactivityTimeout,
    }),
    ...(options.protocolV7 === true && protocolV7),
    ...(options.identityKeyFile !== undefined && {
      RESTATE_WORKER__INVOKER__REQUEST_IDENTITY_PRIVATE_KEY_PEM_FILE: options.identityKeyFile,
    }),
    ...options.env,
  };
}

const quickRetries = {
  RESTATE_DEFAULT_RETRY_POLICY__INITIAL_INTERVAL: "10ms",
  RESTATE_DEFAULT_RETRY_POLICY__MAX_INTERVAL: "200ms",
};

const protocolV7 = {
  RESTATE_EXPERIMENTAL_ENABLE_PROTOCOL_V7: "true",
  RESTATE_EXPERIMENTAL_ENABLE_VQUEUES: "true",
  RESTATE_EXPERIMENTAL_ENABLE_SCOPED_VIRTUAL_OBJECTS: "true",
  // Limits set through the admin API are otherwise noticed after half a minute.
  RESTATE_WORKER__RULE_BOOK_POLL_INTERVAL: "500ms",
};

function local(port: number): string {
  return `127.0.0.1:${port}`;
}
