/**
 * Runs many cases by hand, outside of the test runner:
 *
 *     tsx test/properties/explore.ts <first seed> <count> [codec]   any programs under any schedules
 *     tsx test/properties/explore.ts mutations [part of a name]     how many cases it takes to catch each mutation
 *
 * With SHOW=n the first n failures are shrunk and printed.
 */
import { catchMutation } from "./support/caught.js";
import { MUTATIONS } from "./support/mutations.js";
import { FailedCase, runCase } from "./support/run-case.js";
import { shrink } from "./support/shrink.js";

const [first = "1", second, third] = process.argv.slice(2);
const failures = new Map<string, number[]>();
let toShow = Number(process.env.SHOW ?? 0);

process.on("unhandledRejection", (reason) => {
  report(`unhandled rejection: ${String(reason)}`);
  process.exitCode = 1;
});

if (first === "mutations") await exploreMutations(second ?? "");
else await exploreCases(Number(first), Number(second ?? 10_000));

async function exploreCases(firstSeed: number, count: number): Promise<void> {
  const totals: Record<string, number> = {};
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    try {
      const stats = await runCase({ seed, isCodecAsync: third === "codec" });
      for (const [name, value] of Object.entries<number>({ ...stats })) {
        totals[name] = (totals[name] ?? 0) + value;
      }
    } catch (error) {
      await note(error, seed);
    }
  }
  report(`${String(count)} cases from seed ${String(firstSeed)}: ${JSON.stringify(totals)}`);
  for (const [kind, seeds] of failures) {
    report(`${String(seeds.length)} x ${kind}: seeds ${seeds.slice(0, 8).join(", ")}`);
  }
  if (failures.size > 0) process.exitCode = 1;
}

async function note(error: unknown, seed: number): Promise<void> {
  const kind = error instanceof FailedCase ? error.kind : String(error);
  failures.set(kind, [...(failures.get(kind) ?? []), seed]);
  if (toShow-- > 0) report(error instanceof FailedCase ? (await shrink(error)).message : kind);
}

async function exploreMutations(part: string): Promise<void> {
  for (const mutation of MUTATIONS.filter(({ name }) => name.includes(part))) {
    const started = performance.now();
    const { cases, failure } = await catchMutation(mutation, 10_000);
    const how = failure?.kind ?? "NOT CAUGHT";
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    report(`${String(cases).padStart(6)} cases ${seconds.padStart(6)} s  ${mutation.name}: ${how}`);
    if (toShow-- > 0 && failure !== undefined) {
      const undo = mutation.apply();
      report((await shrink(failure)).message);
      undo();
    }
  }
}

function report(line: string): void {
  process.stdout.write(`${line}\n`);
}
