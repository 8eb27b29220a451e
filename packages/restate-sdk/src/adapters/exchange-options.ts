/** What of an exchange is the same for all requests to an endpoint. */
import type { Endpoint } from "../endpoint/endpoint.js";
import type { ProtocolMode } from "../endpoint/handle.js";

export interface ExchangeOptions {
  /** Whether the response has to wait for the end of the request. */
  readonly requestResponse: boolean;
  /** Told about what nobody can handle, which is a bug of the SDK. The connection is cut afterwards. */
  onUnexpectedError(error: unknown): void;
}

export function exchangeOptions({ log }: Endpoint, protocolMode: ProtocolMode): ExchangeOptions {
  return {
    requestResponse: protocolMode === "REQUEST_RESPONSE",
    onUnexpectedError(error) {
      log.error("Unexpected error while serving a request:", error);
    },
  };
}
