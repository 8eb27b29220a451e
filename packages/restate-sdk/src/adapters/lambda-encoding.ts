/** Bodies in Lambda events and results: text or base64, and compressed when they are large. */
import type { HeaderValues } from "../endpoint/types.js";

export interface EncodedBody {
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
}

/** Node has zstd, the one compression that Restate asks for, from 22.15 on. */
export const supportsZstd = "zstd" in process.versions;

/** The request is answered with `status`, and the message says what to do. */
export class UnreadableBodyError extends Error {
  constructor(
    readonly status: 400 | 415,
    message: string,
  ) {
    super(message);
  }
}

/** @throws UnreadableBodyError for compressions that are not supported, and for data that is not compressed with it */
export function decodeBody(
  { body, isBase64Encoded }: EncodedBody,
  headers: HeaderValues,
): Uint8Array {
  const bytes = Buffer.from(body ?? "", isBase64Encoded === true ? "base64" : "utf8");
  const encoding = headers["content-encoding"]?.toString().trim().toLowerCase() || "identity";
  if (encoding === "identity") return bytes;
  if (encoding !== "zstd" || !supportsZstd) {
    throw new UnreadableBodyError(
      415,
      `The request is compressed with ${encoding}, which this function cannot read. ` +
        (encoding === "zstd"
          ? "Run it on Node.js 22.15 or newer, or register the deployment again, so that Restate no longer compresses."
          : "Restate compresses with zstd only; look at what is between Restate and this function."),
    );
  }
  try {
    return zstd().zstdDecompressSync(bytes);
  } catch (error) {
    throw new UnreadableBodyError(400, `The request cannot be decompressed: ${String(error)}`);
  }
}

/** Below this, compressing takes longer than it saves. Lambda refuses results of more than 6 MB, base64 included. */
const COMPRESS_ABOVE_BYTES = 3 * 1024 * 1024;

/** The body for a result, and the encoding to name in its head. */
export function encodeBody(
  body: Uint8Array,
  requestHeaders: HeaderValues,
): { readonly body: string; readonly contentEncoding?: string } {
  const compress =
    supportsZstd &&
    body.length > COMPRESS_ABOVE_BYTES &&
    requestHeaders["accept-encoding"]?.includes("zstd") === true;
  return compress
    ? { body: toBase64(zstd().zstdCompressSync(body)), contentEncoding: "zstd" }
    : { body: toBase64(body) };
}

function toBase64({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}

interface Zstd {
  zstdCompressSync(bytes: Uint8Array): Uint8Array;
  zstdDecompressSync(bytes: Uint8Array): Uint8Array;
}

/** Loading it would cost a cold start two milliseconds, and few events need it. */
function zstd(): Zstd {
  return process.getBuiltinModule("node:zlib") as unknown as Zstd;
}
