/**
 * The types of the Standard Schema and Standard JSON Schema specifications, version 1
 * (https://standardschema.dev). Names and shapes are the specification's, so that schemas of any
 * library can be passed without a dependency on it.
 */

/* eslint-disable @typescript-eslint/no-namespace, @typescript-eslint/no-empty-object-type, @typescript-eslint/no-duplicate-type-constituents --
   The specification's own declarations, which libraries compare with theirs. */

/** Something that carries an input and an output type: what both specifications build on. */
export interface StandardTypedV1<Input = unknown, Output = Input> {
  readonly "~standard": StandardTypedV1.Props<Input, Output>;
}

export declare namespace StandardTypedV1 {
  interface Props<Input = unknown, Output = Input> {
    /** Version of the specification. */
    readonly version: 1;
    /** Name of the schema library. */
    readonly vendor: string;
    /** The two types, for inference only: libraries do not set it at run time. */
    readonly types?: Types<Input, Output> | undefined;
  }

  interface Types<Input = unknown, Output = Input> {
    /** What the schema accepts. */
    readonly input: Input;
    /** What comes out, after defaults and transformations. */
    readonly output: Output;
  }

  type InferInput<Schema extends StandardTypedV1> = NonNullable<
    Schema["~standard"]["types"]
  >["input"];
  type InferOutput<Schema extends StandardTypedV1> = NonNullable<
    Schema["~standard"]["types"]
  >["output"];
}

/** A schema that validates values. */
export interface StandardSchemaV1<Input = unknown, Output = Input> {
  readonly "~standard": StandardSchemaV1.Props<Input, Output>;
}

export declare namespace StandardSchemaV1 {
  interface Props<Input = unknown, Output = Input> extends StandardTypedV1.Props<Input, Output> {
    /** Checks a value; the promise form is for schemas with asynchronous checks. */
    readonly validate: (
      value: unknown,
      options?: StandardSchemaV1.Options | undefined,
    ) => Result<Output> | Promise<Result<Output>>;
  }

  type Result<Output> = SuccessResult<Output> | FailureResult;

  interface SuccessResult<Output> {
    readonly value: Output;
    /** Falsy on success: test this one to tell the results apart. */
    readonly issues?: undefined;
  }

  interface Options {
    /** Settings that only the vendor's library understands. */
    readonly libraryOptions?: Record<string, unknown> | undefined;
  }

  interface FailureResult {
    readonly issues: ReadonlyArray<Issue>;
  }

  interface Issue {
    readonly message: string;
    /** Where in the value, from the outside in. */
    readonly path?: ReadonlyArray<PropertyKey | PathSegment> | undefined;
  }

  interface PathSegment {
    readonly key: PropertyKey;
  }

  interface Types<Input = unknown, Output = Input> extends StandardTypedV1.Types<Input, Output> {}

  type InferInput<Schema extends StandardTypedV1> = StandardTypedV1.InferInput<Schema>;
  type InferOutput<Schema extends StandardTypedV1> = StandardTypedV1.InferOutput<Schema>;
}

/** A schema that can be expressed as JSON Schema. */
export interface StandardJSONSchemaV1<Input = unknown, Output = Input> {
  readonly "~standard": StandardJSONSchemaV1.Props<Input, Output>;
}

export declare namespace StandardJSONSchemaV1 {
  interface Props<Input = unknown, Output = Input> extends StandardTypedV1.Props<Input, Output> {
    readonly jsonSchema: StandardJSONSchemaV1.Converter;
  }

  /** Both may throw when the schema cannot be expressed. */
  interface Converter {
    /** JSON Schema of what the schema accepts. */
    readonly input: (options: StandardJSONSchemaV1.Options) => Record<string, unknown>;
    /** JSON Schema of what comes out. */
    readonly output: (options: StandardJSONSchemaV1.Options) => Record<string, unknown>;
  }

  /**
   * Dialect of JSON Schema. Libraries should know the first two, and throw for one they do not
   * know.
   */
  type Target = "draft-2020-12" | "draft-07" | "openapi-3.0" | ({} & string);

  interface Options {
    readonly target: Target;
    /** Settings that only the vendor's library understands. */
    readonly libraryOptions?: Record<string, unknown> | undefined;
  }

  interface Types<Input = unknown, Output = Input> extends StandardTypedV1.Types<Input, Output> {}

  type InferInput<Schema extends StandardTypedV1> = StandardTypedV1.InferInput<Schema>;
  type InferOutput<Schema extends StandardTypedV1> = StandardTypedV1.InferOutput<Schema>;
}
