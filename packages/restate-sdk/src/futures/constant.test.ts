import { describe, expect, it } from "vitest";
import { TerminalError } from "../errors/terminal-error.js";
import { ConstantFuture, FollowingFuture } from "./constant.js";
import type { Settlement } from "./future.js";
import { observe, settled, TestFutures } from "./futures.fixture.js";
import { completion, value } from "../machine/messages.fixture.js";
import { RestatePromise } from "./restate-promise.js";

describe("a constant", () => {
  it("is there at once", async () => {
    expect(await new ConstantFuture({ ok: true, value: 1 })).toBe(1);
    const reason = new TerminalError("no");
    await expect(new ConstantFuture({ ok: false, reason })).rejects.toBe(reason);
  });

  it("follows a promise", async () => {
    expect(await new FollowingFuture(Promise.resolve(1))).toBe(1);
    const reason = new TerminalError("no");
    await expect(new FollowingFuture(Promise.reject(reason))).rejects.toBe(reason);
  });

  it("may never come", async () => {
    const { events } = observe(new ConstantFuture());
    await settled();
    expect(events).toEqual([]);
  });

  it("is nothing that the server could deliver", () => {
    expect(new ConstantFuture().awaitTree()).toBeUndefined();
  });

  it("is never an unhandled rejection", async () => {
    const rejected: Settlement<void> = { ok: false, reason: new TerminalError("no") };
    void new ConstantFuture(rejected);
    void new ConstantFuture(rejected).then(() => {});
    await settled();
  });

  it("goes together with promises of a context", async () => {
    const test = new TestFutures();
    const all = RestatePromise.all([RestatePromise.resolve(1), test.sleep()]);
    test.feed(completion(1, value(2)));
    expect(await all).toEqual([1, 2]);
  });

  it("lets a promise from elsewhere win a race against the context's", async () => {
    const test = new TestFutures();
    let resolve: ((one: string) => void) | undefined;
    const elsewhere = new Promise<string>((onResolve) => (resolve = onResolve));
    const { events } = observe(
      RestatePromise.race([RestatePromise.resolve(elsewhere), test.sleep()]),
    );
    await settled();
    resolve?.("elsewhere");
    await settled();
    expect(events).toEqual(["elsewhere"]);
  });
});
