/** JSON validated by a Standard Schema: the serde behind `serde.schema`. */
import { jsonSerde } from "./json-serde.js";
import type { Serde } from "./serde-types.js";
import type { StandardJSONSchemaV1, StandardSchemaV1 } from "./standard-schema.js";

type AnySchema = { readonly "~standard": StandardSchemaV1.Props };

export class StandardSchemaSerde<T extends AnySchema> implements Serde<
  StandardSchemaV1.InferOutput<T>
> {
  readonly contentType?: string;
  readonly jsonSchema?: object;
  private readonly validateOptions: StandardSchemaV1.Options | undefined;

  constructor(
    private readonly schema: T,
    validateOptions?: Record<string, unknown>,
    jsonSchemaOptions?: Record<string, unknown>,
  ) {
    // Standard Schema wants a library's own options in `libraryOptions`. Early adopters read them
    // from the top level.
    this.validateOptions = validateOptions && {
      libraryOptions: validateOptions,
      ...validateOptions,
    };
    const jsonSchema = generateJsonSchema(schema, jsonSchemaOptions);
    if (jsonSchema !== undefined) this.jsonSchema = jsonSchema;
    if (!isForNothing(schema)) this.contentType = "application/json";
  }

  serialize(value: StandardSchemaV1.InferOutput<T>): Uint8Array {
    return jsonSerde.serialize(value);
  }

  deserialize(data: Uint8Array): StandardSchemaV1.InferOutput<T> {
    const result = this.schema["~standard"].validate(
      jsonSerde.deserialize(data),
      this.validateOptions,
    );
    if (isPromiseLike(result)) {
      ignoreRejection(result);
      throw new TypeError(
        "This schema validates asynchronously, but a serde can only validate synchronously. " +
          "Remove its asynchronous checks and make them in the handler, inside ctx.run.",
      );
    }
    if (result.issues) {
      throw new TypeError(
        `Standard schema validation failed:\n${result.issues.map(describeIssue).join("\n")}`,
      );
    }
    return result.value;
  }
}

function generateJsonSchema(
  schema: AnySchema,
  libraryOptions: Record<string, unknown> | undefined,
): Record<string, unknown> | undefined {
  const standard: StandardSchemaV1.Props & Partial<Pick<StandardJSONSchemaV1.Props, "jsonSchema">> =
    schema["~standard"];
  try {
    return standard.jsonSchema?.output({ target: "draft-2020-12", libraryOptions });
  } catch {
    // Not every schema can be said in JSON Schema. It is advisory, so the serde works without it.
    return undefined;
  }
}

/**
 * Whether only `undefined` matches. The ingress then takes no body, so for an optional value the
 * answer must be no. Standard Schema has no way to ask; libraries have a name for it, and other
 * schemas are tried on values.
 */
function isForNothing(schema: AnySchema): boolean {
  const { type, expression } = schema as { type?: unknown; expression?: unknown };
  const name = type ?? expression;
  if (typeof name === "string") return name === "void" || name === "undefined";
  return (
    accepts(schema, undefined) && ![null, false, 0, "", [], {}].some((it) => accepts(schema, it))
  );
}

function accepts(schema: AnySchema, value: unknown): boolean {
  const result = schema["~standard"].validate(value);
  if (isPromiseLike(result)) {
    ignoreRejection(result);
    return false;
  }
  return !result.issues;
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value;
}

function ignoreRejection(promise: PromiseLike<unknown>): void {
  promise.then(undefined, () => undefined);
}

function describeIssue({ message, path }: StandardSchemaV1.Issue): string {
  if (!path || path.length === 0) return `* ${message}`;
  const pointer = path
    .map((segment) => `/${String(typeof segment === "object" ? segment.key : segment)}`)
    .join("");
  return `* (at ${pointer}) ${message}`;
}
