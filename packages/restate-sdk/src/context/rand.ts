/** `ctx.rand`: numbers and UUIDs that every attempt draws alike, from a seed that belongs to the invocation. */
import type { Rand } from "../api/context.js";
import type { InvocationMachine } from "../machine/machine.js";
import { supportsFeature } from "../protocol/version.js";
import { sipHash13 } from "../util/siphash.js";
import { mix, rotateLeft, wrap } from "../util/word64.js";

/** Servers before V6 send no seed; all SDKs then derive the same one from the invocation id. */
export function seedFromInvocationId(id: Uint8Array): bigint {
  const prefixed = new Uint8Array(4 + id.length);
  new DataView(prefixed.buffer).setUint32(0, id.length, true);
  prefixed.set(id, 4);
  return sipHash13(prefixed);
}

export function seedOf({ start, version }: InvocationMachine): bigint {
  return supportsFeature(version, "randomSeed") ? start.randomSeed : seedFromInvocationId(start.id);
}

export class SeededRand implements Rand {
  readonly #seed: bigint;
  readonly #check: (operation: string) => void;
  #state: readonly [bigint, bigint, bigint, bigint] | undefined;

  /** @param check throws where drawing is not allowed. */
  constructor(seed: bigint, check: (operation: string) => void) {
    this.#seed = seed;
    this.#check = check;
  }

  random(): number {
    this.#check("ctx.rand.random");
    return Number(BigInt.asUintN(53, this.#next())) / 2 ** 53;
  }

  uuidv4(): string {
    this.#check("ctx.rand.uuidv4");
    const bytes = new Uint8Array(16);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, this.#next(), true);
    view.setBigUint64(8, this.#next(), true);
    view.setUint8(6, (view.getUint8(6) & 0x0f) | 0x40);
    view.setUint8(8, (view.getUint8(8) & 0x3f) | 0x80);
    return formatUuid(bytes);
  }

  /** xoshiro256++ (Blackman and Vigna, public domain). */
  #next(): bigint {
    const [a, b, c, d] = (this.#state ??= splitMix(this.#seed));
    const result = wrap(rotateLeft(wrap(a + d), 23n) + a);
    const mixed = c ^ a;
    const carried = d ^ b;
    this.#state = [a ^ carried, b ^ mixed, mixed ^ wrap(b << 17n), rotateLeft(carried, 45n)];
    return result;
  }
}

/** SplitMix64 spreads the seed over the generator's 256 bits, as its authors recommend. */
function splitMix(seed: bigint): [bigint, bigint, bigint, bigint] {
  let x = wrap(seed);
  const next = (): bigint => {
    x = wrap(x + 0x9e3779b97f4a7c15n);
    return mix(x);
  };
  return [next(), next(), next(), next()];
}

function formatUuid(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
