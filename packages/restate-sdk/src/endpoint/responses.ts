/** Responses that are finished when they are made, in the form every adapter sends. */
import { SERVER_HEADER_VALUE } from "../util/sdk-version.js";
import type { StaticResponse } from "./types.js";

const encoder = new TextEncoder();

/** The head of every response names the SDK, which the server shows beside the deployment. */
export function headersWith(contentType: string | undefined): Readonly<Record<string, string>> {
  return contentType === undefined
    ? { "x-restate-server": SERVER_HEADER_VALUE }
    : { "content-type": contentType, "x-restate-server": SERVER_HEADER_VALUE };
}

export function staticResponse(
  status: number,
  contentType: string,
  body: string | Uint8Array,
): StaticResponse {
  return {
    kind: "static",
    status,
    headers: headersWith(contentType),
    body: typeof body === "string" ? encoder.encode(body) : body,
  };
}

/** The server shows `message` to whoever registers the deployment or looks at a failing invocation. */
export function errorResponse(status: number, message: string): StaticResponse {
  return staticResponse(status, "application/json", JSON.stringify({ message }));
}
