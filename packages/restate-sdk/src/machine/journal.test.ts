import { expect, test } from "vitest";
import { Frame } from "../protocol/frame-decoder.js";
import { Journal } from "./journal.js";

const frame = (name: Frame["name"]): Frame => new Frame(name, "command", 0);

test("a journal without recorded commands is not replaying", () => {
  const journal = new Journal();
  expect(journal.isReplaying).toBe(false);
  expect(journal.peekRecorded()).toBeUndefined();
});

test("recorded commands come out in their order, and the replay ends behind the last", () => {
  const journal = new Journal();
  journal.record(frame("InputCommand"));
  journal.record(frame("SleepCommand"));
  expect(journal.peekRecorded()?.name).toBe("InputCommand");
  journal.takeRecorded();
  expect(journal.isReplaying).toBe(true);
  expect(journal.peekRecorded()?.name).toBe("SleepCommand");
  journal.takeRecorded();
  expect(journal.isReplaying).toBe(false);
  expect(journal.peekRecorded()).toBeUndefined();
});

test("commands are counted from 0, the input", () => {
  const journal = new Journal();
  journal.advance({ type: "InputCommand", name: "" });
  expect(journal.lastCommand.index).toBe(0);
  journal.advance({ type: "RunCommand", name: "charge" });
  expect(journal.lastCommand).toEqual({ index: 1, type: "RunCommand", name: "charge" });
  expect(journal.nextCommand("SleepCommand", "nap")).toEqual({
    index: 2,
    type: "SleepCommand",
    name: "nap",
  });
});

test("completions are numbered from 1, awakeables from 17", () => {
  const journal = new Journal();
  expect([journal.newCompletion(), journal.newCompletion()]).toEqual([1, 2]);
  expect([journal.newSignal(), journal.newSignal()]).toEqual([17, 18]);
  expect(journal.newCompletion()).toBe(3);
});
