/** A service as the admin API tells about it. */
import type { ServiceInfo } from "../runtime/services.js";

type Manifest = Readonly<Record<string, unknown>>;

const SERVICE_TYPES = { service: "Service", object: "VirtualObject", workflow: "Workflow" };
const HANDLER_TYPES = {
  service: undefined,
  exclusive: "Exclusive",
  shared: "Shared",
  workflow: "Workflow",
};

/** Manifest fields with durations, and what the admin API calls them. */
const DURATIONS = {
  journalRetention: "journal_retention",
  idempotencyRetention: "idempotency_retention",
  workflowCompletionRetention: "workflow_completion_retention",
  inactivityTimeout: "inactivity_timeout",
  abortTimeout: "abort_timeout",
};

export function viewService({ name, kind, handlers, manifest }: ServiceInfo): object {
  const manifests = (manifest["handlers"] ?? []) as readonly Manifest[];
  const ofWorkflow = manifests.find((handler) => "workflowCompletionRetention" in handler) ?? {};
  return {
    name,
    ty: SERVICE_TYPES[kind],
    public: manifest["ingressPrivate"] !== true,
    ...documented(manifest),
    ...durations({
      workflowCompletionRetention: ofWorkflow["workflowCompletionRetention"],
      ...manifest,
    }),
    handlers: manifests.map((handler) => {
      const info = handlers.get(String(handler["name"]));
      return {
        name: handler["name"],
        ty: info && HANDLER_TYPES[info.kind],
        public: info?.isPublic,
        ...documented(handler),
        ...durations(handler),
      };
    }),
  };
}

function documented({ documentation, metadata }: Manifest): object {
  return { documentation, metadata };
}

function durations(manifest: Manifest): object {
  return Object.fromEntries(
    Object.entries(DURATIONS).flatMap(([field, name]) => {
      const millis = manifest[field];
      return typeof millis === "number" ? [[name, friendly(millis)]] : [];
    }),
  );
}

/** "1d 2h 3m": the largest units first, those that are zero left out. */
function friendly(millis: number): string {
  const units: readonly (readonly [string, number])[] = [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1_000],
    ["ms", 1],
  ];
  let left = millis;
  const parts = units.flatMap(([unit, size]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count > 0 ? [`${count}${unit}`] : [];
  });
  return parts.join(" ") || "0s";
}
