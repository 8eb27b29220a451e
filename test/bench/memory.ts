/** Measures memory: of invocations that wait, what is given back when they are done, and what 50,000 more leave behind. */
import { setTimeout as delay } from "node:timers/promises";
import { FrameReader, type Frame } from "../support/scripted-server/frames.js";
import { checkAnswer } from "./answers.js";
import { VARIANTS, type Variant } from "./bundles.js";
import { caseNamed, PARKING_CASE, type BenchCase } from "./cases.js";
import { Driver, endsAttempt, invocationHeaders } from "./driver.js";
import { callReply, type Version } from "./messages.js";
import { RawH2Connection } from "./raw-h2.js";
import type { MemoryResult, MemorySample } from "./results.js";
import { startService } from "./services.js";
import { rotated, spreadOf } from "./statistics.js";

/** As a server does, which opens a further connection when one has many streams. */
const STREAMS_PER_CONNECTION = 500;
const NODE_OPTIONS = ["--expose-gc"];
/** Idle for 10 to 20 seconds, V8 collects once more, and gives back the pages that it has kept for later. */
const REST_MS = 30_000;

interface MemoryOptions {
  readonly quick: boolean;
  readonly version: Version;
}

export async function measureMemory(options: MemoryOptions): Promise<MemoryResult> {
  const parked = options.quick ? 1_000 : 5_000;
  const echoes = options.quick ? 5_000 : 50_000;
  const echoed = {
    floor: await echo("floor", echoes, options.version),
    ours: await echo("ours", echoes, options.version),
    official: await echo("official", echoes, options.version),
  };
  // Side by side, since most of it is waiting.
  const [floorRest, oursRest, officialRest] = await Promise.all([
    rest("floor", parked, options.version),
    rest("ours", parked, options.version),
    rest("official", parked, options.version),
  ]);
  const rested = { floor: floorRest, ours: oursRest, official: officialRest };
  const samples: Record<Variant, MemorySample[]> = { floor: [], ours: [], official: [] };
  for (let round = 0; round < (options.quick ? 1 : 3); round++) {
    for (const variant of rotated(VARIANTS, round)) {
      samples[variant].push({
        ...(await parkAndRelease(variant, parked, options.version)),
        ...echoed[variant],
        restedRssBytes: rested[variant],
      });
    }
  }
  const { floor, ours, official } = samples;
  return {
    parked,
    echoes,
    variants: { floor: summarize(floor), ours: summarize(ours), official: summarize(official) },
  };
}

async function parkAndRelease(variant: Variant, count: number, version: Version) {
  const { service, park, close } = await startParking(variant, count, version);
  const idle = await service.usage("settled");
  const invocations = await park(count);
  const waiting = await service.usage("settled");
  await finish(invocations);
  const after = await service.usage("settled");
  await close();
  return {
    parkedHeapBytes: (waiting.heapBytes - idle.heapBytes) / count,
    parkedRssBytes: (waiting.rssBytes - idle.rssBytes) / count,
    idleRssBytes: idle.rssBytes,
    peakRssBytes: after.maxRssBytes,
    leftRssBytes: after.rssBytes - idle.rssBytes,
    leftHeapBytes: after.heapBytes - idle.heapBytes,
  };
}

/** How much RSS is left when invocations have waited and finished, and the service was left alone for a while. */
async function rest(variant: Variant, count: number, version: Version): Promise<number> {
  const { service, park, close } = await startParking(variant, count, version);
  const idle = await service.usage("settled");
  await finish(await park(count));
  await delay(REST_MS);
  const rested = await service.usage("now");
  await close();
  return rested.rssBytes - idle.rssBytes;
}

async function startParking(variant: Variant, count: number, version: Version) {
  const benchCase = caseNamed(PARKING_CASE, version);
  const service = await startService(variant, {
    caseName: benchCase.name,
    version,
    nodeOptions: NODE_OPTIONS,
  });
  const connections = await Promise.all(
    Array.from({ length: Math.ceil(count / STREAMS_PER_CONNECTION) }, () =>
      RawH2Connection.connect(service.port),
    ),
  );
  const parkHere = (some: number) => park(connections, benchCase, { count: some, version });
  // So that code compiled on the way is not counted as memory of invocations.
  await finish(await parkHere(200));
  const close = () => {
    for (const connection of connections) connection.close();
    return service.stop();
  };
  return { service, park: parkHere, close };
}

async function echo(variant: Variant, count: number, version: Version) {
  const benchCase = caseNamed("echo", version);
  const service = await startService(variant, {
    caseName: benchCase.name,
    version,
    nodeOptions: NODE_OPTIONS,
  });
  const driver = await Driver.connect(benchCase, service, version);
  await driver.run(1_000);
  const before = await service.usage("settled");
  await driver.run(count);
  const after = await service.usage("settled");
  await driver.close();
  return {
    echoHeapBytes: after.heapBytes - before.heapBytes,
    echoRssBytes: after.rssBytes - before.rssBytes,
  };
}

interface Parked {
  /** Answers the call; resolves when the invocation has given its checked answer. */
  release(): Promise<void>;
}

/** Starts invocations, some at a time, up to where they wait for the answer to their call. */
async function park(
  connections: readonly RawH2Connection[],
  benchCase: BenchCase,
  { count, version }: { readonly count: number; readonly version: Version },
): Promise<Parked[]> {
  const headers = invocationHeaders(benchCase, version);
  const parked: Parked[] = [];
  let started = 0;
  const worker = async () => {
    while (started < count) {
      const connection = connections[started++ % connections.length];
      if (connection) parked.push(await parkOne(connection, benchCase, headers));
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
  return parked;
}

function parkOne(
  connection: RawH2Connection,
  benchCase: BenchCase,
  headers: Buffer,
): Promise<Parked> {
  return new Promise((parked, notParked) => {
    const reader = new FrameReader();
    const frames: Frame[] = [];
    const finished = new Promise<void>((resolve, reject) => {
      const stream = connection.open(headers, {
        data: (chunk) => {
          for (const frame of reader.push(chunk)) {
            frames.push(frame);
            if (frame.name === "CallCommand") parked({ release });
            if (endsAttempt(frame)) stream.end();
          }
        },
        end: () => resolve(),
        fail: reject,
      });
      const release = (): Promise<void> => {
        stream.send(callReply(0));
        return finished;
      };
      stream.send(benchCase.opening);
    }).then(() => checkAnswer(benchCase, frames));
    finished.catch(notParked);
  });
}

async function finish(invocations: readonly Parked[]): Promise<void> {
  for (let at = 0; at < invocations.length; at += 100) {
    await Promise.all(invocations.slice(at, at + 100).map((each) => each.release()));
  }
}

function summarize(samples: readonly MemorySample[]): MemoryResult["variants"][Variant] {
  const spread = (pick: (sample: MemorySample) => number) => spreadOf(samples.map(pick));
  return {
    parkedHeapBytes: spread((sample) => sample.parkedHeapBytes),
    parkedRssBytes: spread((sample) => sample.parkedRssBytes),
    idleRssBytes: spread((sample) => sample.idleRssBytes),
    peakRssBytes: spread((sample) => sample.peakRssBytes),
    leftRssBytes: spread((sample) => sample.leftRssBytes),
    leftHeapBytes: spread((sample) => sample.leftHeapBytes),
    restedRssBytes: spread((sample) => sample.restedRssBytes),
    echoHeapBytes: spread((sample) => sample.echoHeapBytes),
    echoRssBytes: spread((sample) => sample.echoRssBytes),
  };
}
