/** The state that the server sent along with the start of the attempt, kept current with the handler's own writes. */
import type { StartMessage, VoidOrValue } from "../protocol/messages.js";
import { ProtocolError } from "../errors/protocol-error.js";
import { VOID } from "../protocol/parts.js";
import { strictUtf8Decoder } from "../util/utf8.js";

export class EagerState {
  /** Null marks a key that is known to be absent. */
  readonly #values = new Map<string, Uint8Array | null>();
  /** While true, a key that is not in the map may still exist on the server. */
  #isPartial: boolean;

  constructor(start: Pick<StartMessage, "stateMap" | "partialState">) {
    this.#isPartial = start.partialState;
    for (const entry of start.stateMap) this.#values.set(decodeKey(entry.key), entry.value);
  }

  /** The value, "void" when the key is known to be absent, or undefined when only the server knows. */
  get(key: string): VoidOrValue | undefined {
    const value = this.#values.get(key);
    if (value === undefined) return this.#isPartial ? undefined : VOID;
    return value === null ? VOID : { kind: "value", value };
  }

  /** All keys in byte order, or undefined when only the server knows. */
  keys(): string[] | undefined {
    if (this.#isPartial) return undefined;
    const keys: string[] = [];
    for (const [key, value] of this.#values) if (value !== null) keys.push(key);
    return keys.sort((a, b) => (inByteOrder(a) < inByteOrder(b) ? -1 : 1));
  }

  set(key: string, value: Uint8Array): void {
    this.#values.set(key, value);
  }

  clear(key: string): void {
    this.#values.set(key, null);
  }

  clearAll(): void {
    this.#values.clear();
    this.#isPartial = false;
  }
}

function decodeKey(key: Uint8Array): string {
  try {
    return strictUtf8Decoder.decode(key);
  } catch {
    throw new ProtocolError("A state key in the Start message is not valid UTF-8");
  }
}

/** Strings are compared by UTF-16 units, whose order is that of UTF-8 once surrogates come behind all others. */
function inByteOrder(key: string): string {
  return key.replace(/[\ud800-\uffff]/g, (unit) =>
    String.fromCharCode(unit.charCodeAt(0) + (unit < "\ue000" ? 0x2000 : -0x800)),
  );
}
