/** Shows that what a service keeps in Restate cannot be read there. */
import { equal, ok } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { aesGcmCodec } from "./src/aes-gcm-codec.js";
import { vault } from "./src/vault.js";
import type { Example } from "../support/contract.js";

const codec = aesGcmCodec({ keys: { today: randomBytes(32) }, current: "today" });

export default {
  title: "An encrypted journal and state",
  endpoint: { services: [vault], journalValueCodecProvider: async () => codec },
  play: async ({ narrator, ingress, ingressUrl, ask, key }) => {
    narrator.act("A secret that Restate keeps, and cannot read");
    const ann = ingress.objectClient<typeof vault>({ name: "Vault" }, key("ann"));
    equal(await ask("Vault/ann/store", () => ann.store(" swordfish ")), "stored swordfish");
    equal(await ask("Vault/ann/reveal, with the key", () => ann.reveal()), "swordfish");
    const bytes = await ask("Vault/ann/reveal, without", async () => {
      const response = await fetch(`${ingressUrl}/Vault/${key("ann")}/reveal`, { method: "POST" });
      return Buffer.from(await response.arrayBuffer()).toString("base64");
    });
    ok(!Buffer.from(bytes, "base64").includes("swordfish"));
    narrator.moral("State, inputs, results and steps are encrypted before they leave the process.");
  },
} satisfies Example;
