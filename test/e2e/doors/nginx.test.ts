/** Two replicas behind an nginx: every behaviour, and a replica that is killed in mid-flight. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEndpointHandler, type EndpointOptions } from "@restatedev/restate-sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allBehaviours } from "../behaviours/all.js";
import { startJourneys } from "../chaos/journeys.js";
import { ChildHost, RestateServer, serveInProcess } from "../../support/real-server/index.js";
import { runBehaviours } from "../support/behaviour.js";
import type { Door } from "../support/door.js";
import { noNginx, startNginx, type Nginx } from "./support/nginx.js";
import { trustedCertificates } from "./support/tls.js";

if (noNginx) console.warn(`Skipping what runs behind nginx: ${noNginx}`);

describe.skipIf(noNginx)("behind nginx", () => {
  runBehaviours(allBehaviours, { name: "HTTP/2 to two replicas", door: balanced });
  runBehaviours(allBehaviours, {
    name: "TLS, then HTTP/1.1 to two replicas",
    door: balancedBehindTls,
  });

  describe("a replica that is killed", () => {
    let directory: string;
    let effects: string;
    let replicas: readonly ChildHost[];
    let nginx: Nginx;
    let server: RestateServer;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), "restate-replicas-"));
      effects = join(directory, "effects");
      await writeFile(effects, "");
      const options = {
        services: new URL("../chaos/services.ts", import.meta.url),
        env: { EFFECTS_FILE: effects },
      };
      replicas = await Promise.all([ChildHost.start(options), ChildHost.start(options)]);
      nginx = await startNginx({ replicas: replicas.map(({ port }) => port), upstream: "h2c" });
      server = await RestateServer.start();
      await server.admin.register(`http://127.0.0.1:${nginx.port}`);
    });

    afterAll(async () => {
      await server.stop();
      await nginx.stop();
      for (const replica of replicas) await replica.kill();
      await rm(directory, { recursive: true });
    });

    it("is replaced by the other one, and every effect counts once", async () => {
      const journeys = await startJourneys(server.ingress, effects);
      const [first, second] = replicas;
      await journeys.reached(20);
      await first?.kill();
      await journeys.reached(50);
      await first?.restart();
      await second?.kill();
      await journeys.arrived({ maxExecutions: 3 });
    });

    it("is not missed by invocations that come later", async () => {
      const key = "later";
      await expect(
        server.ingress.call("Victim/sleepy", { key, ms: 10 }),
      ).resolves.toBeGreaterThanOrEqual(10);
    });
  });
});

async function balanced(options: EndpointOptions): ReturnType<Door> {
  const handler = createEndpointHandler(options);
  const hosts = [await serveInProcess({ handler }), await serveInProcess({ handler })];
  const nginx = await startNginx({ replicas: hosts.map(({ port }) => port), upstream: "h2c" });
  return {
    register: (admin) => admin.register(`http://127.0.0.1:${nginx.port}`),
    async close() {
      await nginx.stop();
      for (const host of hosts) await host.close();
    },
  };
}

async function balancedBehindTls(options: EndpointOptions): ReturnType<Door> {
  const handler = createEndpointHandler(options);
  const http1 = true;
  const hosts = [
    await serveInProcess({ handler, http1 }),
    await serveInProcess({ handler, http1 }),
  ];
  const { certificates, directory, serverEnv, remove } = await trustedCertificates();
  const tls = { cert: join(directory, "cert.pem"), key: join(directory, "key.pem") };
  await writeFile(tls.cert, certificates.cert);
  await writeFile(tls.key, certificates.key);
  const replicas = hosts.map(({ port }) => port);
  const nginx = await startNginx({ replicas, upstream: "HTTP/1.1", tls });
  return {
    serverEnv,
    register: (admin) => admin.register(`https://localhost:${nginx.port}`),
    async close() {
      await nginx.stop();
      for (const host of hosts) await host.close();
      await remove();
    },
  };
}
