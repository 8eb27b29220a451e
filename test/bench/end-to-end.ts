/** Measures the service's CPU under a real server; the wall time beside it is the server's, which is the bottleneck. */
import { isDeepStrictEqual } from "node:util";
import { RestateServer } from "../support/real-server/restate-server.js";
import type { EndToEndResult } from "./results.js";
import { startService, type Service } from "./services.js";
import { rotated, spreadOf } from "./statistics.js";

const STEPS = 10;
const AT_ONCE = 32;
const ANSWER = Array.from({ length: STEPS }, (_, index) => index);

type Sdk = "ours" | "official";

interface Deployment {
  readonly sdk: Sdk;
  readonly server: RestateServer;
  readonly service: Service;
  readonly cpuMicros: number[];
  readonly wallMicros: number[];
}

export async function measureEndToEnd({ quick }: { quick: boolean }): Promise<EndToEndResult> {
  const [rounds, inRound, warmup] = quick ? [2, 50, 50] : [5, 400, 400];
  // A server for each, since both serve the same names; the one whose turn it is not rests.
  const deployments = await Promise.all([deploy("ours"), deploy("official")]);
  try {
    for (const { server } of deployments) await invoke(server, warmup);
    for (let round = 0; round < rounds; round++) {
      for (const deployment of rotated(deployments, round)) await measure(deployment, inRound);
    }
  } finally {
    for (const { server, service } of deployments) {
      await server.stop();
      await service.stop();
    }
  }
  const [ours, official] = deployments.map(({ cpuMicros, wallMicros }) => ({
    cpuMicros: spreadOf(cpuMicros),
    wallMicros: spreadOf(wallMicros),
  }));
  if (ours === undefined || official === undefined) throw new Error("nothing was deployed");
  return { invocations: rounds * inRound, steps: STEPS, variants: { ours, official } };
}

async function deploy(sdk: Sdk): Promise<Deployment> {
  const [service, server] = await Promise.all([
    startService(sdk, { caseName: "", version: 6 }),
    RestateServer.start(),
  ]);
  await server.admin.register(`http://127.0.0.1:${service.port}`);
  return { sdk, server, service, cpuMicros: [], wallMicros: [] };
}

async function measure(
  { server, service, cpuMicros, wallMicros }: Deployment,
  invocations: number,
): Promise<void> {
  const before = await service.usage();
  const started = performance.now();
  await invoke(server, invocations);
  wallMicros.push(((performance.now() - started) * 1_000) / invocations);
  cpuMicros.push(((await service.usage()).cpuMicros - before.cpuMicros) / invocations);
}

async function invoke(server: RestateServer, invocations: number): Promise<void> {
  let left = invocations;
  const worker = async () => {
    while (left-- > 0) {
      const answer = await server.ingress.call("Bench/runs", STEPS);
      if (!isDeepStrictEqual(answer, ANSWER)) {
        throw new Error(`wrong answer from the server: ${JSON.stringify(answer)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
