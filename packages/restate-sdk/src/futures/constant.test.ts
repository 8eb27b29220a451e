import { describe, expect, it } from "vitest";
import { TerminalError } from "../errors/terminal-error.js";
import { ConstantFuture } from "./constant.js";
import { observe, settled, TestFutures } from "./futures.fixture.js";
import { completion, value } from "../machine/messages.fixture.js";
import { RestatePromise } from "./restate-promise.js";

describe("a constant", () => {
  it("is there at once", async () => {
    expect(await ConstantFuture.fulfilled(1)).toBe(1);
    const reason = new TerminalError("no");
    await expect(ConstantFuture.rejected(reason)).rejects.toBe(reason);
  });

  it("follows a promise", async () => {
    expect(await ConstantFuture.following(Promise.resolve(1))).toBe(1);
    const reason = new TerminalError("no");
    await expect(ConstantFuture.following(Promise.reject(reason))).rejects.toBe(reason);
  });

  it("may never come", async () => {
    const { events } = observe(ConstantFuture.pending());
    await settled();
    expect(events).toEqual([]);
  });

  it("is nothing that the server could deliver", () => {
    expect(ConstantFuture.pending().awaitTree()).toBeUndefined();
  });

  it("is never an unhandled rejection", async () => {
    ConstantFuture.rejected(new TerminalError("no"));
    void ConstantFuture.rejected(new TerminalError("no")).then(() => {});
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
