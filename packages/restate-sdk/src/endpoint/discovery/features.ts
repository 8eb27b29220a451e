/** Which manifest version each optional field needs, and what to tell users whose server is too old for one. */
import type { EndpointManifest, EnforcedOptions } from "./manifest.js";
import type { ManifestVersion } from "./negotiate.js";

type VersionedField = keyof EnforcedOptions | "workflowCompletionRetention";

interface Feature {
  /** The first manifest version that has the field. */
  readonly since: 3 | 4;
  /** The option as users write it. */
  readonly option: string;
}

const features = {
  journalRetention: { since: 3, option: "journalRetention" },
  idempotencyRetention: { since: 3, option: "idempotencyRetention" },
  workflowCompletionRetention: { since: 3, option: "workflowRetention" },
  inactivityTimeout: { since: 3, option: "inactivityTimeout" },
  abortTimeout: { since: 3, option: "abortTimeout" },
  enableLazyState: { since: 3, option: "enableLazyState" },
  ingressPrivate: { since: 3, option: "ingressPrivate" },
  retryPolicyInitialInterval: { since: 4, option: "retryPolicy.initialInterval" },
  retryPolicyMaxInterval: { since: 4, option: "retryPolicy.maxInterval" },
  retryPolicyExponentiationFactor: { since: 4, option: "retryPolicy.exponentiationFactor" },
  retryPolicyMaxAttempts: { since: 4, option: "retryPolicy.maxAttempts" },
  retryPolicyOnMaxAttempts: { since: 4, option: "retryPolicy.onMaxAttempts" },
} as const satisfies Record<VersionedField, Feature>;

/** The first server that knows each manifest version. */
const SERVERS: Readonly<Record<Feature["since"], string>> = { 3: "1.4", 4: "1.5" };

/** Why the manifest cannot be expressed in `version`; undefined if it can. */
export function unsupportedFeature(
  manifest: EndpointManifest,
  version: ManifestVersion,
): string | undefined {
  for (const service of manifest.services) {
    const where = `Service ${JSON.stringify(service.name)}`;
    const problem =
      unsupportedField(service, version, where) ??
      first(service.handlers, (handler) =>
        unsupportedField(handler, version, `${where}, handler ${JSON.stringify(handler.name)},`),
      );
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function unsupportedField(
  fields: { readonly [Field in VersionedField]?: unknown },
  version: ManifestVersion,
  where: string,
): string | undefined {
  const entries = Object.entries(features) as [VersionedField, Feature][];
  return first(entries, ([field, { since, option }]) =>
    since > version && fields[field] !== undefined
      ? `${where} uses the option '${option}', which a Restate server supports from ${SERVERS[since]} on; ` +
        `this one is older (it asked for discovery manifest version ${version}, the option needs ${since}). ` +
        "Remove the option, or upgrade the server."
      : undefined,
  );
}

function first<T>(
  values: readonly T[],
  find: (value: T) => string | undefined,
): string | undefined {
  for (const value of values) {
    const found = find(value);
    if (found !== undefined) return found;
  }
  return undefined;
}
