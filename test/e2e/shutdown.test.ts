/** A service that shuts down in order: waiting attempts suspend, working ones finish, nothing is lost. */
import * as restate from "@restatedev/restate-sdk";
import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually, RestateServer } from "../support/real-server/index.js";
import { sdkUnderTest } from "../support/real-server/sdk-under-test.js";

const GRACE_MS = 20_000;

let executions = 0;
let server: RestateServer;

const patient = restate.service({
  name: "Patient",
  handlers: {
    work: async (ctx: restate.Context, ms: number) => {
      const step = await ctx.run("step", async () => {
        executions++;
        await new Promise((resolve) => setTimeout(resolve, ms));
        return "done";
      });
      await ctx.sleep(1_500);
      return step;
    },
  },
});

beforeAll(async () => {
  server = await RestateServer.start();
});

afterAll(() => server.stop());

it.skipIf(sdkUnderTest === "official")(
  "attempts suspend when their service shuts down, and go on in the next one",
  async () => {
    const stop = new AbortController();
    let close = (): void => undefined;
    const closed = new Promise<void>((resolve) => (close = resolve));
    const shutdown = { signal: stop.signal, graceMs: GRACE_MS, onClosed: close };
    const port = await restate.serve({
      services: [patient],
      port: 0,
      logger: () => undefined,
      shutdown,
    });
    await server.admin.register(`http://127.0.0.1:${port}`);

    const waiting = server.ingress.call("Patient/work", 1);
    const working = server.ingress.call("Patient/work", 500);
    await eventually(() => expect(executions).toBe(2));
    const before = Date.now();
    stop.abort();
    await closed;
    expect(Date.now() - before).toBeLessThan(GRACE_MS / 2);

    const end = new AbortController();
    await restate.serve({
      services: [patient],
      port,
      logger: () => undefined,
      shutdown: { signal: end.signal, graceMs: 100 },
    });
    expect(await Promise.all([waiting, working])).toEqual(["done", "done"]);
    expect(executions).toBe(2);
    end.abort();
  },
);

it.skipIf(sdkUnderTest === "official")(
  "an invocation that comes in while its service shuts down disturbs none that is running",
  async () => {
    const gate = deferred();
    const started: string[] = [];
    const ended: string[] = [];
    const slow = restate.service({
      name: "Slow",
      handlers: {
        work: async (ctx: restate.Context, name: string) => {
          ctx.request().attemptCompletedSignal.addEventListener("abort", () => ended.push(name));
          return ctx.run("step", async () => {
            started.push(name);
            await gate.promise;
            return name;
          });
        },
      },
    });
    const stop = new AbortController();
    const closed = deferred();
    const port = await restate.serve({
      services: [slow],
      port: 0,
      logger: () => undefined,
      shutdown: { signal: stop.signal, graceMs: GRACE_MS, onClosed: closed.resolve },
    });
    await server.admin.register(`http://127.0.0.1:${port}`);

    const first = server.ingress.call("Slow/work", "first");
    await eventually(() => expect(started).toEqual(["first"]));
    stop.abort();
    const second = server.ingress.call("Slow/work", "second");
    await eventually(() => expect(started).toEqual(["first", "second"]));
    expect(ended).toEqual([]);
    gate.resolve();
    await closed.promise;

    const end = new AbortController();
    await restate.serve({
      services: [slow],
      port,
      logger: () => undefined,
      shutdown: { signal: end.signal, graceMs: 100 },
    });
    expect(await Promise.all([first, second])).toEqual(["first", "second"]);
    expect(started).toEqual(["first", "second"]);
    end.abort();
  },
);

function deferred() {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
