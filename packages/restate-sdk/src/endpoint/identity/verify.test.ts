import { describe, expect, test } from "vitest";
import { createSigner } from "./signing.fixture.js";
import { createIdentityVerifier } from "./verify.js";

const PATH = "/invoke/Greeter/greet";
const NOW = 1_700_000_000;
const signer = await createSigner();
const stranger = await createSigner();
const verify = createIdentityVerifier([signer.publicKey], () => NOW);

test("a request signed with the configured key is accepted", async () => {
  expect(await verify(PATH, await signer.sign(PATH, { now: NOW }))).toBeUndefined();
});

test("the real clock is used by default", async () => {
  const verifyNow = createIdentityVerifier([signer.publicKey]);
  expect(await verifyNow(PATH, await signer.sign(PATH))).toBeUndefined();
  expect(await verifyNow(PATH, await signer.sign(PATH, { now: NOW }))).toMatch(/but now is/);
});

describe("claims", () => {
  test.each([
    ["expires this very second", { exp: NOW }, undefined],
    ["expired a second ago", { exp: NOW - 1 }, /to 1699999999, but now is 1700000000/],
    ["is valid from this very second", { nbf: NOW }, undefined],
    ["is valid in a second", { nbf: NOW + 1 }, /from 1700000001 .* but now is 1700000000/],
    ["has no exp", { exp: undefined }, /clocks/],
    ["has no nbf", { nbf: undefined }, /from undefined/],
    ["has a textual exp", { exp: String(NOW + 60) }, /clocks/],
    ["is for another handler", { aud: "/invoke/Greeter/other" }, /not for/],
    ["is for a prefix of the path", { aud: "/invoke/Greeter" }, /not for/],
    ["has no audience", { aud: undefined }, /not for/],
    ["names the path among its audiences", { aud: ["/discover", PATH] }, undefined],
    ["has no iat", { iat: undefined }, undefined],
  ])("a token that %s", async (_name, claims, refusal) => {
    const answer = await verify(PATH, await signer.sign(PATH, { now: NOW, claims }));
    if (refusal === undefined) expect(answer).toBeUndefined();
    else expect(answer).toMatch(refusal);
  });
});

describe("forgery", () => {
  test("a token signed with another key is refused, even if it names ours", async () => {
    const headers = await stranger.sign(PATH, { now: NOW, header: { kid: signer.publicKey } });
    expect(await verify(PATH, headers)).toMatch(/signed with none of/);
  });

  test("changed claims are refused", async () => {
    const headers = await signer.sign("/invoke/Greeter/other", { now: NOW });
    const [header, , signature] = headers["x-restate-jwt-v1"]?.split(".") ?? [];
    const claims = Buffer.from(
      JSON.stringify({ aud: PATH, nbf: NOW - 60, exp: NOW + 60 }),
    ).toString("base64url");
    const forged = { ...headers, "x-restate-jwt-v1": [header, claims, signature].join(".") };
    expect(await verify(PATH, forged)).toMatch(/signed with none of/);
  });

  test.each(["none", "HS256", "ES256", undefined])("algorithm %s is refused", async (alg) => {
    const headers = await signer.sign(PATH, { now: NOW, header: { alg } });
    expect(await verify(PATH, headers)).toMatch(/not an EdDSA-signed JWT/);
  });

  test.each(["", "a", "a.b", "a.b.c", "..", "a.b.c.d", "!.!.!", "e30.e30.", "bnVsbA.e30.AAAA"])(
    "%j is no token",
    async (token) => {
      const headers = { "x-restate-signature-scheme": "v1", "x-restate-jwt-v1": token };
      expect(await verify(PATH, headers)).toMatch(/not an EdDSA-signed JWT/);
    },
  );

  test("an empty signature is refused", async () => {
    const headers = await signer.sign(PATH, { now: NOW });
    const unsigned = headers["x-restate-jwt-v1"]?.replace(/[^.]*$/, "") ?? "";
    expect(await verify(PATH, { ...headers, "x-restate-jwt-v1": unsigned })).toMatch(
      /signed with none/,
    );
  });
});

describe("headers", () => {
  test.each([
    ["no scheme", {}, /x-restate-signature-scheme header is missing/],
    ["an unsigned request", { "x-restate-signature-scheme": "unsigned" }, /unsigned/],
    ["an unknown scheme", { "x-restate-signature-scheme": "v2" }, /is "v2"/],
    ["no token", { "x-restate-signature-scheme": "v1" }, /x-restate-jwt-v1 header is missing/],
  ])("%s is refused", async (_name, headers, refusal) => {
    expect(await verify(PATH, headers)).toMatch(refusal);
  });

  test("repeated headers: the first counts", async () => {
    const { "x-restate-jwt-v1": token = "" } = await signer.sign(PATH, { now: NOW });
    const headers = { "x-restate-signature-scheme": ["v1", "x"], "x-restate-jwt-v1": [token, "y"] };
    expect(await verify(PATH, headers)).toBeUndefined();
  });
});

test("while keys are rotated, requests signed with any of them are accepted", async () => {
  const next = await createSigner();
  const rotating = createIdentityVerifier([signer.publicKey, next.publicKey], () => NOW);
  expect(await rotating(PATH, await signer.sign(PATH, { now: NOW }))).toBeUndefined();
  expect(await rotating(PATH, await next.sign(PATH, { now: NOW }))).toBeUndefined();
  expect(await rotating(PATH, await stranger.sign(PATH, { now: NOW }))).toMatch(/signed with none/);
});

describe("malformed keys are refused when the endpoint is built", () => {
  test.each([
    ["publickeyv2_abc", /expected publickeyv1_ and 32 bytes/],
    ["", /""/],
    ["publickeyv1_0OIl", /"publickeyv1_0OIl"/],
    ["publickeyv1_", /"publickeyv1_"/],
    ["publickeyv1_2g", /"publickeyv1_2g"/],
  ])("%s", (key, message) => {
    expect(() => createIdentityVerifier([key])).toThrow(TypeError);
    expect(() => createIdentityVerifier([key])).toThrow(message);
  });
});
