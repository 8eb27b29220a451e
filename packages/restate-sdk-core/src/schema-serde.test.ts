/** Values are checked by a Standard Schema when they are read. */
import * as official from "official-sdk-core";
import { describe, expect, expectTypeOf, it, vi } from "vitest";

import { serde, type StandardSchemaV1 } from "./index.js";

const utf8 = (text: string) => new TextEncoder().encode(text);
const none = new Uint8Array(0);

type Validate<T> = StandardSchemaV1.Props<unknown, T>["validate"];

/** A schema as libraries make them, from its validation function. */
function schemaOf<T>(validate: Validate<T>, extra: object = {}): StandardSchemaV1<unknown, T> {
  return { "~standard": { version: 1, vendor: "test", validate, ...extra } };
}

const name = schemaOf<string>((value) =>
  typeof value === "string"
    ? { value: value.trim() }
    : { issues: [{ message: "expected a string" }] },
);
const nothing = schemaOf<void>((value) =>
  value === undefined ? { value } : { issues: [{ message: "expected nothing" }] },
);

describe("serde.schema", () => {
  it("hands out what the schema makes of the JSON", () => {
    const serdeOfName = serde.schema(name);
    expectTypeOf(serdeOfName.deserialize(utf8('"x"'))).toBeString();
    expect(serdeOfName.deserialize(utf8('" Ada "'))).toBe("Ada");
  });

  it("does not check what it writes", () => {
    expect(serde.schema(name).serialize(5 as unknown as string)).toEqual(utf8("5"));
  });

  it("undefined is no bytes, and no bytes are undefined to the schema", () => {
    expect(serde.schema(nothing).serialize(undefined)).toEqual(none);
    expect(() => {
      serde.schema(nothing).deserialize(none);
    }).not.toThrow();
    expect(() => serde.schema(name).deserialize(none)).toThrow("expected a string");
  });

  it("names every issue and its path", () => {
    const strict = schemaOf(() => ({
      issues: [
        { message: "too short", path: ["user", { key: "name" }, 0] },
        { message: "unknown key", path: [Symbol("s")] },
        { message: "wrong", path: [] },
        { message: "also wrong" },
      ],
    }));
    expect(() => serde.schema(strict).deserialize(utf8("{}"))).toThrow(
      new TypeError(
        [
          "Standard schema validation failed:",
          "* (at /user/name/0) too short",
          "* (at /Symbol(s)) unknown key",
          "* wrong",
          "* also wrong",
        ].join("\n"),
      ),
    );
  });

  it("explains an issue as the official package does", () => {
    const message = (sdk: typeof official.serde) => {
      try {
        sdk.schema(name).deserialize(utf8("5"));
        return undefined;
      } catch (error) {
        return String(error);
      }
    };
    expect(message(serde)).toBe(message(official.serde));
  });

  it("refuses schemas that validate asynchronously, without leaving a rejection behind", () => {
    const asynchronous = schemaOf(() => Promise.reject(new Error("nobody listens")));
    expect(() => serde.schema(asynchronous).deserialize(utf8("5"))).toThrow(/asynchronous/);
    expect(serde.schema(asynchronous).contentType).toBe("application/json");
  });
});

describe("the content type", () => {
  it("is JSON, but none for a schema that only undefined matches", () => {
    expect(serde.schema(name).contentType).toBe("application/json");
    expect(serde.schema(nothing).contentType).toBeUndefined();
  });

  it("is JSON for an optional value, which the ingress must let through", () => {
    const anything = schemaOf<unknown>((value) => ({ value }));
    expect(serde.schema(anything).contentType).toBe("application/json");
  });

  it.each(["void", "undefined"])("is none for what its library calls %s", (type) => {
    const tagged = { ...schemaOf<unknown>((value) => ({ value })), type };
    expect(serde.schema(tagged).contentType).toBeUndefined();
  });
});

describe("the JSON Schema", () => {
  it("is the one of the schema's output, generated once", () => {
    const output = vi.fn(() => ({ type: "string" }));
    const library = { input: () => ({}), output };
    const withSchema = schemaOf<string>((value) => ({ value: String(value) }), {
      jsonSchema: library,
    });
    const made = serde.schema(withSchema, undefined, { io: "output" });
    expect(made.jsonSchema).toEqual({ type: "string" });
    expect(output).toHaveBeenCalledExactlyOnceWith({
      target: "draft-2020-12",
      libraryOptions: { io: "output" },
    });
  });

  it.each([
    ["the library has none", undefined],
    ["the schema cannot be expressed", { output: () => expect.unreachable() }],
    ["the converter is of another kind", { output: "not a function" }],
  ])("is left out if %s", (_, jsonSchema) => {
    expect(serde.schema(schemaOf<string>(() => ({ value: "" }), { jsonSchema })).jsonSchema).toBe(
      undefined,
    );
  });
});

describe("validation options", () => {
  it("reach the library where the standard says, and where the official package puts them", () => {
    const validate = vi.fn<Validate<string>>(() => ({ value: "x" }));
    serde.schema(schemaOf(validate), { abortEarly: true }).deserialize(utf8("1"));
    expect(validate).toHaveBeenLastCalledWith(1, {
      libraryOptions: { abortEarly: true },
      abortEarly: true,
    });
  });

  it("are left out when there are none", () => {
    const validate = vi.fn<Validate<string>>(() => ({ value: "x" }));
    serde.schema(schemaOf(validate)).deserialize(utf8("1"));
    expect(validate).toHaveBeenLastCalledWith(1, undefined);
  });
});
