/** Counts every block of the SDK's code that runs, loops and private methods included, so that growth needs no clock. */
import { Session } from "node:inspector/promises";
import { setFlagsFromString } from "node:v8";

const MEASURED = /\/packages\/restate-sdk\/src\//;

// Optimised code does not count all it does.
for (const flag of ["--no-opt", "--no-maglev", "--no-sparkplug"]) setFlagsFromString(flag);

// Started once, before the code is compiled for the first time: counters do not get into what has been compiled without.
const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });

/** How often blocks of the SDK's sources are entered while the action runs: V8's coverage counters, added up. */
export async function countBlocks(action: () => Promise<unknown>): Promise<number> {
  await takeCounts();
  await action();
  return takeCounts();
}

/** Taking them also sets them back. */
async function takeCounts(): Promise<number> {
  const { result } = await session.post("Profiler.takePreciseCoverage");
  return result
    .filter(({ url }) => MEASURED.test(url))
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
    .reduce((total, { count }) => total + count, 0);
}
