/** The error for bytes or messages that break the service protocol. */
import * as codes from "./codes.js";

/**
 * The other side, or a layer in between, sent something the service protocol does not allow: an
 * unknown frame, a malformed message, a length out of bounds. The message says what and where.
 *
 * It ends the attempt with code 571; the server retries by its policy. It never reaches user code.
 */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  /** The code an Error frame carries for protocol violations. */
  readonly code = codes.PROTOCOL_VIOLATION;
}
