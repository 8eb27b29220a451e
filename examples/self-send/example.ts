/** Shows a job that goes on by itself and has time for requests in between. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { indexing } from "./src/indexing.js";
import { searchIndex } from "./src/search-index.js";
import type { Example } from "../support/contract.js";

export default {
  title: "An object that sends itself its next step",
  endpoint: { services: [indexing] },
  play: async ({ narrator, ingress, ask, refused, key }) => {
    const docs = ingress.objectClient<typeof indexing>({ name: "Indexing" }, key("docs"));
    const job = { pages: 8, rest: { milliseconds: 100 } };

    narrator.act("A long job that can be talked to");
    await ask("Indexing/docs/start", () => docs.start(job));
    equal((await refused("Indexing/docs/start", () => docs.start(job))).status, 409);
    await pause(100);
    const paused = await ask("Indexing/docs/pause", () => docs.pause());
    equal(paused.status, "paused");
    ok(paused.done < job.pages);
    await pause(200);
    deepEqual(await ask("Indexing/docs/progress, later", () => docs.progress()), paused);
    await ask("Indexing/docs/resume", () => docs.resume());
    await ask("Indexing/docs/progress, until it is done", async () => {
      while ((await docs.progress()).status !== "idle") await pause(50);
    });
    deepEqual(searchIndex.pagesOf(key("docs")), [1, 2, 3, 4, 5, 6, 7, 8]);
    narrator.moral("A call of the own key would wait for itself. A message waits for nobody.");
  },
  tryIt: ({ ingressUrl, key }) =>
    `curl ${ingressUrl}/Indexing/${key("docs")}/start --json '{"pages": 100, "rest": {"seconds": 1}}'`,
} satisfies Example;
