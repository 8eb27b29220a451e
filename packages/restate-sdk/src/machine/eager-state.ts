/** The state that the server sent along with the start of the attempt, kept current with the handler's own writes. */
import type { StartMessage, VoidOrValue } from "../protocol/messages.js";
import { ProtocolError } from "../errors/protocol-error.js";
import { strictUtf8Decoder } from "../util/utf8.js";

const VOID: VoidOrValue = { kind: "void" };

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
    return keys.sort(compareCodePoints);
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

/** UTF-16 order differs from UTF-8 byte order for surrogate pairs only; iteration keeps those together. */
function compareCodePoints(a: string, b: string): number {
  const others = Array.from(b);
  for (const [index, point] of Array.from(a).entries()) {
    const other = others[index];
    if (point !== other) return (point.codePointAt(0) ?? 0) - (other?.codePointAt(0) ?? -1);
  }
  return a.length - b.length;
}
