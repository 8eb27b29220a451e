/** Answers discovery requests. */
import * as codes from "../../errors/codes.js";
import { errorResponse, staticResponse } from "../responses.js";
import type { StaticResponse } from "../types.js";
import { unsupportedFeature } from "./features.js";
import type { EndpointManifest } from "./manifest.js";
import {
  manifestContentType,
  MANIFEST_VERSIONS,
  negotiateManifestVersion,
  type ManifestVersion,
} from "./negotiate.js";

/** @param accept the request's header, which lists the manifest versions the server knows */
export function discover(manifest: EndpointManifest, accept: string | undefined): StaticResponse {
  const version = accept === undefined ? undefined : negotiateManifestVersion(accept);
  if (version === undefined) {
    return errorResponse(codes.UNSUPPORTED_MEDIA_TYPE, describeMismatch(accept));
  }
  const problem = unsupportedFeature(manifest, version);
  if (problem !== undefined) return errorResponse(codes.INTERNAL, problem);
  return staticResponse(200, manifestContentType(version), writeManifest(manifest, version));
}

function writeManifest(manifest: EndpointManifest, version: ManifestVersion): string {
  // Older servers invoke without compression, which works as well.
  const { lambdaCompression, ...rest } = manifest;
  return JSON.stringify(version < 4 ? rest : { ...rest, lambdaCompression });
}

function describeMismatch(accept: string | undefined): string {
  const known = MANIFEST_VERSIONS.map(manifestContentType).join(", ");
  return accept === undefined
    ? `Missing accept header. It has to name a discovery manifest version this SDK knows: ${known}`
    : `Unsupported service discovery protocol version '${accept}'. This SDK knows ${known}. ` +
        "Upgrade the older of the SDK and the Restate server.";
}
