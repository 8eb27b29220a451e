import { describe, expect, it, vi } from "vitest";

import { HttpCallError, toHttpCallError } from "./http-call-error.js";

const failure = {
  code: 70,
  message: "sold out",
  source: "invocation",
  metadata: { item: "hat" },
} as const;

function errorFor(text: string, headers: Record<string, string> = {}): HttpCallError {
  return toHttpCallError(new Response(text, { status: 500, headers }), text);
}

describe("an HttpCallError", () => {
  it("says what the server said", () => {
    const text = JSON.stringify(failure);
    const error = errorFor(text, { "x-restate-id": "inv_1", "x-other": "1" });
    expect(error).toMatchObject({
      name: "HttpCallError",
      message: `Request failed: 500\n${text}`,
      status: 500,
      responseText: text,
      code: 70,
      source: "invocation",
      invocationId: "inv_1",
      body: failure,
    });
    expect(error.headers?.get("x-other")).toBe("1");
  });

  it("takes the source from the header if the body has none", () => {
    const body = '{"code":503,"message":"no"}';
    expect(errorFor(body, { "x-restate-error-source": "ingress" }).source).toBe("ingress");
    expect(errorFor(body).source).toBeUndefined();
    expect(errorFor(body, { "x-restate-error-source": "else" }).source).toBeUndefined();
  });

  it.each(["", "<html>", "null", "5", "[]", '{"message":"x"}', '{"code":"500","message":"x"}'])(
    "has no body for %j",
    (text) => {
      const error = errorFor(text);
      expect(error.responseText).toBe(text);
      expect(error).not.toHaveProperty("body");
      expect(error).not.toHaveProperty("code");
    },
  );

  it("can be made by hand as the official one", () => {
    const error = new HttpCallError(404, "", "gone");
    expect(error).toMatchObject({ status: 404, responseText: "", message: "gone" });
    expect(Object.keys(error).sort()).toEqual(["responseText", "status"]);
  });

  it("is recognised when made by another copy of the package", async () => {
    vi.resetModules();
    const other = await import("./http-call-error.js");
    expect(other.HttpCallError).not.toBe(HttpCallError);
    expect(new other.HttpCallError(500, "", "")).toBeInstanceOf(HttpCallError);
  });

  it("can be extended", () => {
    class Refused extends HttpCallError {}
    expect(new Refused(400, "", "")).toBeInstanceOf(HttpCallError);
    expect(new Refused(400, "", "")).toBeInstanceOf(Refused);
    expect(new HttpCallError(400, "", "")).not.toBeInstanceOf(Refused);
    for (const other of [undefined, null, 5, new Error("x")]) {
      expect(other).not.toBeInstanceOf(HttpCallError);
    }
  });
});
