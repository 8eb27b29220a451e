/** The deploy gate, and whether the server agrees: journals of a live server, replayed against the code of tomorrow. */
import * as restate from "@restatedev/restate-sdk";
import {
  exportJournals,
  replayJournals,
  renderReplayReport,
  type JournalExport,
  type ReplayReport,
} from "@restatedev/restate-sdk-testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  eventually,
  RestateServer,
  serveInProcess,
  type EndpointHandler,
  type InProcessHost,
  type ServerOptions,
} from "../../support/real-server/index.js";
import { Tally } from "../support/tally.js";
import { uniqueKey } from "../support/test-helpers.js";
import { quietUnlessAsked } from "../support/world.js";

const effects = new Tally();

const stock = restate.object({
  name: "Stock",
  handlers: {
    take: async (ctx: restate.ObjectContext, amount: number) => {
      ctx.set("left", ((await ctx.get<number>("left")) ?? 100) - amount);
    },
  },
});

type Part = (ctx: restate.WorkflowContext) => Promise<unknown>;

/** What the code does at its beginning, and behind the point at which its invocations wait. */
interface Version {
  readonly begin: Part;
  readonly finish: Part;
}

const today: Version = {
  begin: (ctx) => ctx.run("reserve", () => effects.hit(`reserve ${ctx.key}`)),
  finish: async () => "today",
};

/** One command of almost every kind, with values that depend on invocation id and seed. */
async function everything(ctx: restate.WorkflowContext): Promise<void> {
  const id = ctx.rand.uuidv4();
  ctx.set("id", id);
  ctx.set("other", 1);
  await ctx.get("id");
  await ctx.get("absent");
  await ctx.stateKeys();
  ctx.clear("other");
  await ctx.sleep(1);
  await ctx.date.now();
  const call = ctx.objectClient(stock, ctx.key).take(1);
  await call;
  const sent = ctx.objectSendClient(stock, `${ctx.key} later`);
  const handle = sent.take(2, restate.rpc.sendOpts({ delay: 50 }));
  await ctx.attach(await handle.invocationId);
  const { id: awakeable, promise } = ctx.awakeable<string>();
  ctx.resolveAwakeable(awakeable, `${id} ${String(ctx.request().id)}`);
  await promise;
  await ctx.promise<string>("approved").peek();
  await ctx
    .run("declined", () => {
      throw new restate.TerminalError("no", { errorCode: 409 });
    })
    .catch(() => undefined);
  await Promise.race([ctx.sleep({ hours: 1 }), ctx.run("quick", () => "ünïcode")]);
}

function servicesOf({ begin, finish }: Version) {
  const orders = restate.workflow({
    name: "Orders",
    handlers: {
      run: async (ctx: restate.WorkflowContext, _cents: number) => {
        await begin(ctx);
        await everything(ctx);
        await ctx.promise<string>("approved").get();
        return finish(ctx);
      },
      approve: async (ctx: restate.WorkflowSharedContext) => {
        await ctx.promise<string>("approved").resolve("yes");
      },
    },
  });
  return [orders, stock];
}

const modes: readonly (readonly [string, ServerOptions])[] = [
  ["out of the box", {}],
  ["suspending at every await", { inactivityTimeout: "0s" }],
  [
    "with protocol V7 and unique seeds",
    { protocolV7: true, env: { RESTATE_EXPERIMENTAL_ENABLE_UNIQUE_RANDOM_SEEDS: "true" } },
  ],
];

describe.each(modes)("on a server %s", (_, options) => {
  let server: RestateServer;
  let host: InProcessHost;
  let current: EndpointHandler;

  beforeAll(async () => {
    current = handlerOf(today);
    const handler = ((...args: Parameters<EndpointHandler>) => current(...args)) as EndpointHandler;
    host = await serveInProcess({ handler });
    server = await RestateServer.start(options);
    await server.admin.register(host.url);
  });
  afterAll(async () => {
    await server.stop();
    await host.close();
  });

  it("tells breaking from safe changes before they are deployed, and the server agrees", async () => {
    const key = uniqueKey();
    const id = await begin(key);
    const journals = await exportOf(id);
    const unchanged = await replay(today, journals);
    expect(renderReplayReport(unchanged)).toContain('waits for sleep, get promise ("approved")');
    expect(unchanged).toMatchObject({ isOk: true });

    const breaking: Version = { ...today, begin: (ctx) => ctx.run("hold", () => "held") };
    const broken = await replay(breaking, journals);
    expect(broken.isOk).toBe(false);
    expect(broken.results[0]?.verdict).toMatchObject({
      kind: "mismatch",
      commandIndex: 1,
      message: expect.stringMatching(/recorded: run "reserve"\n.*executed: run "hold"/) as string,
    });

    const safe: Version = {
      ...today,
      finish: async (ctx) => {
        await ctx.run("ship", () => effects.hit(`ship ${ctx.key}`));
        return "tomorrow";
      },
    };
    expect(await replay(safe, journals)).toMatchObject({ isOk: true });
    expect(effects.count(`ship ${key}`)).toBe(0);

    deploy(breaking);
    await server.ingress.call(`Orders/${key}/approve`);
    const failing = await eventually(async () => {
      const row = await server.admin.invocation(id);
      expect(row.last_failure_error_code).toBe("RT0016");
      return row;
    });
    expect(failing.status).not.toBe("completed");
    // What fails already is not the fault of the code at hand.
    const still = await replay(breaking, await exportOf(id));
    expect(still).toMatchObject({ isOk: true, results: [{ verdict: { kind: "still-failing" } }] });

    deploy(safe);
    expect(await server.ingress.attach({ workflow: "Orders", key })).toBe("tomorrow");
    expect(effects.count(`reserve ${key}`)).toBe(1);
    expect(effects.count(`ship ${key}`)).toBe(1);
  });

  it("repeats the whole journal of what has completed", async () => {
    deploy(today);
    const key = uniqueKey();
    const id = await begin(key);
    await server.ingress.call(`Orders/${key}/approve`);
    await server.ingress.attach({ workflow: "Orders", key });
    const all = await eventually(async () => {
      const completed = await exportJournals({
        adminUrl: server.adminUrl,
        service: "Orders",
        status: "completed",
      });
      expect(completed.journals.map(({ invocationId }) => invocationId)).toContain(id);
      return completed;
    });
    const journals = { ...all, journals: all.journals.filter((each) => each.invocationId === id) };
    expect(await replay(today, journals)).toMatchObject({
      isOk: true,
      results: [{ verdict: { kind: "ok", then: "returns" } }],
    });
  });

  /** Starts a workflow and waits until it waits for its approval. */
  async function begin(key: string): Promise<string> {
    const { invocationId } = await server.ingress.send(`Orders/${key}/run`, 4200);
    await eventually(async () => {
      const journal = await server.admin.journal(invocationId);
      expect(journal.at(-1)?.entry_type).toBe("Command: GetPromise");
    });
    return invocationId;
  }

  async function exportOf(id: string): Promise<JournalExport> {
    const all = await exportJournals({ adminUrl: server.adminUrl, service: "Orders" });
    const journals = all.journals.filter(({ invocationId }) => invocationId === id);
    expect(journals).toHaveLength(1);
    // As it would come from a file.
    return JSON.parse(JSON.stringify({ ...all, journals })) as JournalExport;
  }

  /** In place, at the address that invocations in flight know. */
  function deploy(version: Version): void {
    current = handlerOf(version);
    host.cutConnections();
  }
});

function handlerOf(version: Version): EndpointHandler {
  return restate.createEndpointHandler({ services: servicesOf(version), ...quietUnlessAsked() });
}

function replay(version: Version, journals: JournalExport): Promise<ReplayReport> {
  return replayJournals({ services: servicesOf(version) }, journals);
}
