/** Values become bytes and come back; what cannot is refused. */
import fc from "fast-check";
import * as official from "official-sdk-core";
import { describe, expect, expectTypeOf, it } from "vitest";

import { serde, type Serde } from "./index.js";

const utf8 = (text: string) => new TextEncoder().encode(text);
const none = new Uint8Array(0);

describe("serde.json", () => {
  it("writes and reads JSON as UTF-8", () => {
    expect(serde.json.serialize({ name: "Ada", tags: ["ä", "日"] })).toEqual(
      utf8('{"name":"Ada","tags":["ä","日"]}'),
    );
    expect(serde.json.deserialize(utf8('"日"'))).toBe("日");
    expect(serde.json.contentType).toBe("application/json");
    expect(serde.json.jsonSchema).toBeUndefined();
  });

  it("undefined is no bytes, and no bytes are undefined; null is a value", () => {
    expect(serde.json.serialize(undefined)).toEqual(none);
    expect(serde.json.deserialize(none)).toBeUndefined();
    expect(serde.json.serialize(null)).toEqual(utf8("null"));
    expect(serde.json.deserialize(utf8("null"))).toBeNull();
  });

  it("a value without JSON is no bytes", () => {
    expect(serde.json.serialize(() => 5)).toEqual(none);
  });

  it("throws for what is no JSON, in either direction", () => {
    expect(() => serde.json.serialize(5n)).toThrow(TypeError);
    expect(() => void serde.json.deserialize(utf8("{"))).toThrow(SyntaxError);
  });

  it.each([
    ["a secret", "Unexpected token 'a' is not valid JSON"],
    ['"', "Unterminated string in JSON"],
    ['{"key" "a secret"}', "Expected ':' after property name in JSON at position 7"],
    ['["a secret", no]', "Unexpected token 'o'"],
    ['["' + "a secret".repeat(9) + '", <]', "Unexpected token '<' is not valid JSON"],
    ['["a secret" "a secret"]', "Expected ',' or ']' after array element in JSON at position 12"],
    ['{"a secret"": 1}', "Expected ':' after property name in JSON"],
  ])("says what is wrong with %j, but not what it was", (text, message) => {
    const read = () => void serde.json.deserialize(utf8(text));
    expect(read).toThrow(message);
    expect(read).not.toThrow("secret");
  });

  it("reads a subarray of a larger buffer, as frames are cut", () => {
    const buffer = utf8('xx{"a":1}yy');
    expect(serde.json.deserialize(buffer.subarray(2, -2))).toEqual({ a: 1 });
  });

  it("every result is a buffer of its own", () => {
    const first = serde.json.serialize("first");
    serde.json.serialize("other");
    expect(first).toEqual(utf8('"first"'));
  });

  it("gives the bytes of the official package and reads them", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const bytes = serde.json.serialize(value);
        expect(bytes).toEqual(official.serde.json.serialize(value));
        expect(serde.json.deserialize(bytes)).toEqual(official.serde.json.deserialize(bytes));
      }),
    );
  });
});

describe("serde.JsonSerde", () => {
  it("publishes the JSON Schema it is given", () => {
    const jsonSchema = { type: "string" };
    const withSchema: Serde<string> = new serde.JsonSerde<string>(jsonSchema);
    expect(withSchema.jsonSchema).toBe(jsonSchema);
    expect(withSchema.deserialize(withSchema.serialize("x"))).toBe("x");
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    expect(serde.json.schema<string>(jsonSchema).jsonSchema).toBe(jsonSchema);
  });
});

describe("serde.binary", () => {
  it("hands bytes through without copying", () => {
    const bytes = new Uint8Array([1, 2]);
    expect(serde.binary.serialize(bytes)).toBe(bytes);
    expect(serde.binary.deserialize(bytes)).toBe(bytes);
    expect(serde.binary.contentType).toBe("application/octet-stream");
  });
});

describe("serde.empty", () => {
  it("is nothing, without a content type", () => {
    expect(serde.empty.serialize(undefined)).toEqual(none);
    expectTypeOf(serde.empty.deserialize).returns.toBeVoid();
    expect(() => {
      serde.empty.deserialize(none);
    }).not.toThrow();
    expect(serde.empty.contentType).toBeUndefined();
  });

  it("refuses anything else, in either direction", () => {
    expect(() => serde.empty.serialize(null as unknown as undefined)).toThrow("undefined");
    expect(() => {
      serde.empty.deserialize(utf8("null"));
    }).toThrow("given 4");
  });
});

it("the namespace has the members of the official one", () => {
  expect(Object.keys(serde).sort()).toEqual(Object.keys(official.serde).sort());
});
