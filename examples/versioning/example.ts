/** Shows a loan that was begun by one version of the code and is finished by it, beside one of the next version. */
import { deepEqual, equal, notEqual, ok } from "node:assert/strict";
import {
  exportJournals,
  renderReplayReport,
  replayJournals,
} from "@restatedev/restate-sdk-testing";
import * as v1 from "./src/v1.js";
import * as v2 from "./src/v2.js";
import * as unsafe from "./src/v2-unsafe.js";
import type { Example, Stage } from "../support/contract.js";

export default {
  title:
    "Two versions of a workflow side by side, and a gate for code that would break what is in flight",
  endpoint: { services: [v1.loan] },
  play: async (stage) => {
    const { narrator, ingress, admin, ask, key } = stage;
    const loanOf = (id: string) =>
      ingress.workflowClient<typeof v1.loan>({ name: "Loan" }, key(id));
    const begin = async (id: string) => {
      const application = { applicant: "ada", cents: 500_000 };
      const submit = () => loanOf(id).workflowSubmit(application);
      const { invocationId } = await ask(`Loan/${id}/run`, submit);
      await ask(`Loan/${id}/stage`, () => untilItWaits(loanOf(id)));
      return invocationId;
    };

    narrator.act("Version 1 is deployed, and a loan waits for its signature");
    const old = await begin("old");

    if (admin === undefined) {
      narrator.moral(
        "The replay gate reads journals from a server's admin API: there is none here.",
      );
    } else {
      await showGate(stage, { adminUrl: admin.url, invocationId: old });
    }

    narrator.act("Version 2 is deployed beside it");
    await stage.deploy({ services: [v2.loan] });
    const young = await begin("new");
    await ask("Loan/old/sign", () => loanOf("old").sign());
    const first = await ask("Loan/old, attached", () => loanOf("old").workflowAttach());
    deepEqual(first, { version: 1, paidCents: 500_000, isInsured: false });
    await ask("Loan/new/sign", () => loanOf("new").sign());
    const second = await ask("Loan/new, attached", () => loanOf("new").workflowAttach());
    deepEqual(second, { version: 2, paidCents: 500_000, isInsured: true });

    if (admin !== undefined) {
      const deployments = await Promise.all([admin.invocation(old), admin.invocation(young)]);
      const [oldOne, newOne] = deployments.map((each) => each.pinned_deployment_id);
      notEqual(oldOne, newOne);
      narrator.fact("Loan/old ran on", String(oldOne));
      narrator.fact("Loan/new ran on", String(newOne));
    }
    narrator.moral("What has begun ends on the code it began with. Keep that running until then.");
  },
} satisfies Example;

/** Would other code continue what is in flight? Asked before it is deployed; nothing changes on the server. */
async function showGate(
  { narrator, key }: Stage,
  { adminUrl, invocationId }: { readonly adminUrl: string; readonly invocationId: string },
): Promise<void> {
  const exported = await exportJournals({ adminUrl, service: "Loan" });
  const ours = exported.journals.filter((journal) => journal.invocationId === invocationId);
  const journals = { ...exported, journals: ours };

  narrator.act("The gate: would version 2 continue it, if version 1 were taken away?");
  const safe = await replayJournals({ services: [v2.loan] }, journals);
  print(renderReplayReport(safe));
  deepEqual([safe.isOk, safe.results[0]?.target], [true, `Loan/${key("old")}/run`]);

  narrator.act("And a version with a new step before the signature?");
  const report = await replayJournals({ services: [unsafe.loan] }, journals);
  print(renderReplayReport(report));
  equal(report.isOk, false);
  ok(renderReplayReport(report).includes('run "check the identity"'));

  function print(text: string): void {
    narrator.moral(text.replaceAll("\n", "\n  "));
  }
}

async function untilItWaits(loan: { stage(): PromiseLike<string> }): Promise<string> {
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline) {
    const stage = await loan.stage();
    if (stage === "waiting for the signature") return stage;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("The loan did not come to its signature within ten seconds");
}
