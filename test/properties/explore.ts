/**
 * Runs many cases by hand, outside of the test runner: `tsx test/properties/explore.ts <first seed> <count> [codec]`.
 * With SHOW=n the first n failures are printed in full.
 */
import { runCase } from "./support/run-case.js";

const [firstSeed = "1", count = "10000", codec] = process.argv.slice(2);
const totals: Record<string, number> = {};
const failures = new Map<string, number[]>();
let shown = 0;

process.on("unhandledRejection", (reason) => {
  note("unhandled rejection", reason, -1);
});

const first = Number(firstSeed);
for (let seed = first; seed < first + Number(count); seed++) {
  try {
    const stats = await runCase({ seed, isCodecAsync: codec === "codec" });
    for (const [name, value] of Object.entries<number>({ ...stats })) {
      totals[name] = (totals[name] ?? 0) + value;
    }
  } catch (error) {
    note((error as Error).message.split("\n", 1)[0] ?? "", error, seed);
  }
}
report(`${count} cases from seed ${firstSeed}: ${JSON.stringify(totals)}`);
for (const [what, seeds] of failures) {
  report(`${String(seeds.length)} x ${what}: seeds ${seeds.slice(0, 8).join(", ")}`);
}
process.exitCode = failures.size === 0 ? 0 : 1;

function note(what: string, error: unknown, seed: number): void {
  const kind = what.replace(/\d+/g, "#").slice(0, 100);
  failures.set(kind, [...(failures.get(kind) ?? []), seed]);
  if (shown++ < Number(process.env.SHOW ?? 0)) report(String((error as Error).stack));
}

function report(line: string): void {
  process.stdout.write(`${line}\n`);
}
