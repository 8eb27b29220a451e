/** Responses that are finished when they are made, in the form every adapter sends. */
import * as codes from "../errors/codes.js";
import { SERVER_HEADER_VALUE } from "../util/sdk-version.js";
import { utf8Encoder } from "../util/utf8.js";
import type { StaticResponse } from "./types.js";

/** The head of every response names the SDK, which the server shows beside the deployment. */
export function headersWith(contentType: string): Readonly<Record<string, string>> {
  return { "content-type": contentType, "x-restate-server": SERVER_HEADER_VALUE };
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
    body: typeof body === "string" ? utf8Encoder.encode(body) : body,
  };
}

/** The server shows `message` to whoever registers the deployment or looks at a failing invocation. */
export function errorResponse(status: number, message: string): StaticResponse {
  return staticResponse(status, "application/json", JSON.stringify({ message }));
}

/** The answer to a `header` that names no version this SDK speaks. */
export function unsupportedVersion(
  header: string,
  value: string | undefined,
  known: string,
): StaticResponse {
  return errorResponse(
    codes.UNSUPPORTED_MEDIA_TYPE,
    `${value ? `Unsupported ${header} '${value}'` : `Missing ${header} header`}: ` +
      `this SDK speaks ${known}. Upgrade the older of the SDK and the Restate server.`,
  );
}
