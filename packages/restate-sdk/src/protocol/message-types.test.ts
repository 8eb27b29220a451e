/** The table of message types against the number ranges of the protocol. */
import { expect, test } from "vitest";
import { isCommandName, isNotificationName, kindOf, MESSAGE_NAMES } from "./message-types.js";

test.each([...MESSAGE_NAMES])("%i is %s, in the range of its kind", (typeId, name) => {
  const kind = typeId < 0x0400 ? "control" : typeId < 0x8000 ? "command" : "notification";
  expect(kindOf(typeId)).toBe(kind);
  expect(isCommandName(name)).toBe(kind === "command");
  expect(isNotificationName(name)).toBe(kind === "notification");
});

test("completions have the numbers of their commands", () => {
  const completions = [...MESSAGE_NAMES].filter(([, name]) =>
    name.endsWith("CompletionNotification"),
  );
  const ofCommands = completions.filter(([typeId]) => typeId !== 0x800e);
  expect(ofCommands.map(([typeId]) => typeId - 0x8000)).toEqual([
    0x02, 0x06, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x11, 0x12, 0x13,
  ]);
  for (const [typeId, name] of ofCommands) {
    const command = name.replace("CompletionNotification", "Command");
    expect(MESSAGE_NAMES.get(typeId - 0x8000 + 0x0400)).toBe(command);
  }
  expect(MESSAGE_NAMES.get(0x800e)).toBe("CallInvocationIdCompletionNotification");
});

test("numbers nobody has are no message", () => {
  for (const typeId of [0x0004, 0x0008, 0x040f, 0x0415, 0x8000, 0xfbfe, 0xfc00]) {
    expect(MESSAGE_NAMES.has(typeId)).toBe(false);
  }
});
