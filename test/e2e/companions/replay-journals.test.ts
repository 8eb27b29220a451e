/** The deploy gate, and whether the server agrees: journals of a live server, replayed against the code of tomorrow. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
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
import { uniqueKey } from "../support/test-helpers.js";
import { quietUnlessAsked } from "../support/world.js";
import { breaking, effects, servicesOf, today, type Version } from "./replay-services.fixture.js";

const REPOSITORY = fileURLToPath(new URL("../../..", import.meta.url));
const BIN = fileURLToPath(
  new URL("../../../packages/restate-sdk-testing/src/replay/bin.ts", import.meta.url),
);

const modes: readonly (readonly [string, ServerOptions])[] = [
  ["out of the box", {}],
  ["suspending at every await", { inactivityTimeout: "0s" }],
  [
    "with protocol V7 and unique seeds",
    { protocolV7: true, env: { RESTATE_EXPERIMENTAL_ENABLE_UNIQUE_RANDOM_SEEDS: "true" } },
  ],
];

describe.each(modes)("on a server %s", (mode, options) => {
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
    expect(journals.journals[0]?.randomSeeds).toHaveLength(mode.includes("unique seeds") ? 2 : 1);
    const unchanged = await replay(today, withLikelySeed(journals));
    expect(renderReplayReport(unchanged)).toContain('waits for sleep, get promise ("approved")');
    expect(unchanged).toMatchObject({ isOk: true });

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

  // One mode is enough: what differs between them is not the program's business.
  if (mode === "out of the box") {
    it("gates a deployment from the command line", gateFromCommandLine, 60_000);
  }

  async function gateFromCommandLine(): Promise<void> {
    deploy(today);
    const key = uniqueKey();
    const id = await begin(key);
    const good = await runCli({ VERSION: "today" });
    expect(good.output).toMatch(new RegExp(`^ok .*${id} .* waits for sleep, get promise`, "m"));
    expect(good.output).toContain("This code breaks none of them.");
    expect(good.output).toContain("Note: ");
    expect(good.code).toBe(0);

    const bad = await runCli({ VERSION: "breaking" });
    expect(bad.output).toMatch(
      new RegExp(`^BREAKS .*${id} .* journal mismatch at command 1$`, "m"),
    );
    expect(bad.code).toBe(1);

    const wrong = await runCli({ ADMIN: server.ingressUrl });
    expect(wrong.output).toContain("Is this the admin address?");
    expect(wrong.code).toBe(2);
    await server.admin.kill(id);
  }

  /** The program in a process of its own, with a module that serves when it is imported. */
  async function runCli(env: Readonly<Record<string, string>>) {
    const module = fileURLToPath(new URL("replay-services.fixture.ts", import.meta.url));
    const admin = env["ADMIN"] ?? server.adminUrl;
    const args = ["--import", "tsx", BIN, "--admin", admin, module];
    const child = spawn(process.execPath, args, {
      cwd: REPOSITORY,
      env: { ...process.env, SERVE: "yes", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    }
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    return { code, output };
  }

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

/** The first one must be right whenever the server has its features from the start. */
function withLikelySeed(journals: JournalExport): JournalExport {
  const likely = journals.journals.map((each) => ({
    ...each,
    randomSeeds: each.randomSeeds.slice(0, 1),
  }));
  return { ...journals, journals: likely };
}

function handlerOf(version: Version): EndpointHandler {
  return restate.createEndpointHandler({ services: servicesOf(version), ...quietUnlessAsked() });
}

function replay(version: Version, journals: JournalExport): Promise<ReplayReport> {
  return replayJournals({ services: servicesOf(version) }, journals);
}
