/** What is accepted as an export, and what is said about everything else. */
import { expect, test } from "vitest";
import { parseJournalExport, type JournalExport } from "./journal-format.js";
import { recordWaiting } from "./replay.fixture.js";
import { ReplayError } from "./replay-error.js";

const good = await recordWaiting();

test("what was exported comes back from JSON as it was", () => {
  expect(parseJournalExport(JSON.parse(JSON.stringify(good)))).toEqual(good);
});

const journal = (change: object) => ({
  ...good,
  journals: [{ ...good.journals[0], ...change }],
});

test.each<[string, unknown, string | RegExp]>([
  ["nothing", undefined, "The journals should be an object, but got missing"],
  ["a list of lists", [[]], "The journals should be an object, but got [[]]"],
  ["other JSON", { rows: [] }, /This is no export of journals: "format" is missing/],
  [
    "another version",
    { ...good, version: 2 } satisfies Omit<JournalExport, "version"> & { version: number },
    /The journals have version 2 of the format; this package reads version 1\. Export them again/,
  ],
  ["no list", { ...good, journals: {} }, 'The journals: "journals" should be a list, but is {}'],
  ["a bad id", journal({ invocationId: "x" }), /^journals\[0\]: "invocationId" should be/],
  ["a bad time", journal({ createdAt: "soon" }), /"createdAt" should be a date and time/],
  ["a number as key", journal({ target: { service: "S", handler: "h", key: 1 } }), /target: "key"/],
  ["no target", journal({ target: undefined }), "journals[0].target should be an object"],
  ["a version in words", journal({ protocolVersion: "six" }), /"protocolVersion" should be an/],
  ["a seed as number", journal({ randomSeeds: [1] }), /"randomSeeds" should be a list of decimal/],
  [
    "a control frame",
    journal({ entries: [{ type: "End", payload: "" }] }),
    /^entries\[0\]: "type"/,
  ],
  [
    "no base64",
    journal({ entries: [{ type: "RunCommand", payload: "{}" }] }),
    'entries[0]: "payload" should be base64, but is "{}"',
  ],
])("%s is refused, with what is wrong and where", (_, value, message) => {
  expect(() => parseJournalExport(value)).toThrow(ReplayError);
  expect(() => parseJournalExport(value)).toThrow(message);
});
