/** Chooses the manifest version: the newest that both the server and this SDK know. */

/** The manifest versions this SDK writes. */
export type ManifestVersion = 2 | 3 | 4;

/** Newest first. */
export const MANIFEST_VERSIONS: readonly ManifestVersion[] = [4, 3, 2];

export function manifestContentType(version: ManifestVersion): string {
  return `application/vnd.restate.endpointmanifest.v${version}+json`;
}

/** @returns undefined if the server accepts no version this SDK writes */
export function negotiateManifestVersion(accept = ""): ManifestVersion | undefined {
  const accepted = accept.toLowerCase();
  return MANIFEST_VERSIONS.find((version) => accepted.includes(manifestContentType(version)));
}
