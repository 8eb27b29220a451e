/** Stores a secret and reads it back, through the ingress and with the codec of the service. */
import * as clients from "@restatedev/restate-sdk-clients";
import { aesGcmCodec } from "./aes-gcm-codec.js";
import { keysFrom } from "./keys.js";
import type { vault } from "./vault.js";

const ingress = clients.connect({
  url: "http://localhost:8080",
  journalValueCodec: aesGcmCodec(keysFrom(process.env["KEYS"])),
});
const ann = ingress.objectClient<typeof vault>({ name: "Vault" }, "ann");
console.log(await ann.store(" swordfish "));
console.log(await ann.reveal());
