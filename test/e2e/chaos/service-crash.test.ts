/** The service process is killed in mid-flight and started again: invocations go on as if nothing had happened. */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ChildHost, eventually, RestateServer } from "../../support/real-server/index.js";
import { modes, type Mode } from "../support/modes.js";
import { startJourneys } from "./journeys.js";
import { effectsIn } from "./services.js";

describe.each<Mode>([modes.default, modes.v7])("a killed service, $name", (mode) => {
  let server: RestateServer;
  let host: ChildHost;
  let directory: string;
  let effects: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "restate-chaos-"));
    effects = join(directory, "effects");
    await writeFile(effects, "");
    [server, host] = await Promise.all([
      RestateServer.start(mode.server),
      ChildHost.start({
        services: new URL("./services.ts", import.meta.url),
        env: { EFFECTS_FILE: effects },
      }),
    ]);
    await server.admin.register(host.url);
  });

  afterAll(async () => {
    await host.kill();
    await server.stop();
    await rm(directory, { recursive: true });
  });

  const happened = (line: RegExp): Promise<string> =>
    eventually(() => {
      const found = effectsIn(effects).find((each) => line.test(each));
      expect(found, String(line)).toBeDefined();
      return found!;
    });

  it.each(["kill", "stop"] as const)(
    "%s in the middle of a step: the step is executed again, those before it are not",
    async (ending) => {
      const key = randomUUID();
      const { invocationId } = await server.ingress.send("Victim/stuckOnce", key);
      await happened(new RegExp(`^${key} second`));
      await host[ending]();
      await host.restart();
      expect(await server.ingress.attach(invocationId)).toEqual([1, 2]);
    },
  );

  it("a sleep goes on while nobody is there, and doesn't start over", async () => {
    const key = randomUUID();
    const ms = 1_500;
    const { invocationId } = await server.ingress.send("Victim/sleepy", { key, ms });
    await happened(new RegExp(`^${key} asleep`));
    await host.kill();
    await host.restart();
    const slept = await server.ingress.attach<number>(invocationId);
    expect(slept).toBeGreaterThanOrEqual(ms);
  });

  it("an awakeable resolved while the service is down is seen when it is back", async () => {
    const key = randomUUID();
    const { invocationId } = await server.ingress.send("Victim/waiting", key);
    const [, awakeableId] = (await happened(new RegExp(`^${key} sign_1`))).split(" ");
    await host.kill();
    await server.ingress.resolveAwakeable(awakeableId!, "meanwhile");
    await host.restart();
    expect(await server.ingress.attach(invocationId)).toBe("meanwhile");
  });

  it("twenty long invocations survive three kills, every effect counted once", async () => {
    const journeys = await startJourneys(server.ingress, effects);
    for (const legs of [10, 40, 70]) {
      await journeys.reached(legs);
      await host.kill();
      await host.restart();
    }
    await journeys.arrived({ maxExecutions: 4 });
  });
});
