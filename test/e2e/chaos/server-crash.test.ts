/** The Restate server, or the connection to it, is killed in mid-flight: nothing is lost and nothing done twice. */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEndpointHandler } from "@restatedev/restate-sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  eventually,
  RestateServer,
  serveInProcess,
  type InProcessHost,
} from "../../support/real-server/index.js";
import { modes, type Mode } from "../support/modes.js";
import { quietUnlessAsked } from "../support/world.js";
import { startJourneys } from "./journeys.js";
import { effectsIn, services } from "./services.js";

describe.each<Mode>([modes.default, modes.v7])("a killed server, $name", (mode) => {
  let server: RestateServer;
  let host: InProcessHost;
  let directory: string;
  let effects: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "restate-chaos-"));
    effects = join(directory, "effects");
    await writeFile(effects, "");
    process.env["EFFECTS_FILE"] = effects;
    server = await RestateServer.start(mode.server);
    host = await serveInProcess({
      handler: createEndpointHandler({ services, ...quietUnlessAsked() }),
    });
    await server.admin.register(host.url);
  });

  afterAll(async () => {
    await server.stop();
    await host.close();
    await rm(directory, { recursive: true });
  });

  const happened = (line: RegExp): Promise<string> =>
    eventually(() => {
      const found = effectsIn(effects).find((each) => line.test(each));
      expect(found, String(line)).toBeDefined();
      return found!;
    });

  it.each(["kill", "shutDown"] as const)("%s: state is kept", async (ending) => {
    const key = randomUUID();
    await server.ingress.call(`ChaosTally/${key}/add`, 3);
    await server[ending]();
    await server.restart();
    expect(await server.ingress.call(`ChaosTally/${key}/add`, 4)).toBe(7);
  });

  it("a waiting invocation goes on waiting, its steps are not repeated", async () => {
    const key = randomUUID();
    const { invocationId } = await server.ingress.send("Victim/waiting", key);
    const line = await happened(new RegExp(`^${key} sign_1`));
    await eventually(async () => {
      const journal = await server.admin.journal(invocationId);
      expect(journal.some(({ entry_type }) => entry_type === "Notification: Run")).toBe(true);
    });
    await server.kill();
    await server.restart();
    await server.ingress.resolveAwakeable(line.split(" ")[1]!, "after all");
    expect(await server.ingress.attach(invocationId)).toBe("after all");
    expect(effectsIn(effects).filter((each) => each === line)).toHaveLength(1);
  });

  it("a sleep that ends while the server is down ends when it is back", async () => {
    const key = randomUUID();
    const { invocationId } = await server.ingress.send("Victim/sleepy", { key, ms: 300 });
    await eventually(async () => {
      const journal = await server.admin.journal(invocationId);
      expect(journal.some(({ entry_type }) => entry_type === "Command: Sleep")).toBe(true);
    });
    await server.kill();
    await server.restart();
    expect(await server.ingress.attach<number>(invocationId)).toBeGreaterThanOrEqual(300);
  });

  it("the result of a call is found again by its idempotency key", async () => {
    const key = randomUUID();
    const call = (): Promise<unknown> =>
      server.ingress.call(`ChaosTally/${key}/add`, 1, { idempotencyKey: key });
    expect(await call()).toBe(1);
    await server.kill();
    await server.restart();
    expect(await call()).toBe(1);
  });

  it.each(["the server is killed", "connections are cut"])(
    "an attempt is told when %s, and the next one takes over",
    async (accident) => {
      const key = randomUUID();
      const { invocationId } = await server.ingress.send("Victim/watchful", key);
      await happened(new RegExp(`^${key} step`));
      if (accident === "connections are cut") {
        host.cutConnections();
      } else {
        await server.kill();
        await server.restart();
      }
      await happened(new RegExp(`^${key} attempt over`));
      expect(await server.ingress.attach(invocationId)).toBe("done");
    },
  );

  it("twenty long invocations survive two kills and cut connections", async () => {
    const journeys = await startJourneys(server.ingress, effects);
    for (const legs of [10, 40]) {
      await journeys.reached(legs);
      await server.kill();
      await server.restart();
    }
    await journeys.reached(70);
    host.cutConnections();
    await journeys.arrived({ maxExecutions: 4 });
  });
});
