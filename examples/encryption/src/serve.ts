/** Serves the vault on port 9080. KEYS holds the keys, such as `2026=<64 hex digits>`; the last one encrypts. */
import * as restate from "@restatedev/restate-sdk";
import { aesGcmCodec } from "./aes-gcm-codec.js";
import { keysFrom } from "./keys.js";
import { vault } from "./vault.js";

await restate.serve({
  services: [vault],
  port: 9080,
  journalValueCodecProvider: async () => aesGcmCodec(keysFrom(process.env["KEYS"])),
});
