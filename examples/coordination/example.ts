/** Shows a lock whose late holder is refused, a semaphore that is always full, and leaders that take over from each other. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { leadership } from "./src/leadership.js";
import { lock } from "./src/lock.js";
import { documents } from "./src/documents.js";
import { semaphore } from "./src/semaphore.js";
import { store } from "./src/store.js";
import type { Example } from "../support/contract.js";

const lease = { seconds: 20 };
const patience = { seconds: 20 };

export default {
  title: "Lock, semaphore and leader lease",
  endpoint: { services: [lock, semaphore, leadership, documents] },
  play: async ({ narrator, ingress, ask, refused, key }) => {
    const service = ingress.serviceClient<typeof documents>({ name: "Documents" });
    const document = key("plan");
    const add = (line: string, milliseconds: number, leaseMs = 20_000) =>
      service.add({
        document,
        line,
        takes: { milliseconds },
        lease: { milliseconds: leaseMs },
        patience,
      });

    narrator.act("A lock: read, think, write, with nobody in between");
    const lines = await ask("Documents/add, four at the same moment", async () => {
      await Promise.all(["a", "b", "c", "d"].map((line) => add(line, 50)));
      return [...(await store.read(document))].sort();
    });
    deepEqual(lines, ["a", "b", "c", "d"]);
    const late = await refused(
      "Documents/add, slower than its lease, and another one",
      async () => {
        const slow = add("slow", 1_200, 200);
        await Promise.all([slow, pause(100).then(() => add("quick", 50))]);
      },
    );
    equal(late.status, 412);
    deepEqual((await store.read(document)).slice(4), ["quick"]);

    narrator.act("A semaphore: two at a time");
    const printer = ingress.objectClient<typeof semaphore>({ name: "Semaphore" }, key("laser"));
    await ask("Semaphore/laser/resize 2", () => printer.resize(2));
    const startedAt = Date.now();
    await ask("Documents/print, four pages of 300 ms", () =>
      Promise.all(
        Array.from({ length: 4 }, () =>
          service.print({
            printer: key("laser"),
            takes: { milliseconds: 300 },
            lease,
            patience,
          }),
        ),
      ),
    );
    ok(Date.now() - startedAt >= 600);

    narrator.act("A leader, until it is silent");
    const group = ingress.objectClient<typeof leadership>({ name: "Leadership" }, key("workers"));
    const campaign = (candidate: string) =>
      group.campaign({ candidate, lease: { milliseconds: 500 } });
    const first = { candidate: "worker 1", term: 1 };
    deepEqual(await ask("Leadership/workers/campaign worker 1", () => campaign("worker 1")), first);
    deepEqual(await ask("Leadership/workers/campaign worker 2", () => campaign("worker 2")), first);
    const second = await ask("Leadership/workers/campaign worker 2, until it leads", async () => {
      for (;;) {
        const leader = await campaign("worker 2");
        if (leader.candidate === "worker 2") return leader;
        await pause(100);
      }
    });
    deepEqual(second, { candidate: "worker 2", term: 2 });
    narrator.moral("The objects never wait. Their waiters do, each with an awakeable of its own.");
  },
  tryIt: ({ ingressUrl, key }) =>
    `curl ${ingressUrl}/Leadership/${key("workers")}/campaign --json '{"candidate": "you", "lease": {"minutes": 1}}'`,
} satisfies Example;
