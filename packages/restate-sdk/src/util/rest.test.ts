import { describe, expect, it, vi } from "vitest";
import { createRestScheduler, whenAtRest, type RestScheduler } from "./rest.js";

const { MessageChannel, setImmediate, setTimeout } = globalThis;

/** One scheduler for every set of things that a runtime may have. */
const SCHEDULERS: readonly (readonly [string, RestScheduler])[] = [
  ["the one of this process", whenAtRest],
  ["a MessageChannel", createRestScheduler({ MessageChannel, setImmediate, setTimeout })],
  ["a MessageChannel as Workers have it", workersScheduler()],
  ["setImmediate", createRestScheduler({ setImmediate, setTimeout })],
  ["setTimeout", createRestScheduler({ setTimeout })],
  ["setTimeout, next to others that throw", nextEdgeScheduler()],
];

/** The edge runtime of Next.js has stubs that throw. */
function nextEdgeScheduler(): RestScheduler {
  const unsupported = (): never => {
    throw new Error("A Node.js API is used which is not supported in the Edge Runtime");
  };
  return createRestScheduler({
    MessageChannel: unsupported as unknown as typeof MessageChannel,
    setImmediate: unsupported,
    setTimeout,
  });
}

/** Workers deliver messages in a microtask, where they have message channels at all. */
function workersScheduler(): RestScheduler {
  class MicrotaskChannel {
    readonly port1: { onmessage?: () => void } = {};
    readonly port2 = {
      postMessage: () => {
        queueMicrotask(() => this.port1.onmessage?.());
      },
    };
  }
  return createRestScheduler({
    MessageChannel: MicrotaskChannel as unknown as typeof MessageChannel,
    setTimeout,
  });
}

it("leaves the MessageChannel of Deno alone", async () => {
  const forbidden = vi.fn();
  const schedule = createRestScheduler({
    Deno: {},
    MessageChannel: forbidden,
    setTimeout,
  });
  await new Promise<void>(schedule);
  expect(forbidden).not.toHaveBeenCalled();
});

/** Work that goes on for a while without leaving the turn of the event loop. */
const BURSTS: Record<string, (done: () => void) => void> = {
  "a long chain of microtasks": (done) => {
    let left = 2000;
    const next = () => {
      if (left-- > 0) queueMicrotask(next);
      else done();
    };
    next();
  },
  "a chain of awaits": (done) => {
    void (async () => {
      for (let i = 0; i < 500; i++) await Promise.resolve();
      done();
    })();
  },
  "microtasks and ticks that set off each other": (done) => {
    let left = 200;
    const next = () => {
      if (left-- <= 0) done();
      else if (left % 2 === 0) process.nextTick(next);
      else queueMicrotask(next);
    };
    next();
  },
  "async functions inside of async functions": (done) => {
    const nested = async (depth: number): Promise<void> => {
      if (depth > 0) await nested(depth - 1);
    };
    void nested(200).then(done);
  },
};

const CASES = SCHEDULERS.flatMap(([name, scheduler]) =>
  Object.entries(BURSTS).map(([burst, start]) => ({ name, scheduler, burst, start })),
);

describe("code is at rest when the callback runs:", () => {
  it.each(CASES)("after $burst, by $name", async ({ scheduler, start }) => {
    const events: string[] = [];
    await new Promise<void>((resolve) => {
      scheduler(() => {
        events.push("rest");
        resolve();
      });
      start(() => events.push("burst"));
    });
    expect(events).toEqual(["burst", "rest"]);
  });

  it.each(CASES)("after $burst that a callback set off, by $name", async ({ scheduler, start }) => {
    const events: string[] = [];
    await new Promise<void>((resolve) => {
      scheduler(() => {
        start(() => events.push("burst"));
        scheduler(() => {
          events.push("rest");
          resolve();
        });
      });
    });
    expect(events).toEqual(["burst", "rest"]);
  });

  it.each(SCHEDULERS)("by %s, although it was asked for from a tick", async (_name, scheduler) => {
    const events: string[] = [];
    await new Promise<void>((resolve) => {
      process.nextTick(() => {
        scheduler(() => {
          events.push("rest");
          resolve();
        });
        void Promise.resolve()
          .then(() => Promise.resolve())
          .then(() => events.push("burst"));
      });
    });
    expect(events).toEqual(["burst", "rest"]);
  });
});

describe("a channel for all", () => {
  it("calls everybody once, in the order they asked", async () => {
    const calls: number[] = [];
    for (let i = 0; i < 3; i++) whenAtRest(() => calls.push(i));
    await rested();
    expect(calls).toEqual([0, 1, 2]);
    await rested();
    expect(calls).toEqual([0, 1, 2]);
  });

  it("needs one message for all who ask in the same turn", async () => {
    const posted = vi.fn();
    class Counting extends MessageChannel {
      constructor() {
        super();
        const { port2 } = this;
        const post = port2.postMessage.bind(port2);
        port2.postMessage = (message: unknown) => {
          posted();
          post(message);
        };
      }
    }
    const scheduler = createRestScheduler({ MessageChannel: Counting, setTimeout });
    await Promise.all(Array.from({ length: 10 }, () => new Promise<void>(scheduler)));
    expect(posted).toHaveBeenCalledTimes(1);
  });

  it("lets a callback that throws not cost the others their turn", async () => {
    const scheduler = createRestScheduler({ MessageChannel, setTimeout });
    const uncaught = new Promise<unknown>((resolve) => {
      const listeners = process.listeners("uncaughtException");
      process.removeAllListeners("uncaughtException");
      process.once("uncaughtException", (error) => {
        for (const listener of listeners) process.on("uncaughtException", listener);
        resolve(error);
      });
    });
    const after = vi.fn();
    scheduler(() => {
      throw new Error("broken");
    });
    scheduler(after);
    expect(await uncaught).toMatchObject({ message: "broken" });
    expect(after).toHaveBeenCalledTimes(1);
  });

  it("keeps the process alive only while somebody waits", async () => {
    const ports = () =>
      process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;
    await rested();
    const idle = ports();
    whenAtRest(() => {});
    expect(ports()).toBe(idle + 1);
    await rested();
    expect(ports()).toBe(idle);
  });
});

function rested(): Promise<void> {
  return new Promise((resolve) => {
    whenAtRest(() => setImmediate(resolve));
  });
}
