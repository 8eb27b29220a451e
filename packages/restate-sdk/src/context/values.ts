/** Values to bytes and back: the serde first, then the journal value codec; and results to values. */
import { jsonSerde, type JournalValueCodec, type Serde } from "@restatedev/restate-sdk-core";
import type { InvocationId } from "../api/invocation-id.js";
import type { ResultDecoder } from "../futures/single.js";
import type { NotificationResult } from "../protocol/messages.js";
import { encodeText } from "../util/utf8.js";
import type { InvocationScope } from "./invocation-scope.js";

export function encodeValue<T>(scope: InvocationScope, serde: Serde<T>, value: T): Uint8Array {
  const isJson = (serde as Serde<unknown>) === jsonSerde;
  const bytes = isJson ? encodeJson(value) : serde.serialize(value);
  scope.host?.onSerialized?.(value, () => serde.deserialize(bytes));
  return encodeBytes(scope, bytes);
}

/** What the serde itself gives, in less time. It is not in the serde because clients, which gain little, bundle that too. */
export function encodeJson(value: unknown): Uint8Array {
  return encodeText(isPlainText(value) ? `"${value}"` : JSON.stringify(value));
}

// eslint-disable-next-line no-control-regex -- These are what JSON escapes.
const PLAIN = /^[^"\\\0-\x1f\ud800-\udfff]*$/;

/** Up to Node 24, that is; from then on it quotes faster than anybody could look for what needs an escape. */
const isQuotingSlow = !("fromBase64" in Uint8Array);

/** Long, and nothing in it that JSON escapes: seen in a fifth of the time that quoting takes. */
function isPlainText(value: unknown): value is string {
  return isQuotingSlow && typeof value === "string" && value.length > 999 && PLAIN.test(value);
}

export function encodeBytes(scope: InvocationScope, bytes: Uint8Array): Uint8Array {
  const { codec } = scope;
  requireBytes(bytes, "The serde's serialize");
  return codec ? requireBytes(codec.encode(bytes), "The codec's encode") : bytes;
}

/** Serdes and codecs are user code, which may have been written without types. */
function requireBytes(bytes: unknown, source: string): Uint8Array {
  if (ArrayBuffer.isView(bytes)) return bytes as Uint8Array;
  throw new TypeError(
    `${source} returned ${typeof bytes} instead of a Uint8Array. It must return bytes, synchronously.`,
  );
}

/** The serde of the call, or the handler's default one. */
export function serdeOf<T>(scope: InvocationScope, serde: Serde<T> | undefined): Serde<T> {
  return serde ?? (scope.settings.defaultSerde as Serde<T>);
}

/** A value; nothing else may come but a failure, which futures handle themselves. */
export function valueDecoder<T>(scope: InvocationScope, serde: Serde<T>): ResultDecoder<T> {
  const { settings } = scope;
  if ((serde as Serde<unknown>) !== settings.defaultSerde) return createDecoder(scope, serde);
  return (settings.defaultDecoder ??= createDecoder(
    scope,
    serde,
  ) as ResultDecoder<unknown>) as ResultDecoder<T>;
}

function createDecoder<T>({ codec }: InvocationScope, serde: Serde<T>): ResultDecoder<T> {
  return decoder(codec, 1, (result) => decodeValue(serde, result));
}

/** A value, or what stands for "nothing there". */
export function optionalDecoder<T, TEmpty>(
  scope: InvocationScope,
  serde: Serde<T>,
  empty: TEmpty,
): ResultDecoder<T | TEmpty> {
  return decoder(scope.codec, 2, (result) =>
    result.kind === "void" ? empty : decodeValue(serde, result),
  );
}

export const voidDecoder: ResultDecoder<void> = decoderOf("void", () => undefined);

export const stateKeysDecoder: ResultDecoder<string[]> = decoderOf("stateKeys", ({ keys }) => [
  ...keys,
]);

export const invocationIdDecoder: ResultDecoder<InvocationId> = decoderOf(
  "invocationId",
  ({ invocationId }) => invocationId as InvocationId,
);

function decoderOf<TKind extends NotificationResult["kind"], T>(
  kind: TKind,
  toValue: (result: Extract<NotificationResult, { kind: TKind }>) => T,
): ResultDecoder<T> {
  return {
    hops: 1,
    toValue(result) {
      if (result.kind !== kind) throw unexpected(result);
      return toValue(result as Extract<NotificationResult, { kind: TKind }>);
    },
  };
}

function decoder<T>(
  codec: JournalValueCodec | undefined,
  hops: ResultDecoder<T>["hops"],
  toValue: ResultDecoder<T>["toValue"],
): ResultDecoder<T> {
  return { decodeBytes: codec && ((bytes) => codec.decode(bytes)), hops, toValue };
}

function decodeValue<T>(serde: Serde<T>, result: NotificationResult): T {
  if (result.kind === "value") return serde.deserialize(result.value);
  throw unexpected(result);
}

function unexpected(result: NotificationResult): Error {
  return new Error(
    `The server sent a result of kind "${result.kind}", which this operation never has`,
  );
}
