/** What the runtime knows about services: their handlers and options, as a deployment announces them. */
import type { Deployment } from "./connection.js";
import type { RetryPolicy } from "./retry-policy.js";

export type HandlerKind = "service" | "exclusive" | "shared" | "workflow";

export interface ServiceInfo {
  readonly name: string;
  readonly kind: "service" | "object" | "workflow";
  readonly handlers: ReadonlyMap<string, HandlerInfo>;
  readonly deployment: Deployment;
  /** The manifest's entry, for the admin API. */
  readonly manifest: Readonly<Record<string, unknown>>;
}

export interface HandlerInfo extends ServerDefaults {
  readonly name: string;
  readonly kind: HandlerKind;
  readonly isPublic: boolean;
  readonly enableLazyState: boolean;
  readonly input: InputRules | undefined;
  readonly output: OutputRules;
}

/** A handler with its service. */
export interface ResolvedHandler {
  readonly service: ServiceInfo;
  readonly handler: HandlerInfo;
}

export interface InputRules {
  readonly isRequired: boolean;
  readonly contentType: string | undefined;
}

export interface OutputRules {
  readonly contentType: string | undefined;
  readonly setContentTypeIfEmpty: boolean;
}

/** What holds for handlers that say nothing else: the server's own defaults. */
export interface ServerDefaults {
  readonly inactivityTimeoutMs: number;
  readonly abortTimeoutMs: number;
  readonly idempotencyRetentionMs: number;
  readonly workflowRetentionMs: number;
  readonly journalRetentionMs: number;
  readonly retryPolicy: RetryPolicy;
}

const DAY_MS = 86_400_000;

export const SERVER_DEFAULTS: ServerDefaults = {
  inactivityTimeoutMs: 60_000,
  abortTimeoutMs: 600_000,
  idempotencyRetentionMs: DAY_MS,
  workflowRetentionMs: DAY_MS,
  journalRetentionMs: DAY_MS,
  retryPolicy: {
    initialIntervalMs: 500,
    factor: 2,
    maxIntervalMs: 60_000,
    maxAttempts: 70,
    onMaxAttempts: "pause",
  },
};

/** Discovers a deployment's services. */
export async function discoverServices(
  deployment: Deployment,
  defaults: ServerDefaults,
): Promise<ServiceInfo[]> {
  const { services = [] } = (await deployment.discover()) as { services?: ServiceManifest[] };
  return services.map((service) => toService(service, deployment, defaults));
}

/** @throws TypeError as servers refuse such a deployment */
export function refuseOtherKind(service: ServiceInfo, before: ServiceInfo | undefined): void {
  if (before === undefined || before.kind === service.kind) return;
  throw new TypeError(
    `${service.name} is of the kind "${before.kind}", so its next version cannot be of the kind "${service.kind}". Give it another name.`,
  );
}

interface Enforced {
  readonly inactivityTimeout?: number;
  readonly abortTimeout?: number;
  readonly idempotencyRetention?: number;
  readonly workflowCompletionRetention?: number;
  readonly journalRetention?: number;
  readonly ingressPrivate?: boolean;
  readonly enableLazyState?: boolean;
  readonly retryPolicyInitialInterval?: number;
  readonly retryPolicyMaxInterval?: number;
  readonly retryPolicyExponentiationFactor?: number;
  readonly retryPolicyMaxAttempts?: number;
  readonly retryPolicyOnMaxAttempts?: "PAUSE" | "KILL";
}

interface HandlerManifest extends Enforced {
  readonly name: string;
  readonly ty?: "EXCLUSIVE" | "SHARED" | "WORKFLOW";
  readonly input?: { readonly required?: boolean; readonly contentType?: string };
  readonly output?: { readonly contentType?: string; readonly setContentTypeIfEmpty?: boolean };
}

interface ServiceManifest extends Enforced {
  readonly name: string;
  readonly ty: "SERVICE" | "VIRTUAL_OBJECT" | "WORKFLOW";
  readonly handlers: readonly HandlerManifest[];
}

const SERVICE_KINDS = {
  SERVICE: "service",
  VIRTUAL_OBJECT: "object",
  WORKFLOW: "workflow",
} as const;

function toService(
  service: ServiceManifest,
  deployment: Deployment,
  defaults: ServerDefaults,
): ServiceInfo {
  const kind = SERVICE_KINDS[service.ty];
  const handlers = service.handlers.map((handler): [string, HandlerInfo] => [
    handler.name,
    toHandler(
      { ...service, ...withoutUndefined(handler) },
      { ...handler, service: kind },
      defaults,
    ),
  ]);
  return {
    name: service.name,
    kind,
    handlers: new Map(handlers),
    deployment,
    manifest: service as unknown as Record<string, unknown>,
  };
}

function toHandler(
  options: Enforced,
  handler: HandlerManifest & { readonly service: ServiceInfo["kind"] },
  defaults: ServerDefaults,
): HandlerInfo {
  const { name, service, input, output } = handler;
  const hasInput = input !== undefined && Object.keys(input).length > 0;
  return {
    name,
    kind: kindOf(service, handler.ty),
    isPublic: options.ingressPrivate !== true,
    enableLazyState: options.enableLazyState ?? false,
    input: hasInput
      ? { isRequired: input.required ?? false, contentType: input.contentType }
      : undefined,
    output: {
      contentType: output?.contentType,
      setContentTypeIfEmpty: output?.setContentTypeIfEmpty ?? false,
    },
    ...toTimes(options, defaults),
    retryPolicy: toRetryPolicy(options, defaults.retryPolicy),
  };
}

function toTimes(options: Enforced, defaults: ServerDefaults): Omit<ServerDefaults, "retryPolicy"> {
  return {
    inactivityTimeoutMs: options.inactivityTimeout ?? defaults.inactivityTimeoutMs,
    abortTimeoutMs: options.abortTimeout ?? defaults.abortTimeoutMs,
    idempotencyRetentionMs: options.idempotencyRetention ?? defaults.idempotencyRetentionMs,
    workflowRetentionMs: options.workflowCompletionRetention ?? defaults.workflowRetentionMs,
    journalRetentionMs: options.journalRetention ?? defaults.journalRetentionMs,
  };
}

function kindOf(service: ServiceInfo["kind"], ty: HandlerManifest["ty"]): HandlerKind {
  if (service === "service") return "service";
  if (ty === "SHARED") return "shared";
  return service === "object" ? "exclusive" : ty === "WORKFLOW" ? "workflow" : "shared";
}

function toRetryPolicy(options: Enforced, defaults: RetryPolicy): RetryPolicy {
  const onMaxAttempts = options.retryPolicyOnMaxAttempts?.toLowerCase() as
    RetryPolicy["onMaxAttempts"] | undefined;
  return {
    initialIntervalMs: options.retryPolicyInitialInterval ?? defaults.initialIntervalMs,
    maxIntervalMs: options.retryPolicyMaxInterval ?? defaults.maxIntervalMs,
    factor: options.retryPolicyExponentiationFactor ?? defaults.factor,
    maxAttempts: options.retryPolicyMaxAttempts ?? defaults.maxAttempts,
    onMaxAttempts: onMaxAttempts ?? defaults.onMaxAttempts,
  };
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}
