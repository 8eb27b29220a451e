/** What a vault keeps is readable with the key, and nowhere else. */
import { randomBytes } from "node:crypto";
import * as clients from "@restatedev/restate-sdk-clients";
import { createTestEnvironment } from "@restatedev/restate-sdk-testing";
import { expect, test } from "vitest";
import { aesGcmCodec, type EncryptionOptions } from "../src/aes-gcm-codec.js";
import { vault } from "../src/vault.js";

async function vaultWith(options: EncryptionOptions) {
  const codec = aesGcmCodec(options);
  const env = await createTestEnvironment({
    services: [vault],
    journalValueCodecProvider: async () => codec,
  });
  const ingress = clients.connect({ url: env.url, fetch: env.fetch, journalValueCodec: codec });
  return { env, ann: ingress.objectClient<typeof vault>({ name: "Vault" }, "ann") };
}

test("who has the key reads what was stored", async () => {
  const { env, ann } = await vaultWith({ keys: { a: randomBytes(32) }, current: "a" });
  await using _ = env;
  expect(await ann.store(" swordfish ")).toBe("stored swordfish");
  expect(await ann.reveal()).toBe("swordfish");
});

test("who has not gets bytes that mean nothing", async () => {
  const { env, ann } = await vaultWith({ keys: { a: randomBytes(32) }, current: "a" });
  await using _ = env;
  await ann.store("swordfish");
  const response = await env.fetch(`${env.url}/Vault/ann/reveal`, { method: "POST" });
  expect(Buffer.from(await response.arrayBuffer()).includes("swordfish")).toBe(false);
});

test("what was encrypted with an old key stays readable while that key is kept", async () => {
  const [first, second] = [randomBytes(32), randomBytes(32)];
  const secret = new TextEncoder().encode("swordfish");
  const stored = aesGcmCodec({ keys: { "2025": first }, current: "2025" }).encode(secret);
  const rotated = aesGcmCodec({ keys: { "2025": first, "2026": second }, current: "2026" });
  expect(new Uint8Array(await rotated.decode(stored))).toEqual(secret);
  const withoutOld = aesGcmCodec({ keys: { "2026": second }, current: "2026" });
  await expect(withoutOld.decode(stored)).rejects.toThrow('There is no key "2025"');
});
