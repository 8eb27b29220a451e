/**
 * "Call me when user code has come to rest": after every microtask that is queued now, or that those queue, has run.
 *
 * A message on a MessageChannel arrives in a macrotask of its own, so by then the microtask queue (and Node's
 * nextTick queue) is dry; unlike setImmediate it does not cost a whole turn of the event loop.
 */
export type RestScheduler = (callback: () => void) => void;

/** The scheduler of this process. One channel is shared by all invocations. */
export const whenAtRest: RestScheduler = createRestScheduler(globalThis);

/** What a runtime may offer to get behind the microtask queue; timers are everywhere. */
export interface MacrotaskSources {
  readonly MessageChannel?: new () => MessageChannel;
  readonly setImmediate?: (callback: () => void) => unknown;
  readonly setTimeout: (callback: () => void, delayMs: number) => unknown;
}

export function createRestScheduler(runtime: MacrotaskSources): RestScheduler {
  const { MessageChannel, setImmediate, setTimeout } = runtime;
  if (MessageChannel !== undefined) return messageChannelScheduler(new MessageChannel());
  if (setImmediate !== undefined) return (callback) => void setImmediate(callback);
  return (callback) => void setTimeout(callback, 0);
}

/** Node's ports keep the process alive unless told otherwise; browsers' have no such methods. */
interface CountedPort {
  ref?(): void;
  unref?(): void;
}

function messageChannelScheduler(channel: MessageChannel): RestScheduler {
  let waiting: (() => void)[] = [];
  const receiver = channel.port1 as MessagePort & CountedPort;
  receiver.onmessage = () => {
    const due = waiting;
    waiting = [];
    receiver.unref?.();
    runAll(due);
  };
  receiver.unref?.();
  return (callback) => {
    // Whatever is added while a message is under way is at rest, too, when that message arrives.
    if (waiting.push(callback) === 1) {
      receiver.ref?.();
      channel.port2.postMessage(null);
    }
  };
}

/** One failing callback must not cost the others their turn. */
function runAll(callbacks: (() => void)[]): void {
  for (let i = 0; i < callbacks.length; i++) {
    try {
      callbacks[i]?.();
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
