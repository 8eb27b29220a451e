/** New versions of a service: running invocations stay with the code they began on. */
import * as restate from "@restatedev/restate-sdk";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  eventually,
  RestateServer,
  serveInProcess,
  type InProcessHost,
} from "../support/real-server/index.js";
import { quietUnlessAsked } from "./support/world.js";

let server: RestateServer;
const hosts: InProcessHost[] = [];

beforeAll(async () => {
  server = await RestateServer.start();
});

afterAll(async () => {
  await server.stop();
  await Promise.all(hosts.map((host) => host.close()));
});

/** An invocation is tied to a deployment by the first step it takes there. */
async function begin(ctx: restate.Context): Promise<void> {
  await ctx.run("begin", () => "begun");
}

async function deploy(version: string): Promise<string> {
  const release = restate.service({
    name: "Release",
    handlers: {
      wait: async (ctx: restate.Context) => {
        await begin(ctx);
        const word = await ctx.signal<string>("go");
        return `${word} from ${version}`;
      },
      broken: async (ctx: restate.Context) => {
        await begin(ctx);
        if (version === "v1") throw new Error("fixed in v2");
        return `works in ${version}`;
      },
      wake: async (ctx: restate.Context, id: string) => {
        const invocation = ctx.invocation(restate.InvocationIdParser.fromString(id));
        invocation.signal<string>("go").resolve("hello");
      },
    },
  });
  const handler = restate.createEndpointHandler({ services: [release], ...quietUnlessAsked() });
  const host = await serveInProcess({ handler });
  hosts.push(host);
  return (await server.admin.register(host.url)).id;
}

it("old invocations finish on the old code, new ones start on the new, stuck ones can be moved", async () => {
  await deploy("v1");
  const old = (await server.ingress.send("Release/wait")).invocationId;
  const stuck = (await server.ingress.send("Release/broken")).invocationId;
  await eventually(async () => {
    expect((await server.admin.invocation(old)).pinned_deployment_id).toBeDefined();
    expect((await server.admin.invocation(stuck)).retry_count).toBeGreaterThan(1);
  });

  const v2 = await deploy("v2");
  const young = (await server.ingress.send("Release/wait")).invocationId;
  for (const id of [old, young]) await server.ingress.call("Release/wake", id);
  expect(await server.ingress.attach(old)).toBe("hello from v1");
  expect(await server.ingress.attach(young)).toBe("hello from v2");

  await eventually(async () => {
    await server.admin.pause(stuck);
    expect((await server.admin.invocation(stuck)).status).toBe("paused");
  });
  await server.admin.resume(stuck, v2);
  expect(await server.ingress.attach(stuck)).toBe("works in v2");
});
