import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRouter, parseRoute, pathOf, signedPath } from "./routes.js";

test("a router gives the same answers the second time, and after it has forgotten", () => {
  const find = createRouter();
  const urls = Array.from({ length: 2_500 }, (_, index) => `/invoke/Svc/run${index % 1_200}?a=1`);
  for (const url of urls) {
    expect(find(url)).toEqual({ path: pathOf(url), route: parseRoute(pathOf(url)) });
  }
});

test("a router does not keep all URLs that it ever saw", () => {
  const find = createRouter();
  const first = find("/invoke/Svc/run");
  expect(find("/invoke/Svc/run")).toBe(first);
  for (let index = 0; index < 1_000; index++) find(`/invoke/Svc/run${index}`);
  expect(find("/invoke/Svc/run")).not.toBe(first);
});

describe("parseRoute", () => {
  test.each([
    ["/health", { kind: "health" }],
    ["/a/b/health", { kind: "health" }],
    ["/discover", { kind: "discover" }],
    ["/a/b/discover", { kind: "discover" }],
    ["/invoke/Svc/run", { kind: "invoke", service: "Svc", handler: "run" }],
    ["/a/b/invoke/Svc/run", { kind: "invoke", service: "Svc", handler: "run" }],
    ["/invoke/invoke/run", { kind: "invoke", service: "invoke", handler: "run" }],
    ["/invoke/Svc/discover", { kind: "invoke", service: "Svc", handler: "discover" }],
    ["/invoke/Svc/health", { kind: "invoke", service: "Svc", handler: "health" }],
    ["/invoke/serdes/encode", { kind: "invoke", service: "serdes", handler: "encode" }],
    ["/", { kind: "unknown", path: "/" }],
    ["", { kind: "unknown", path: "" }],
    ["/invoke", { kind: "unknown", path: "/invoke" }],
    ["/invoke/Svc", { kind: "unknown", path: "/invoke/Svc" }],
    ["/invoke/Svc/run/", { kind: "unknown", path: "/invoke/Svc/run/" }],
    ["/reinvoke/Svc/run", { kind: "unknown", path: "/reinvoke/Svc/run" }],
    ["/discover/", { kind: "unknown", path: "/discover/" }],
    ["/discoverx", { kind: "unknown", path: "/discoverx" }],
  ])("%s", (path, expected) => {
    expect(parseRoute(path)).toEqual(expected);
  });

  test.each([
    ["/serdes/Svc/decode/greet/input", "decode", "greet/input"],
    ["/p/q/serdes/Svc/encode/greet/output", "encode", "greet/output"],
    ["/serdes/Svc/decode/greet%2Finput", "decode", "greet/input"],
    ["/serdes/Svc/decode/greet/input/", "decode", "greet/input"],
    ["/serdes/Svc/encode/%", "encode", "%"],
  ])("%s is a preview", (path, operation, serde) => {
    expect(parseRoute(path)).toEqual({ kind: "preview", service: "Svc", operation, serde });
  });

  test.each([
    "/serdes/Svc/decode",
    "/serdes/Svc/decode/",
    "/serdes/Svc/peek/x",
    "/serdes//decode/x",
  ])("%s is no preview", (path) => {
    expect(parseRoute(path)).toEqual({ kind: "unknown", path });
  });

  test("any prefix in front of an invocation is tolerated", () => {
    const segment = fc.stringMatching(/^[a-zA-Z0-9._-]{1,8}$/);
    fc.assert(
      fc.property(
        fc.array(segment, { maxLength: 4 }),
        segment,
        segment,
        (prefix, service, handler) => {
          const path = [
            "",
            ...prefix.filter((s) => s !== "serdes"),
            "invoke",
            service,
            handler,
          ].join("/");
          expect(parseRoute(path)).toEqual({ kind: "invoke", service, handler });
        },
      ),
    );
  });
});

describe("pathOf", () => {
  test.each([
    ["/invoke/a/b", "/invoke/a/b"],
    ["/invoke/a/b?x=1", "/invoke/a/b"],
    ["/invoke/a/b#f", "/invoke/a/b"],
    ["/invoke/a/b?next=http://x/y#f?g", "/invoke/a/b"],
    ["http://host/invoke/a/b?x", "/invoke/a/b"],
    ["https://user@host:9080/p/discover", "/p/discover"],
    ["http://host", "/"],
    ["http://host?x=/invoke/a/b", "/"],
    ["invoke/a/b", "/invoke/a/b"],
    ["?u=http://x/health", "/"],
    ["", "/"],
  ])("%s", (url, expected) => {
    expect(pathOf(url)).toBe(expected);
  });

  test("agrees with the URL parser on ordinary URLs", () => {
    const segment = fc.stringMatching(/^[a-zA-Z0-9_-]{1,6}$/);
    fc.assert(
      fc.property(fc.array(segment), fc.option(segment), (segments, query) => {
        const url = `http://host:1/${segments.join("/")}${query === null ? "" : `?q=${query}/x`}`;
        expect(pathOf(url)).toBe(new URL(url).pathname);
      }),
    );
  });
});

describe("signedPath", () => {
  test.each([
    ["/invoke/a/b", "/invoke/a/b"],
    ["/foo/invoke/a/b", "/invoke/a/b"],
    ["/foo/bar/invoke/a/b", "/invoke/a/b"],
    ["foo/invoke/a/b", "/invoke/a/b"],
    ["/discover", "/discover"],
    ["/foo/bar/discover", "/discover"],
    ["foo/discover", "/discover"],
    ["discover", "discover"],
    ["/foo", "/foo"],
    ["/foo/invoke/a", "/foo/invoke/a"],
    ["/serdes/a/decode/b/input", "/serdes/a/decode/b/input"],
    ["/foo/serdes/a/decode/b/input", "/serdes/a/decode/b/input"],
    ["/foo/serdes/a", "/foo/serdes/a"],
    ["", ""],
    ["/", "/"],
    ["//", "//"],
    ["///", "///"],
    ["////", "////"],
  ])("%s is signed as %s", (path, expected) => {
    expect(signedPath(path)).toBe(expected);
  });
});
