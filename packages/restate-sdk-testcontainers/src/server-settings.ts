/** Settings of the Restate server for tests, as environment variables. */

/** The server suspends an attempt wherever it waits, so that everything before is replayed. */
export const ALWAYS_REPLAY = { RESTATE_WORKER__INVOKER__INACTIVITY_TIMEOUT: "0s" };

/** The first failure ends an invocation. */
export const NO_RETRIES = {
  RESTATE_DEFAULT_RETRY_POLICY__MAX_ATTEMPTS: "1",
  RESTATE_DEFAULT_RETRY_POLICY__ON_MAX_ATTEMPTS: "kill",
};

/** Data nobody will ever read again need not reach the disk. */
export const NO_FSYNC = {
  RESTATE_BIFROST__LOCAL__ROCKSDB_DISABLE_WAL_FSYNC: "true",
  RESTATE_LOG_SERVER__ROCKSDB_DISABLE_WAL_FSYNC: "true",
};

/** A server that starts quickly and leaves the machine to the tests. */
export const SMALL = {
  RESTATE_DEFAULT_NUM_PARTITIONS: "1",
  RESTATE_ROCKSDB_TOTAL_MEMORY_SIZE: "128MB",
  RESTATE_BIFROST__RECORD_CACHE_MEMORY_SIZE: "16MB",
  RESTATE_DISABLE_TELEMETRY: "true",
};

export const READABLE_LOG = {
  RESTATE_LOG_FORMAT: "compact",
  RESTATE_LOG_DISABLE_ANSI_CODES: "true",
};

/** Where the server listens, inside a container. */
export const INGRESS_PORT = 8080;
export const ADMIN_PORT = 9070;

/** What the options of an environment ask of any server. */
export function requestedSettings(options: {
  readonly alwaysReplay?: boolean | undefined;
  readonly disableRetries?: boolean | undefined;
  readonly environment?: Readonly<Record<string, string>> | undefined;
}): Record<string, string> {
  return {
    ...(options.alwaysReplay === true && ALWAYS_REPLAY),
    ...(options.disableRetries === true && NO_RETRIES),
    ...options.environment,
  };
}
