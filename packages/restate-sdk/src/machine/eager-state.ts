/** The state that the server sent along with the start of the attempt, kept current with the handler's own writes. */
import type { StartMessage, VoidOrValue } from "../protocol/messages.js";
import { ProtocolError } from "../errors/protocol-error.js";

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });
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
    return strictUtf8.decode(key);
  } catch {
    throw new ProtocolError("A state key in the Start message is not valid UTF-8");
  }
}

/** UTF-16 order differs from UTF-8 byte order for surrogate pairs only. */
function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return liftSurrogate(left) - liftSurrogate(right);
  }
  return a.length - b.length;
}

function liftSurrogate(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
