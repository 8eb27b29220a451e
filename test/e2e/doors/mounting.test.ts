/** Endpoints that share a server with other routes: below a path, and behind a framework's middleware. */
import { createServer as createHttp1Server } from "node:http";
import { connect, createServer as createHttp2Server, type ServerHttp2Session } from "node:http2";
import type { AddressInfo, Server } from "node:net";
import * as restate from "@restatedev/restate-sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  eventually,
  RestateServer,
  type EndpointHandler,
} from "../../support/real-server/index.js";
import { sdkUnderTest } from "../../support/real-server/sdk-under-test.js";
import { uniqueKey } from "../support/test-helpers.js";
import { quietUnlessAsked } from "../support/world.js";
import { createApp, parseBodies } from "./support/middleware.js";

let server: RestateServer;

beforeAll(async () => {
  server = await RestateServer.start();
});

afterAll(() => server.stop());

interface Mounting {
  readonly name: string;
  /** Where the endpoint is, below the server's root. */
  readonly path: string;
  readonly http1: boolean;
  serve(handler: EndpointHandler): Server;
}

const mountings: readonly Mounting[] = [
  {
    name: "a path of a node:http server",
    path: "/services/restate",
    http1: true,
    serve: (handler) =>
      createHttp1Server((request, response) => {
        if (request.url?.startsWith("/services/restate/")) handler(request, response);
        else response.end("the rest of the application");
      }),
  },
  {
    name: "a path of a node:http2 server",
    path: "/restate",
    http1: false,
    serve: (handler) =>
      createHttp2Server((request, response) => {
        if (request.url.startsWith("/restate/")) handler(request, response);
        else response.end("the rest of the application");
      }),
  },
  {
    name: "middleware of a framework",
    path: "/restate",
    http1: true,
    serve: (handler) => {
      const app = createApp();
      app.use("", parseBodies("application/json"));
      app.use("/restate", handler);
      app.use("", (_request, response) => void response.end("the rest of the application"));
      return createHttp1Server(app);
    },
  },
];

describe.each(mountings)("$name", ({ name, path, http1, serve }) => {
  const counter = restate.object({
    name: `Counter${name.length}`,
    handlers: {
      add: async (ctx: restate.ObjectContext<{ count: number }>, amount: number) => {
        const count = ((await ctx.get("count")) ?? 0) + amount;
        ctx.set("count", count);
        return count;
      },
    },
  });
  const greeter = restate.service({
    name: `Greeter${name.length}`,
    handlers: {
      greet: async (ctx: restate.Context, key: string) => {
        const word = await ctx.run("word", () => "Hello");
        await ctx.sleep(20);
        return `${word} ${await ctx.objectClient(counter, key).add(3)}`;
      },
    },
  });
  let mounted: Server;
  let origin: string;

  beforeAll(async () => {
    const options = { services: [greeter, counter], ...quietUnlessAsked() };
    mounted = await listening(serve(restate.createEndpointHandler(options)));
    origin = originOf(mounted);
    await server.admin.register(`${origin}${path}`, { useHttp11: http1 });
  });

  afterAll(() => {
    mounted.close();
  });

  it("serves invocations with steps, timers, calls and state", async () => {
    const key = uniqueKey();
    expect(await server.ingress.call(`${greeter.name}/greet`, key)).toBe("Hello 3");
    expect(await server.ingress.call(`${greeter.name}/greet`, key)).toBe("Hello 6");
  });

  it("can be registered with a slash behind the path", async () => {
    await server.admin.register(`${origin}${path}/`, { useHttp11: http1 });
    expect(await server.ingress.call(`${greeter.name}/greet`, uniqueKey())).toBe("Hello 3");
  });

  it("leaves the rest of the server alone", async () => {
    expect(await get(`${origin}/elsewhere`, { http1 })).toBe("the rest of the application");
  });
});

it("a body parser that takes Restate's bodies makes attempts fail with a message, not hang", async () => {
  const name = "Robbed";
  const robbed = restate.service({ name, handlers: { greet: async () => "never" } });
  const app = createApp();
  app.use("", parseBodies(""));
  app.use("", restate.createEndpointHandler({ services: [robbed], ...quietUnlessAsked() }));
  const mounted = await listening(createHttp1Server(app));
  await server.admin.register(originOf(mounted), { useHttp11: true });
  const { invocationId } = await server.ingress.send(`${name}/greet`);
  await eventually(async () => {
    const { last_failure } = await server.admin.invocation(invocationId);

    expect(last_failure).toBeDefined();
    if (sdkUnderTest === "ours") expect(last_failure).toContain("before the whole journal");
  });
  await server.admin.kill(invocationId);
  mounted.close();
});

async function get(url: string, { http1 }: { readonly http1: boolean }): Promise<string> {
  if (http1) return (await fetch(url)).text();
  const session = connect(url);
  let text = "";
  for await (const chunk of session.request({ ":path": new URL(url).pathname })) {
    text += String(chunk);
  }
  session.destroy();
  return text;
}

async function listening(mounted: Server): Promise<Server> {
  const sessions = new Set<ServerHttp2Session>();
  mounted.on("session", (session: ServerHttp2Session) => {
    sessions.add(session);
  });
  mounted.once("close", () => {
    for (const session of sessions) session.destroy();
  });
  await new Promise<void>((resolve) => mounted.listen(0, "127.0.0.1", resolve));
  return mounted;
}

function originOf(mounted: Server): string {
  return `http://127.0.0.1:${(mounted.address() as AddressInfo).port}`;
}
