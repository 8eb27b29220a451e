/**
 * "Call me when user code has come to rest": after every microtask that is queued now, or that those queue, has run.
 *
 * On Node and Bun a message on a MessageChannel arrives in a macrotask of its own, so by then the microtask queue (and
 * Node's nextTick queue) is dry; unlike setImmediate it does not cost a whole turn of the event loop.
 */
export type RestScheduler = (callback: () => void) => void;

/** The scheduler of this process. One channel is shared by all invocations. */
export const whenAtRest: RestScheduler = createRestScheduler(globalThis);

/** What a runtime may offer to get behind the microtask queue; timers are everywhere. */
export interface MacrotaskSources {
  readonly MessageChannel?: new () => MessageChannel;
  readonly setImmediate?: (callback: () => void) => unknown;
  readonly setTimeout: (callback: () => void) => unknown;
  readonly Deno?: unknown;
}

export function createRestScheduler(runtime: MacrotaskSources): RestScheduler {
  const { setTimeout, setImmediate = setTimeout, MessageChannel, Deno } = runtime;
  // Next.js puts functions that throw where its edge runtime has nothing.
  const timer: RestScheduler = (callback) => {
    try {
      setImmediate(callback);
    } catch {
      setTimeout(callback);
    }
  };
  try {
    // Not on Deno, whose messages may arrive amid the microtasks of whatever else has arrived in the same turn.
    if (MessageChannel && !Deno) return messageScheduler(new MessageChannel(), timer);
  } catch {
    // It has timers.
  }
  return timer;
}

/** Node's ports keep the process alive unless told otherwise; browsers' have no such methods. */
interface CountedPort {
  ref?(): void;
  unref?(): void;
}

/**
 * Cloudflare Workers deliver messages in a microtask, which proves nothing, and tie what a callback does to the request
 * that scheduled it, which a shared channel would mix up. Which kind a runtime is shows with the first message; `timer`
 * is for the other kind.
 */
function messageScheduler(channel: MessageChannel, timer: RestScheduler): RestScheduler {
  let waiting: (() => void)[] = [];
  /** Undefined until the first message has arrived, or microtasks have run ahead of it. */
  let isBehindMicrotasks: boolean | undefined;
  const receiver = channel.port1 as MessagePort & CountedPort;
  receiver.onmessage = () => {
    const due = waiting;
    waiting = [];
    receiver.unref?.();
    isBehindMicrotasks ??= false;
    due.forEach(isBehindMicrotasks ? callSafely : timer);
  };
  receiver.unref?.();
  return (callback) => {
    if (isBehindMicrotasks === false) {
      timer(callback);
      return;
    }
    // Whatever is added while a message is under way is at rest, too, when that message arrives.
    if (waiting.push(callback) > 1) return;
    if (isBehindMicrotasks === undefined) {
      afterMicrotasks(10, () => {
        isBehindMicrotasks ??= true;
      });
    }
    receiver.ref?.();
    channel.port2.postMessage(null);
  };
}

function afterMicrotasks(count: number, callback: () => void): void {
  queueMicrotask(count > 1 ? () => afterMicrotasks(count - 1, callback) : callback);
}

/** One failing callback must not cost the others their turn. */
function callSafely(callback: () => void): void {
  try {
    callback();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
