/** What the test kit costs: how fast environments start, virtual time passes, and crashes are explored. Bundled and run by testing.ts. */
import * as restate from "@restatedev/restate-sdk";
import { createTestEnvironment, exploreCrashes } from "@restatedev/restate-sdk-testing";

const INVOCATIONS = 1_000;
const ROUNDS = 3;

const tenSteps = restate.workflow({
  name: "TenSteps",
  handlers: {
    run: async (ctx: restate.WorkflowContext) => {
      for (let step = 0; step < 10; step++) {
        await ctx.run(`step ${step}`, () => step);
        await ctx.sleep({ days: 1 });
      }
    },
  },
});

const fiftyCommands = restate.service({
  name: "FiftyCommands",
  handlers: {
    run: async (ctx: restate.Context) => {
      let sum = 0;
      for (let step = 0; step < 25; step++) {
        sum += await ctx.run(`step ${step}`, () => step);
        await ctx.sleep({ hours: 1 });
      }
      return sum;
    },
  },
});

interface Measured {
  readonly wallMs: number;
  readonly cpuMs: number;
}

async function measure(action: () => Promise<unknown>): Promise<Measured> {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  await action();
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs: performance.now() - start, cpuMs: (user + system) / 1_000 };
}

function report(name: string, { wallMs, cpuMs }: Measured): void {
  console.log(
    `${name.padEnd(60)} ${wallMs.toFixed(1).padStart(8)} ms  ${cpuMs.toFixed(1).padStart(8)} ms CPU`,
  );
}

const services = [tenSteps, fiftyCommands, restate.object({ name: "Third", handlers: {} })];

for (let round = 1; round <= ROUNDS; round++) {
  console.log(`round ${round} of ${ROUNDS}`);
  report(
    "environment with three services",
    await measure(async () => {
      await using _env = await createTestEnvironment({ services });
    }),
  );
  for (const mode of ["suspend", "stream"] as const) {
    await using env = await createTestEnvironment({ services, mode });
    const runs = () =>
      Promise.all(Array.from({ length: INVOCATIONS }, (_, i) => env.call(tenSteps, `${i}`).run()));
    report(`${INVOCATIONS} workflows, ten steps, a day apart, mode ${mode}`, await measure(runs));
  }
  let runs = 0;
  const explored = await measure(async () => {
    const scenario = { services, run: (env) => env.call(fiftyCommands).run() } satisfies Parameters<
      typeof exploreCrashes
    >[0];
    ({ runs } = await exploreCrashes(scenario));
  });
  report(`all crash points of fifty commands (${runs} runs)`, explored);
}
