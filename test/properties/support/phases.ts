/** The places in Node's event loop where something can happen. */
import { MessageChannel } from "node:worker_threads";
import type { Rng } from "./rng.js";

/** Resolves in a later turn of the event loop; everything that runs without waiting for anybody has run. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}

const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.on("message", () => waiting.shift()?.());
channel.port1.unref();

/** A macrotask that, like the SDK's own rest, needs no turn of the event loop. */
function message(): Promise<void> {
  return new Promise((resolve) => {
    channel.port1.ref();
    waiting.push(() => {
      if (waiting.length === 0) channel.port1.unref();
      resolve();
    });
    channel.port2.postMessage(null);
  });
}

/** Between one event and the next: nothing, some microtasks, a tick, or a macrotask. */
export async function wait(rng: Rng): Promise<void> {
  switch (rng.weighted({ none: 4, microtasks: 3, tick: 1, message: 2, turn: 3, turns: 1 })) {
    case "none":
      return;
    case "microtasks":
      for (let i = rng.between(1, 5); i > 0; i--) await Promise.resolve();
      return;
    case "tick":
      return new Promise((resolve) => {
        process.nextTick(resolve);
      });
    case "message":
      return message();
    case "turn":
      return turn();
    case "turns":
      return turns(rng.between(2, 6));
  }
}
