/**
 * `serde` as the compiler sees it: a namespace, so that `import zod = serde.zod` works, as with the official package. At
 * run time it is an object; `export *` hands it on where the declaration below hides it from the compiler.
 */
import type { Serde } from "@restatedev/restate-sdk-core";

import type { Output, Zod3Schema, Zod4Schema } from "./zod-serde.js";

export * from "./zod-serde.js";

/** Serdes made from Zod schemas. */
// eslint-disable-next-line @typescript-eslint/no-namespace
export declare namespace serde {
  /**
   * JSON checked by a Zod schema: of Zod 4, of `zod/mini`, or of Zod 3 (3.25 or newer).
   *
   * Values are parsed when they are deserialised, not when they are serialised; what the handler
   * gets is the schema's output, with its defaults and transformations applied. A value that does
   * not match throws the `ZodError`, which names the path of every wrong field; for the input of a
   * handler that means a failure with code 400.
   *
   * The schema is published in discovery as JSON Schema, except schemas of Zod 3, which cannot be
   * converted. A schema for `void` or `undefined` gets no content type: a handler with such an input
   * takes requests without a body only.
   *
   * @example
   * ```ts
   * const greet = restate.handlers.handler(
   *   { input: serde.zod(z.object({ name: z.string() })), output: serde.zod(z.string()) },
   *   async (ctx, { name }) => `Hello ${name}`,
   * );
   * ```
   *
   * @throws TypeError if `schema` is not a Zod schema
   */
  const zod: <T extends Zod3Schema | Zod4Schema>(schema: T) => Serde<Output<T>>;
}
