/** The manifest: what an endpoint tells the server about its services when it is registered. */
import type { Serde } from "@restatedev/restate-sdk-core";
import { givenOptions } from "../../define/option-table.js";
import { placeOf } from "../../define/validate.js";
import { metadataWithPreviews } from "../preview.js";
import type { CatalogHandler, CatalogService, ServiceCatalog } from "../service-catalog.js";

/** Whether an attempt reads its request while it writes its response. */
export type ProtocolMode = "BIDI_STREAM" | "REQUEST_RESPONSE";

/** What of the manifest depends on the transport. */
export interface TransportFields {
  readonly protocolMode: ProtocolMode;
  readonly lambdaCompression?: "zstd";
}

/** The manifest in its newest version, as JSON, and what of it older versions cannot express. */
export interface EndpointManifest {
  readonly content: Readonly<Record<string, unknown>>;
  readonly needs: readonly Need[];
}

/** An option that somebody uses, and the first manifest version that has it. */
export type Need = readonly [
  since: 3 | 4,
  option: string,
  /** For example `service "s", handler "h"`. */
  where: string,
];

export function buildManifest(
  catalog: ServiceCatalog,
  transport: TransportFields,
): EndpointManifest {
  const needs: Need[] = [];
  const services = [...catalog.values()].map((service) => toServiceManifest(service, needs));
  return {
    // The protocol versions this SDK speaks.
    content: { minProtocolVersion: 5, maxProtocolVersion: 7, services, ...transport },
    needs,
  };
}

function toServiceManifest(service: CatalogService, needs: Need[]): object {
  const { name, kind, description, options } = service;
  return {
    name,
    ty: kind === "object" ? "VIRTUAL_OBJECT" : kind.toUpperCase(),
    documentation: description,
    metadata: metadataWithPreviews(service),
    // Announced with the one handler it is about.
    ...enforcedOptions({ ...options, workflowRetention: undefined }, placeOf(service), needs),
    handlers: [...service.handlers.values()].map((handler) => ({
      ...toHandlerManifest(handler),
      ...enforcedOptions(
        {
          ...handler.declared,
          workflowRetention: handler.kind === "workflow" ? options.workflowRetention : undefined,
        },
        placeOf(service, handler.name),
        needs,
      ),
    })),
  };
}

function toHandlerManifest({ name, kind, declared, input, output }: CatalogHandler): object {
  return {
    name,
    ty: kind === "service" ? undefined : kind.toUpperCase(),
    documentation: declared.description,
    metadata: declared.metadata,
    input: inputManifest(input, declared.accept),
    output: {
      setContentTypeIfEmpty: declared.setOutputContentTypeIfEmpty ?? false,
      contentType: output.contentType ?? (output.jsonSchema && "application/json"),
      jsonSchema: output.jsonSchema,
    },
  };
}

/** Without a content type the ingress accepts no body at all, unless a schema says that there may be one. */
function inputManifest(
  { jsonSchema, contentType }: Serde<unknown>,
  accept: string | undefined,
): object {
  contentType = accept ?? contentType;
  return contentType === undefined && !jsonSchema
    ? {}
    : { required: false, contentType, jsonSchema };
}

/** Options that Restate enforces are announced at the level they were given at: the server resolves them. */
function enforcedOptions(options: object, where: string, needs: Need[]): object {
  const fields: Record<string, unknown> = {};
  for (const [option, value, , , since, toManifest] of givenOptions(options)) {
    if (!since) continue;
    fields[fieldOf(option)] = toManifest ? toManifest(value as never) : value;
    needs.push([since, option, where]);
  }
  return fields;
}

/** `retryPolicyMaxAttempts` for `retryPolicy.maxAttempts`. */
function fieldOf(option: string): string {
  if (option === "workflowRetention") return "workflowCompletionRetention";
  return option.replace(/\.(.)/, (_dot, first: string) => first.toUpperCase());
}
