/** The manifest: what an endpoint tells the server about its services when it is registered. */
import { millisOrDurationToMillis, type Duration, type Serde } from "@restatedev/restate-sdk-core";
import type { DefaultServiceOptions, RetryPolicy } from "../../api/options.js";
import type { HandlerOptions } from "../../define/handler-description.js";
import type { CatalogHandler, CatalogService, ServiceCatalog } from "../service-catalog.js";
import { previewMetadata } from "../preview-serdes.js";

/** Whether an attempt reads its request while it writes its response. */
export type ProtocolMode = "BIDI_STREAM" | "REQUEST_RESPONSE";

/** Fields that only some transports announce. */
export interface TransportFields {
  readonly lambdaCompression?: "zstd";
}

export interface EndpointManifest extends TransportFields {
  readonly minProtocolVersion: number;
  readonly maxProtocolVersion: number;
  readonly services: readonly ServiceManifest[];
  readonly protocolMode: ProtocolMode;
}

/** Fields that are undefined are left out; durations are milliseconds. */
export interface ServiceManifest extends EnforcedOptions {
  readonly name: string;
  readonly ty: "SERVICE" | "VIRTUAL_OBJECT" | "WORKFLOW";
  readonly handlers: readonly HandlerManifest[];
  readonly documentation: string | undefined;
  readonly metadata: Readonly<Record<string, string>> | undefined;
}

export interface HandlerManifest extends EnforcedOptions {
  readonly name: string;
  readonly ty: "WORKFLOW" | "EXCLUSIVE" | "SHARED" | undefined;
  readonly workflowCompletionRetention: number | undefined;
  readonly input: PayloadManifest & { readonly required?: boolean };
  readonly output: PayloadManifest & { readonly setContentTypeIfEmpty: boolean };
  readonly documentation: string | undefined;
  readonly metadata: Readonly<Record<string, string>> | undefined;
}

interface PayloadManifest {
  readonly contentType?: string | undefined;
  readonly jsonSchema?: object | undefined;
}

/** Options that Restate enforces, at the level they were given at: the server resolves them. */
export interface EnforcedOptions {
  readonly journalRetention: number | undefined;
  readonly idempotencyRetention: number | undefined;
  readonly inactivityTimeout: number | undefined;
  readonly abortTimeout: number | undefined;
  readonly ingressPrivate: boolean | undefined;
  readonly enableLazyState: boolean | undefined;
  readonly retryPolicyInitialInterval: number | undefined;
  readonly retryPolicyMaxInterval: number | undefined;
  readonly retryPolicyExponentiationFactor: number | undefined;
  readonly retryPolicyMaxAttempts: number | undefined;
  readonly retryPolicyOnMaxAttempts: "PAUSE" | "KILL" | undefined;
}

/** The protocol versions this SDK speaks. */
const PROTOCOL_VERSIONS = { minProtocolVersion: 5, maxProtocolVersion: 7 } as const;

const SERVICE_TYPES = {
  service: "SERVICE",
  object: "VIRTUAL_OBJECT",
  workflow: "WORKFLOW",
} as const;

const HANDLER_TYPES = {
  service: undefined,
  exclusive: "EXCLUSIVE",
  shared: "SHARED",
  workflow: "WORKFLOW",
} as const;

/** The whole manifest, in the newest version. */
export function buildManifest(
  catalog: ServiceCatalog,
  protocolMode: ProtocolMode,
  transport: TransportFields = {},
): EndpointManifest {
  return {
    ...PROTOCOL_VERSIONS,
    services: [...catalog.values()].map(toServiceManifest),
    ...transport,
    protocolMode,
  };
}

function toServiceManifest(service: CatalogService): ServiceManifest {
  const preview = previewMetadata(service);
  return {
    name: service.name,
    ty: SERVICE_TYPES[service.kind],
    handlers: [...service.handlers.values()].map((handler) => toHandlerManifest(handler, service)),
    documentation: service.description,
    metadata: preview === undefined ? service.metadata : { ...service.metadata, ...preview },
    ...enforcedOptions(service.options),
  };
}

function toHandlerManifest(handler: CatalogHandler, service: CatalogService): HandlerManifest {
  const { name, kind, declared } = handler;
  return {
    name,
    ty: HANDLER_TYPES[kind],
    // An option of the whole workflow, announced with the one handler it is about.
    workflowCompletionRetention:
      kind === "workflow" ? toMillis(service.options.workflowRetention) : undefined,
    input: inputManifest(handler.input, declared.accept),
    output: outputManifest(handler.output, declared.setOutputContentTypeIfEmpty ?? false),
    ...enforcedOptions(declared),
    documentation: declared.description,
    metadata: declared.metadata,
  };
}

/** Without a content type the ingress accepts no body at all, unless a schema says that there may be one. */
function inputManifest(
  input: Serde<unknown>,
  accept: string | undefined,
): HandlerManifest["input"] {
  const contentType = accept ?? input.contentType;
  const { jsonSchema } = input;
  if (contentType === undefined && jsonSchema === undefined) return {};
  return { required: false, contentType, jsonSchema };
}

function outputManifest(
  { contentType, jsonSchema }: Serde<unknown>,
  setContentTypeIfEmpty: boolean,
): HandlerManifest["output"] {
  if (jsonSchema === undefined) return { setContentTypeIfEmpty, contentType };
  return { setContentTypeIfEmpty, contentType: contentType ?? "application/json", jsonSchema };
}

function enforcedOptions(options: DefaultServiceOptions | HandlerOptions): EnforcedOptions {
  return {
    journalRetention: toMillis(options.journalRetention),
    idempotencyRetention: toMillis(options.idempotencyRetention),
    inactivityTimeout: toMillis(options.inactivityTimeout),
    abortTimeout: toMillis(options.abortTimeout),
    ingressPrivate: options.ingressPrivate,
    enableLazyState: options.enableLazyState,
    ...retryOptions(options.retryPolicy ?? {}),
  };
}

function retryOptions(policy: RetryPolicy) {
  return {
    retryPolicyInitialInterval: toMillis(policy.initialInterval),
    retryPolicyMaxInterval: toMillis(policy.maxInterval),
    retryPolicyExponentiationFactor: policy.exponentiationFactor,
    retryPolicyMaxAttempts: policy.maxAttempts,
    retryPolicyOnMaxAttempts: onMaxAttempts(policy.onMaxAttempts),
  };
}

function onMaxAttempts(option: RetryPolicy["onMaxAttempts"]): "PAUSE" | "KILL" | undefined {
  switch (option) {
    case "pause":
      return "PAUSE";
    case "kill":
      return "KILL";
    case undefined:
      return undefined;
  }
}

function toMillis(duration: Duration | number | undefined): number | undefined {
  return duration === undefined ? undefined : millisOrDurationToMillis(duration);
}
