/** Tests of the archive: what is read, in whatever order and whatever dies, comes out the same. */
import {
  createTestEnvironment,
  exploreCrashes,
  exploreSchedules,
  fails,
  type Scenario,
} from "@restatedev/restate-sdk-testing";
import { beforeEach, expect, test } from "vitest";
import { archive } from "../src/archive.js";
import { forgetJams } from "../src/reading-room.js";

beforeEach(forgetJams);

const readingStorms: Scenario = {
  services: [archive],
  run: async (env) => {
    forgetJams();
    const client = env.call(archive);
    return { census: await client.count("storms"), survey: await client.survey("storms") };
  },
};

test("gives the same results wherever a process dies", async () => {
  const { repeatedRuns } = await exploreCrashes(readingStorms);
  // Pages that were read again because the process died before their text was recorded. Reading harms no page.
  expect(repeatedRuns.map(({ run }) => run)).toContain("read page 3");
});

test("gives the same results in whatever order the pages come", async () => {
  await exploreSchedules(readingStorms, { runs: 50 });
});

test("reads the pages at the same time", async () => {
  await using env = await createTestEnvironment({ services: [archive] });
  let open = () => {};
  const allFive = new Promise<void>((resolve) => (open = resolve));
  let reading = 0;
  for (const page of [1, 2, 3, 4, 5]) {
    // Would never end if one page were read after the other.
    env.mockRun(`read page ${page}`, async () => {
      if (++reading === 5) open();
      await allFive;
      return "water";
    });
  }
  expect(await env.call(archive).count("tides")).toMatchObject({ words: { water: 5 } });
});

test("takes the pages as they come: one that keeps failing holds up no other", async () => {
  await using env = await createTestEnvironment({ services: [archive] });
  env.mockRun("read page 1", fails(20, new Error("jammed")));
  const before = env.clock.now();
  expect(await env.call(archive).find({ book: "tides", word: "boats" })).toBe(5);
  // Page 1 alone would have taken minutes.
  expect(env.clock.now() - before).toBeLessThan(1_000);
});

test("does not go on reading what nobody needs any more", async () => {
  await using env = await createTestEnvironment({ services: [archive] });
  env.mockRun("read page 1", fails(20, new Error("jammed")));
  await env.call(archive).find({ book: "tides", word: "twice" });
  await env.clock.advance({ minutes: 1 });
  const pageOne = env.invocations().find(({ target }) => target === "BookArchive/read");
  expect(pageOne?.outcome).toMatchObject({ kind: "failed", error: { code: 409 } });
});

test("a census leaves out what cannot be read, a transcript is refused", async () => {
  await using env = await createTestEnvironment({ services: [archive] });
  const census = await env.call(archive).count("storms");
  expect(census).toMatchObject({ words: { wind: 1, boats: 1 }, unreadablePages: 1 });
  await expect(env.call(archive).transcribe("storms")).rejects.toMatchObject({ code: 422 });
  await expect(env.call(archive).transcribe("fogs")).rejects.toMatchObject({ code: 404 });
});

test("finds nothing where there is nothing", async () => {
  await using env = await createTestEnvironment({ services: [archive] });
  expect(await env.call(archive).find({ book: "tides", word: "desert" })).toBeNull();
});
