import { describe, expect, test } from "vitest";
import type { CommandMessage } from "../protocol/messages.js";
import { COMMANDS, otherValue } from "./commands.fixture.js";
import { failure, text, value } from "./messages.fixture.js";
import { findMismatch } from "./replay-check.js";

const strict = { comparePayloads: true };
const lenient = { comparePayloads: false };

/** Read from the clock, so they cannot be the same on a replay. */
const clockFields: Partial<Record<CommandMessage["type"], string>> = {
  SleepCommand: "wakeUpTime",
  OneWayCallCommand: "invokeTime",
};

const payloadFields: Partial<Record<CommandMessage["type"], string>> = {
  OutputCommand: "result",
  GetEagerStateCommand: "result",
  SetStateCommand: "value",
  CompletePromiseCommand: "completion",
  CallCommand: "parameter",
  OneWayCallCommand: "parameter",
  SendSignalCommand: "result",
};

function withOther(command: CommandMessage, field: string): CommandMessage {
  const current = (command as unknown as Record<string, unknown>)[field];
  return { ...command, [field]: otherValue(current) };
}

const fieldsOf = (command: CommandMessage) =>
  Object.keys(command).filter((field) => field !== "type");

describe.each(COMMANDS.slice(1).map((command) => [command.type, command] as const))(
  "a recorded %s",
  (type, command) => {
    test("is met by the same command", () => {
      expect(findMismatch(structuredClone(command), command, strict)).toBeUndefined();
    });

    test.each(COMMANDS.filter((other) => other.type !== type).map((other) => [other.type, other]))(
      "is not met by a %s",
      (_type, executed) => {
        expect(findMismatch(command, executed, strict)).toMatchObject({
          differences: [],
        });
      },
    );

    test.each(fieldsOf(command))("looks at %s, unless a clock decides it", (field) => {
      const executed = withOther(command, field);
      const mismatch = findMismatch(command, executed, strict);
      if (field === clockFields[type]) expect(mismatch).toBeUndefined();
      else {
        const recorded = (command as unknown as Record<string, unknown>)[field];
        const now = (executed as unknown as Record<string, unknown>)[field];
        expect(mismatch).toMatchObject({
          differences: [{ field, recorded, executed: now }],
        });
      }
    });

    test.each(fieldsOf(command))("with a codec looks at %s, unless it is a payload", (field) => {
      const isIgnored = field === payloadFields[type] || field === clockFields[type];
      const mismatch = findMismatch(command, withOther(command, field), lenient);
      expect(mismatch === undefined).toBe(isIgnored);
    });
  },
);

test("several differences are listed together", () => {
  const recorded = { type: "SetStateCommand", key: text("a"), value: text("1"), name: "" } as const;
  const executed = { ...recorded, key: text("b"), value: text("2") };
  expect(findMismatch(recorded, executed, strict)).toMatchObject({
    differences: [{ field: "key" }, { field: "value" }],
  });
});

test.each([
  [value(1), failure(500, "boom")],
  [failure(500, "boom"), value(1)],
  [failure(500, "boom"), failure(500, "bang")],
  [failure(500, "boom"), failure(501, "boom")],
  [failure(500, "boom"), failure(500, "boom", [{ key: "a", value: "b" }])],
])("with a codec, %j against %j is a difference still", (before, now) => {
  const command = { type: "OutputCommand", name: "" } as const;
  const mismatch = findMismatch(
    { ...command, result: before },
    { ...command, result: now },
    lenient,
  );
  expect(mismatch).toMatchObject({ differences: [{ field: "result" }] });
});

test("the absence of a key is not an empty one, and no value", () => {
  const command = { type: "GetEagerStateCommand", key: text("a"), name: "" } as const;
  const absent = { ...command, result: { kind: "void" } } as const;
  const empty = { ...command, result: { kind: "value", value: text("") } } as const;
  expect(findMismatch(absent, empty, lenient)).toBeDefined();
  expect(findMismatch(empty, absent, lenient)).toBeDefined();
});

test("the order of headers counts", () => {
  const [a, b] = [
    { key: "a", value: "1" },
    { key: "b", value: "2" },
  ];
  const call = COMMANDS.find(({ type }) => type === "CallCommand")!;
  const recorded = { ...call, headers: [a, b] } as CommandMessage;
  const executed = { ...call, headers: [b, a] } as CommandMessage;
  expect(findMismatch(recorded, executed, strict)).toMatchObject({
    differences: [{ field: "headers" }],
  });
});
