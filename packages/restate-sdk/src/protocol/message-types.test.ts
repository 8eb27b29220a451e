/** The table of message types against the number ranges of the protocol. */
import { expect, test } from "vitest";
import { MESSAGE_NAMES } from "../../../../test/support/protocol/arbitraries.js";
import {
  isCommandName,
  isCustomCommandId,
  isNotificationName,
  MESSAGE_TYPES,
  messageNameOf,
} from "./message-types.js";

test.each(MESSAGE_NAMES)("%s is found by its number, in the range of its kind", (name) => {
  const { id, kind } = MESSAGE_TYPES[name];
  expect(messageNameOf(id)).toBe(name);
  const range = id < 0x0400 ? "control" : id < 0x8000 ? "command" : "notification";
  expect(kind).toBe(range);
  expect(isCustomCommandId(id)).toBe(false);
  expect(isCommandName(name)).toBe(kind === "command");
  expect(isNotificationName(name)).toBe(kind === "notification");
});

test("numbers nobody has are no message", () => {
  for (const id of [0x0004, 0x0008, 0x040f, 0x0415, 0x8000, 0xfbfe, 0xfc00]) {
    expect(messageNameOf(id)).toBeUndefined();
  }
});

test("custom commands have the numbers from 0xfc00 on", () => {
  expect([0xfbff, 0xfc00, 0xffff].map(isCustomCommandId)).toEqual([false, true, true]);
});
