/** The Restate server binary that npm installed for this platform. */
import { findServerBinary } from "../../../packages/restate-sdk-testcontainers/src/server-binary.js";

/** Absolute path of the server binary. Throws with advice when npm left the platform package out. */
export function serverBinaryPath(): string {
  const binary = findServerBinary();
  if (binary !== undefined) return binary;
  const platform = `${process.platform}-${process.arch}`;
  throw new Error(
    `The Restate server for ${process.platform}/${process.arch} is not installed: @restatedev/restate-server-${platform} is missing. ` +
      "Run `npm install` without --omit=optional, or set RESTATE_INGRESS_URL and RESTATE_ADMIN_URL " +
      "where a server is already running.",
  );
}
