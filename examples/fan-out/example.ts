/** Shows a task that is split, done in parallel and put together: as the parts come, all, or whatever became of each. */
import { deepEqual, equal } from "node:assert/strict";
import { archive } from "./src/archive.js";
import type { Example } from "../support/contract.js";

export default {
  title: "A worker that has a book read page by page, in parallel",
  endpoint: { services: [archive] },
  play: async ({ narrator, ingress, ask, refused }) => {
    const client = ingress.serviceClient<typeof archive>({ name: "BookArchive" });
    narrator.act("Every page is a call of its own; pages 1, 3 and 5 jam, and come later");
    const water = await ask("BookArchive/count tides, water", async () => {
      const { words } = await client.count("tides");
      return words["water"];
    });
    equal(water, 3);
    narrator.moral("The words were counted as the pages came, which was not one after the other.");

    narrator.act("When one page is enough, the calls for the others are cancelled");
    const moon = { book: "tides", word: "moon" };
    equal(await ask("BookArchive/find moon", () => client.find(moon)), 2);

    narrator.act("All or nothing, or whatever became of each");
    const tides = await ask("BookArchive/transcribe tides", () => client.transcribe("tides"));
    equal(tides.split(" / ").length, 5);
    const refusal = await refused("BookArchive/transcribe storms", () =>
      client.transcribe("storms"),
    );
    deepEqual(refusal, { status: 422, message: "Page 2 of storms cannot be read" });
    const survey = await ask("BookArchive/survey storms", () => client.survey("storms"));
    deepEqual(survey, ["readable", "unreadable", "readable"]);
  },
  tryIt: ({ ingressUrl }) => `curl ${ingressUrl}/BookArchive/count --json '"storms"'`,
} satisfies Example;
