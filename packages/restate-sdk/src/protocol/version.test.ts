/** Content types in and out. */
import { describe, expect, test } from "vitest";
import {
  contentTypeOf,
  isInvocationContentType,
  parseContentType,
  supportsFeature,
  type ProtocolVersion,
} from "./version.js";

test.each<ProtocolVersion>([5, 6, 7])("version %i has its content type", (version) => {
  expect(contentTypeOf(version)).toBe(`application/vnd.restate.invocation.v${version}`);
  expect(parseContentType(contentTypeOf(version))).toBe(version);
});

describe("content types", () => {
  test.each([
    ["application/vnd.restate.invocation.v6; charset=utf-8", 6],
    ["Application/Vnd.Restate.Invocation.V6", 6],
    [" application/vnd.restate.invocation.v7 ", 7],
  ])("%s is read as HTTP reads media types", (value, version) => {
    expect(parseContentType(value)).toBe(version);
  });

  test.each(["1", "4", "8", "60", "6a", ""])("version %s is Restate's, but not ours", (version) => {
    const value = `application/vnd.restate.invocation.v${version}`;
    expect(parseContentType(value)).toBeUndefined();
    expect(isInvocationContentType(value)).toBe(true);
  });

  test.each(["application/json", "", "application/vnd.restate.endpointmanifest.v1+json"])(
    "%s is not an invocation at all",
    (value) => {
      expect(parseContentType(value)).toBeUndefined();
      expect(isInvocationContentType(value)).toBe(false);
    },
  );
});

test("features come with their version", () => {
  expect(supportsFeature(5, "randomSeed")).toBe(false);
  expect(supportsFeature(6, "randomSeed")).toBe(true);
  expect(supportsFeature(6, "scope")).toBe(false);
  expect(supportsFeature(7, "scope")).toBe(true);
});
