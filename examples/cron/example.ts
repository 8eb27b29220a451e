/** Shows a job that runs every second, is paused, resumed and cancelled. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { cron } from "./src/cron.js";
import type { Job } from "./src/job.js";
import { digests } from "./src/digests.js";
import { cronRunner } from "./src/runner.js";
import type { Example } from "../support/contract.js";

export default {
  title: "Cron jobs: an object that sends itself the next tick",
  endpoint: { services: [cron, cronRunner, digests] },
  play: async ({ narrator, ingress, ask, refused, key }) => {
    narrator.act("A job for every second");
    const sales = ingress.objectClient<typeof cron>({ name: "Cron" }, key("sales"));
    const built = ingress.objectClient<typeof digests>({ name: "Digests" }, key("sales"));
    const job: Job = {
      schedule: "* * * * * *",
      target: { service: "Digests", handler: "build", key: key("sales") },
    };
    await ask(`Cron/sales/schedule "${job.schedule}"`, () => sales.schedule(job));
    const times = await ask("Digests/sales/list, when there are two", () =>
      untilLongEnough(() => built.list(), 2),
    );
    deepEqual(times, [...new Set(times)].sort());

    narrator.act("Paused, resumed, cancelled");
    await ask("Cron/sales/pause", () => sales.pause());
    equal((await ask("Cron/sales/status", () => sales.status())).isPaused, true);
    await ask("Cron/sales/resume", () => sales.resume());
    const { runs, isPaused } = await ask("Cron/sales/status", () => sales.status());
    ok(runs >= 2 && !isPaused);
    await ask("Cron/sales/cancel", () => sales.cancel());
    const gone = await refused("Cron/sales/status", () => sales.status());
    deepEqual(gone, { status: 404, message: `There is no job ${key("sales")}` });

    narrator.act("A schedule that makes no sense");
    const wrong = await refused('Cron/sales/schedule "0 25 * * *"', () =>
      sales.schedule({ ...job, schedule: "0 25 * * *" }),
    );
    deepEqual(wrong, {
      status: 400,
      message: 'The hour "25" is no number, range or step from 0 to 23',
    });
    narrator.moral("Between two runs there is one message on its way, and nothing that could die.");
  },
} satisfies Example;

async function untilLongEnough(
  list: () => PromiseLike<string[]>,
  length: number,
): Promise<string[]> {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    const found = await list();
    if (found.length >= length) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`The job has not run ${length} times within twenty seconds`);
}
