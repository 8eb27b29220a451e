/** What becomes of a loan that waits while the code changes: judged by the replay gate, and tried by replacing the code. */
import { createEndpointHandler } from "@restatedev/restate-sdk/fetch";
import {
  createTestEnvironment,
  exploreCrashes,
  renderReplayReport,
  replayJournals,
  type JournalExport,
} from "@restatedev/restate-sdk-testing";
import { expect, test } from "vitest";
import * as v1 from "../src/v1.js";
import * as v2 from "../src/v2.js";
import * as unsafe from "../src/v2-unsafe.js";

const application = { applicant: "ada", cents: 500_000 };

test("the gate lets the safe version pass", async () => {
  const report = await replayJournals({ services: [v2.loan] }, await journalOfWaiting());
  expect(report.isOk, renderReplayReport(report)).toBe(true);
});

test("the gate refuses the unsafe version, and says which step is new", async () => {
  const report = await replayJournals({ services: [unsafe.loan] }, await journalOfWaiting());
  expect(report.isOk).toBe(false);
  const text = renderReplayReport(report);
  expect(text).toMatch(/BREAKS +Loan\/l1\/run/);
  expect(text).toContain('recorded: run "rate the applicant"');
  expect(text).toContain('executed: run "check the identity"');
});

test("a version that lacks the workflow is refused as well", async () => {
  const report = await replayJournals({ services: [] }, await journalOfWaiting());
  expect(report.results[0]?.verdict.kind).toBe("unknown-target");
});

test("the gate is right: replaced in place, the safe version finishes what the first has begun", async () => {
  const replaced = await replaceInPlace(v2.loan);
  expect(replaced.outcome).toEqual({
    kind: "completed",
    value: { version: 2, paidCents: 500_000, isInsured: true },
  });
});

test("and the unsafe version gets stuck", async () => {
  const replaced = await replaceInPlace(unsafe.loan);
  expect(replaced.outcome).toBeUndefined();
  expect(replaced.lastFailure).toContain("does not repeat");
});

test.each([
  ["v1", v1.loan, 1],
  ["v2", v2.loan, 2],
  ["the unsafe one", unsafe.loan, 2],
])("by itself, %s withstands every crash: only the change is unsafe", async (_, loan, version) => {
  await exploreCrashes({
    services: [loan],
    run: async (env) => {
      const run = env.send(loan, "l1").run(application);
      await env.clock.advance({ days: 30 });
      await env.call(loan, "l1").sign();
      expect(await run.result()).toMatchObject({ version });
    },
  });
});

async function journalOfWaiting(): Promise<JournalExport> {
  await using env = await createTestEnvironment({ services: [v1.loan] });
  const run = env.send(v1.loan, "l1").run(application);
  await env.atRest();
  expect(await env.call(v1.loan, "l1").stage()).toBe("waiting for the signature");
  return run.exportJournal();
}

/** What nobody should do: other code behind the same address, while loans wait. */
async function replaceInPlace(next: typeof v2.loan) {
  const serve = (loan: typeof v1.loan) =>
    createEndpointHandler({ services: [loan], logger: () => undefined });
  let code = serve(v1.loan);
  await using env = await createTestEnvironment({
    deployments: [{ fetch: (request) => code(request) }],
    checks: { journalMismatch: false },
  });
  const run = env.send(v1.loan, "l1").run(application);
  await env.clock.advance({ days: 1 });
  code = serve(next);
  await env.call(next, "l1").sign();
  await env.clock.advance({ minutes: 1 });
  const end = run.attempts.at(-1)?.end;
  return { outcome: run.outcome, lastFailure: end?.kind === "failed" ? end.failure.message : "" };
}
