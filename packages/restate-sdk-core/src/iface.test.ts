/** Service interfaces have the shape the official packages read and write. */
import * as official from "official-sdk-core";
import { describe, expect, expectTypeOf, it } from "vitest";

import {
  iface,
  makeHandlerDescriptor,
  serde,
  type HandlerDescriptor,
  type InferInput,
  type InferOutput,
  type Serde,
  type StandardSchemaV1,
} from "./index.js";

const opts = { description: "says hello", metadata: { team: "a" } };
const length: StandardSchemaV1<string, number> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) =>
      typeof value === "string"
        ? { value: value.length }
        : { issues: [{ message: "expected a string" }] },
  },
};

/** The same declarations, by whichever package. */
function declare(by: typeof iface) {
  const handlers = {
    json: by.json<string, number>(opts),
    serdes: by.serdes({ input: serde.binary, output: serde.empty, ...opts }),
    half: by.serdes({ input: serde.binary }),
    schemas: by.schemas({ input: length, output: length }),
    shared: by.shared.json<void, string>(),
    sharedSerdes: by.shared.serdes({ output: serde.binary }),
    sharedSchemas: by.shared.schemas({ input: length, description: "d" }),
  };
  return [
    by.service("greeter", handlers, opts),
    by.object("counter", handlers),
    by.workflow("signup", { run: by.json() }, { description: "d" }),
  ];
}

describe("iface", () => {
  it("makes what the official package makes, key by key", () => {
    // Of a serde, only what others see of it; undefined keys count as present.
    const shape = (value: unknown) =>
      JSON.stringify(value, (_, inner: Serde<unknown> | null | undefined) => {
        if (inner === undefined) return "(undefined)";
        return typeof inner?.serialize === "function" ? `serde of ${inner.contentType}` : inner;
      });
    expect(shape(declare(iface))).toBe(shape(declare(official.iface)));
  });

  it("keeps the serdes it is given, and makes one from a schema", () => {
    const { _inputSerde, _outputSerde } = iface.serdes({ input: serde.binary });
    expect(_inputSerde).toBe(serde.binary);
    expect(_outputSerde).toBeUndefined();
    const described = iface.schemas({ input: length });
    expect(described._inputSerde?.deserialize(serde.json.serialize("four"))).toBe(4);
  });

  it("infers the types of the handlers", () => {
    expectTypeOf(iface.json<string, number>()).toEqualTypeOf<
      HandlerDescriptor<string, number, false>
    >();
    expectTypeOf(iface.shared.json()).toEqualTypeOf<HandlerDescriptor<void, void, true>>();
    const _described = iface.schemas({ input: length, output: length });
    expectTypeOf<InferInput<typeof _described>>().toEqualTypeOf<number>();
    const _half = iface.serdes({ output: serde.binary });
    expectTypeOf<InferInput<typeof _half>>().toBeAny();
    expectTypeOf<InferOutput<typeof _half>>().toEqualTypeOf<Uint8Array>();
    const greeter = iface.service("greeter", { greet: iface.json<string, number>() });
    expectTypeOf(greeter.name).toEqualTypeOf<"greeter">();
    expectTypeOf(greeter._kind).toEqualTypeOf<"service">();
  });
});

describe("makeHandlerDescriptor", () => {
  it("has the same keys whatever it is given", () => {
    const keys = ["_inputSerde", "_outputSerde", "_shared", "_description", "_metadata"];
    expect(Object.keys(makeHandlerDescriptor())).toEqual(keys);
    expect(makeHandlerDescriptor(serde.binary, serde.empty, true, opts)).toEqual({
      _inputSerde: serde.binary,
      _outputSerde: serde.empty,
      _shared: true,
      _description: "says hello",
      _metadata: { team: "a" },
    });
  });
});
