/** A real Restate server that signs its requests. */
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RestateServer } from "../../../support/real-server/index.js";

export interface SigningServer {
  readonly server: RestateServer;
  /** Its public key, as users configure it. */
  readonly identityKey: string;
  stop(): Promise<void>;
}

export async function startSigningServer(): Promise<SigningServer> {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const directory = await mkdtemp(join(tmpdir(), "restate-key-"));
  const identityKeyFile = join(directory, "key.pem");
  await writeFile(identityKeyFile, privateKey.export({ type: "pkcs8", format: "pem" }));
  const server = await RestateServer.start({ identityKeyFile });
  // The last 32 bytes of the DER form are the key itself.
  const raw = publicKey.export({ type: "spki", format: "der" }).subarray(-32);
  return {
    server,
    identityKey: `publickeyv1_${base58(raw)}`,
    async stop() {
      await server.stop();
      await rm(directory, { recursive: true });
    },
  };
}

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

function base58(bytes: Uint8Array): string {
  const leadingZeros = bytes.findIndex((byte) => byte !== 0);
  let value = BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
  let text = "";
  for (; value > 0n; value /= 58n) text = (ALPHABET[Number(value % 58n)] ?? "") + text;
  return "1".repeat(leadingZeros) + text;
}
