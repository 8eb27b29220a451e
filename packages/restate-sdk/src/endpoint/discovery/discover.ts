/** Answers discovery requests. */
import * as codes from "../../errors/codes.js";
import { errorResponse, staticResponse, unsupportedVersion } from "../responses.js";
import type { StaticResponse } from "../types.js";
import type { EndpointManifest } from "./manifest.js";
import { manifestContentType, MANIFEST_VERSIONS, negotiateManifestVersion } from "./negotiate.js";

/** @param accept the request's header, which lists the manifest versions the server knows */
export function discover(
  { content, needs }: EndpointManifest,
  accept: string | undefined,
): StaticResponse {
  const version = negotiateManifestVersion(accept);
  if (!version) {
    return unsupportedVersion(
      "accept",
      accept,
      MANIFEST_VERSIONS.map(manifestContentType).join(", "),
    );
  }
  const unmet = needs.find(([since]) => since > version);
  if (unmet) {
    const [since, option, where] = unmet;
    return errorResponse(
      codes.INTERNAL,
      `${where} uses the option '${option}', which a Restate server supports from ${SERVERS[since]} on. ` +
        "Remove it or upgrade the server.",
    );
  }
  return staticResponse(
    200,
    manifestContentType(version),
    // Older servers invoke without compression, which works as well.
    JSON.stringify(version < 4 ? { ...content, lambdaCompression: undefined } : content),
  );
}

/** The first server that knows each manifest version. */
const SERVERS = { 3: "1.4", 4: "1.5" } as const;
