import { describe, expect, test } from "vitest";
import type { Message } from "../protocol/messages.js";
import * as commands from "./commands.js";
import { runningMachine, type MachineSetup } from "./machine.fixture.js";
import { completion, failure, nothing, text, value } from "./messages.fixture.js";

const target = {
  serviceName: "Greeter",
  handlerName: "greet",
  key: "Ada",
  headers: [{ key: "a", value: "1" }],
  idempotencyKey: "once",
  scope: undefined,
  limitKey: undefined,
  name: "hello",
} as const;

const state = (entries: Readonly<Record<string, string>>, partialState: boolean) => ({
  partialState,
  stateMap: Object.entries(entries).map(([key, content]) => ({
    key: text(key),
    value: text(content),
  })),
});

const GO: commands.SignalTarget = {
  targetInvocationId: "inv_2",
  signalId: { kind: "name", name: "go" },
};

describe("reading state", () => {
  test("that the server sent along is answered at once, and takes a completion id still", () => {
    const test = runningMachine({ start: state({ cart: "1" }, true) });
    const read = commands.readState(test.machine, "cart");
    expect(read).toEqual({ kind: "value", value: text("1") });
    expect(test.sent()).toEqual([
      {
        type: "GetEagerStateCommand",
        key: text("cart"),
        result: { kind: "value", value: text("1") },
        name: "",
      },
    ]);
    expect(commands.sleep(test.machine, 5, "")).toBe(2);
  });

  test("that is known to be absent is answered at once", () => {
    const test = runningMachine({ start: state({}, false) });
    expect(commands.readState(test.machine, "cart")).toEqual(nothing);
    expect(test.sent()).toMatchObject([{ type: "GetEagerStateCommand", result: nothing }]);
  });

  test("that only the server knows is asked for", () => {
    const test = runningMachine({ start: state({}, true) });
    expect(commands.readState(test.machine, "cart")).toBe(1);
    expect(test.sent()).toEqual([
      { type: "GetLazyStateCommand", key: text("cart"), resultCompletionId: 1, name: "" },
    ]);
  });

  test("sees the handler's own writes", () => {
    const test = runningMachine({ start: state({}, true) });
    commands.writeState(test.machine, "cart", text("2"));
    expect(commands.readState(test.machine, "cart")).toEqual({ kind: "value", value: text("2") });
    commands.clearState(test.machine, "cart");
    expect(commands.readState(test.machine, "cart")).toEqual(nothing);
    commands.clearAllState(test.machine);
    expect(commands.readState(test.machine, "other")).toEqual(nothing);
    expect(test.sent().map(({ type }) => type)).toEqual([
      "SetStateCommand",
      "GetEagerStateCommand",
      "ClearStateCommand",
      "GetEagerStateCommand",
      "ClearAllStateCommand",
      "GetEagerStateCommand",
    ]);
  });

  test("is answered on replay as it was before, whatever the state is by now", () => {
    const recorded = {
      type: "GetEagerStateCommand",
      key: text("cart"),
      result: { kind: "value", value: text("old") },
      name: "",
    } as const;
    const test = runningMachine({ start: state({ cart: "new" }, false), journal: [recorded] });
    expect(commands.readState(test.machine, "cart")).toEqual(recorded.result);
    expect(commands.readState(test.machine, "cart")).toEqual({ kind: "value", value: text("new") });
  });

  test("that was asked for is asked for on replay, although it is known by now", () => {
    const recorded = {
      type: "GetLazyStateCommand",
      key: text("cart"),
      resultCompletionId: 1,
      name: "",
    } as const;
    const test = runningMachine({
      start: state({ cart: "new" }, false),
      journal: [recorded, completion(1, value("old"))],
    });
    expect(commands.readState(test.machine, "cart")).toBe(1);
    expect(test.sent()).toEqual([]);
  });

  test.each([
    ["another key", { type: "GetEagerStateCommand", key: text("b"), result: nothing, name: "" }],
    [
      "another key",
      { type: "GetLazyStateCommand", key: text("b"), resultCompletionId: 1, name: "" },
    ],
    ["another operation", { type: "ClearAllStateCommand", name: "" }],
  ] as const)("where %s was recorded is a mismatch", (_what, recorded) => {
    const test = runningMachine({ start: state({ a: "1" }, false), journal: [recorded] });
    expect(commands.readState(test.machine, "a")).toBeUndefined();
    expect(test.error()).toMatchObject({ code: 570, relatedCommandIndex: 1 });
  });
});

describe("reading state keys", () => {
  test("of complete state is answered at once, and takes a completion id still", () => {
    const test = runningMachine({ start: state({ b: "", a: "" }, false) });
    expect(commands.readStateKeys(test.machine)).toEqual({ kind: "stateKeys", keys: ["a", "b"] });
    expect(test.sent()).toEqual([
      { type: "GetEagerStateKeysCommand", keys: [text("a"), text("b")], name: "" },
    ]);
    expect(commands.sleep(test.machine, 5, "")).toBe(2);
  });

  test("of partial state is asked for", () => {
    const test = runningMachine({ start: state({ a: "" }, true) });
    expect(commands.readStateKeys(test.machine)).toBe(1);
    expect(test.sent()).toEqual([
      { type: "GetLazyStateKeysCommand", resultCompletionId: 1, name: "" },
    ]);
  });

  test("is answered on replay as it was before, in the recorded order", () => {
    const recorded = { type: "GetEagerStateKeysCommand", keys: [text("z"), text("y")], name: "" };
    const test = runningMachine({
      start: state({ a: "" }, false),
      journal: [recorded as Message],
    });
    expect(commands.readStateKeys(test.machine)).toEqual({ kind: "stateKeys", keys: ["z", "y"] });
  });

  test("that were asked for are asked for on replay", () => {
    const recorded = { type: "GetLazyStateKeysCommand", resultCompletionId: 1, name: "" } as const;
    const test = runningMachine({ start: state({ a: "" }, false), journal: [recorded] });
    expect(commands.readStateKeys(test.machine)).toBe(1);
  });
});

test("each completable operation takes the next completion id, calls take two", () => {
  const { machine } = runningMachine();
  expect([
    commands.sleep(machine, 1, "nap"),
    commands.run(machine, "charge")?.completionId,
    commands.getPromise(machine, "paid"),
    commands.peekPromise(machine, "paid"),
    commands.completePromise(machine, "paid", value(1)),
    commands.attach(machine, { kind: "invocationId", invocationId: "inv_2" }),
    commands.send(machine, target, { parameter: text("1"), invokeTime: 0 }),
  ]).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(commands.call(machine, target, text("1"))).toEqual({
    invocationIdCompletionId: 8,
    resultCompletionId: 9,
  });
});

test("the other operations take none", () => {
  const { machine } = runningMachine();
  commands.writeState(machine, "a", text("1"));
  commands.clearState(machine, "a");
  commands.clearAllState(machine);
  commands.createAwakeable(machine);
  commands.completeAwakeable(machine, "sign_1abc", value(1));
  commands.cancelInvocation(machine, "inv_2");
  commands.sendSignal(machine, GO, value(1));
  expect(commands.sleep(machine, 1, "")).toBe(1);
});

test.each<[string, (machine: ReturnType<typeof runningMachine>["machine"]) => void, Message]>([
  [
    "write",
    (machine) => commands.writeState(machine, "a", text("1")),
    { type: "SetStateCommand", key: text("a"), value: text("1"), name: "" },
  ],
  [
    "clear",
    (machine) => commands.clearState(machine, "a"),
    { type: "ClearStateCommand", key: text("a"), name: "" },
  ],
  [
    "clear all",
    (machine) => commands.clearAllState(machine),
    { type: "ClearAllStateCommand", name: "" },
  ],
  [
    "sleep",
    (machine) => void commands.sleep(machine, 1_000, "nap"),
    { type: "SleepCommand", wakeUpTime: 1_000, resultCompletionId: 1, name: "nap" },
  ],
  [
    "run",
    (machine) => void commands.run(machine, "charge"),
    { type: "RunCommand", resultCompletionId: 1, name: "charge" },
  ],
  [
    "call",
    (machine) => void commands.call(machine, target, text("1")),
    {
      type: "CallCommand",
      serviceName: "Greeter",
      handlerName: "greet",
      parameter: text("1"),
      headers: [{ key: "a", value: "1" }],
      key: "Ada",
      idempotencyKey: "once",
      scope: undefined,
      limitKey: undefined,
      invocationIdCompletionId: 1,
      resultCompletionId: 2,
      name: "hello",
    },
  ],
  [
    "send",
    (machine) =>
      void commands.send(
        machine,
        { ...target, key: "", name: "", scope: "t", limitKey: "t/a" },
        { parameter: text("1"), invokeTime: 77 },
      ),
    {
      type: "OneWayCallCommand",
      serviceName: "Greeter",
      handlerName: "greet",
      parameter: text("1"),
      invokeTime: 77,
      headers: [{ key: "a", value: "1" }],
      key: "",
      idempotencyKey: "once",
      scope: "t",
      limitKey: "t/a",
      invocationIdCompletionId: 1,
      name: "",
    },
  ],
  [
    "cancel",
    (machine) => commands.cancelInvocation(machine, "inv_2"),
    {
      type: "SendSignalCommand",
      targetInvocationId: "inv_2",
      signalId: { kind: "idx", idx: 1 },
      result: { kind: "void" },
      name: "",
    },
  ],
  [
    "send signal",
    (machine) => commands.sendSignal(machine, GO, failure(404, "no")),
    {
      type: "SendSignalCommand",
      targetInvocationId: "inv_2",
      signalId: { kind: "name", name: "go" },
      result: failure(404, "no"),
      name: "",
    },
  ],
  [
    "attach",
    (machine) => void commands.attach(machine, { kind: "invocationId", invocationId: "inv_2" }),
    {
      type: "AttachInvocationCommand",
      target: { kind: "invocationId", invocationId: "inv_2" },
      resultCompletionId: 1,
      name: "",
    },
  ],
  [
    "complete awakeable",
    (machine) => commands.completeAwakeable(machine, "sign_1abc", value(1)),
    {
      type: "CompleteAwakeableCommand",
      awakeableId: "sign_1abc",
      result: value(1),
      name: "",
    },
  ],
  [
    "await promise",
    (machine) => void commands.getPromise(machine, "paid"),
    { type: "GetPromiseCommand", key: "paid", resultCompletionId: 1, name: "" },
  ],
  [
    "peek promise",
    (machine) => void commands.peekPromise(machine, "paid"),
    { type: "PeekPromiseCommand", key: "paid", resultCompletionId: 1, name: "" },
  ],
  [
    "complete promise",
    (machine) => void commands.completePromise(machine, "paid", value(1)),
    {
      type: "CompletePromiseCommand",
      key: "paid",
      completion: value(1),
      resultCompletionId: 1,
      name: "",
    },
  ],
])("%s writes its command", (_name, issue, message) => {
  const test = runningMachine({ version: 7 });
  issue(test.machine);
  expect(test.sent()).toEqual([message]);
});

describe("a run", () => {
  const recorded = { type: "RunCommand", resultCompletionId: 1, name: "charge" } as const;

  test("must execute when it is new", () => {
    const { machine } = runningMachine();
    expect(commands.run(machine, "charge")).toEqual({ completionId: 1, mustExecute: true });
    expect(machine.runs.get(1)).toEqual({ index: 1, type: "RunCommand", name: "charge" });
  });

  test("must execute when no attempt got to its result", () => {
    const { machine } = runningMachine({ journal: [recorded] });
    expect(commands.run(machine, "charge")).toEqual({ completionId: 1, mustExecute: true });
  });

  test("must not execute when its result is known, wherever in the journal", () => {
    const { machine } = runningMachine({
      journal: [recorded, completion(3, nothing), completion(1, value("paid"))],
    });
    expect(commands.run(machine, "charge")).toEqual({ completionId: 1, mustExecute: false });
    expect(machine.runs.get(1)).toBeUndefined();
  });
});

test("awakeables are numbered, and their ids name invocation and signal", () => {
  const { machine } = runningMachine({ start: { id: new Uint8Array([1, 2, 3]) } });
  expect(commands.createAwakeable(machine)).toEqual({ id: "sign_1AQIDAAAAEQ", signal: 17 });
  expect(commands.createAwakeable(machine)).toEqual({ id: "sign_1AQIDAAAAEg", signal: 18 });
});

describe("a call", () => {
  const call = (fields: Partial<commands.CallTarget>, setup: MachineSetup = {}) => {
    const test = runningMachine(setup);
    commands.call(test.machine, { ...target, ...fields }, text("1"));
    return test;
  };

  test.each(["idempotencyKey", "scope", "limitKey"] as const)(
    "with an empty %s fails the attempt before it is made",
    (field) => {
      const test = call({ [field]: "" }, { version: 7 });
      const error = test.error();
      expect(error).toMatchObject({
        code: 500,
        relatedCommandIndex: 1,
        relatedCommandName: "hello",
        relatedCommandType: 0x040d,
      });
      expect(error.message).toContain(`The ${field} of the call to Greeter/greet is empty`);
    },
  );

  test.each(["scope", "limitKey"] as const)("with a %s needs V7", (field) => {
    expect(call({ [field]: "t" }, { version: 6 }).error()).toMatchObject({
      code: 573,
      relatedCommandIndex: 1,
    });
    const { message } = call({ [field]: "t" }, { version: 6 }).error();
    expect(message).toContain("A scope or limit key needs service protocol V7");
    expect(call({ [field]: "t" }, { version: 7 }).sent()).toMatchObject([{ [field]: "t" }]);
  });

  test("one-way is checked alike", () => {
    const test = runningMachine({ version: 6 });
    const message = { parameter: text("1"), invokeTime: 0 };
    expect(commands.send(test.machine, { ...target, scope: "t" }, message)).toBeUndefined();
    expect(test.error()).toMatchObject({ code: 573, relatedCommandType: 0x040e });
  });
});

describe("failures with metadata need V6", () => {
  const gone = failure(404, "gone", [{ key: "a", value: "b" }]);

  test.each<[string, (machine: ReturnType<typeof runningMachine>["machine"]) => void]>([
    ["awakeables", (machine) => commands.completeAwakeable(machine, "sign_1abc", gone)],
    ["promises", (machine) => void commands.completePromise(machine, "paid", gone)],
    ["signals", (machine) => commands.sendSignal(machine, GO, gone)],
  ])("%s", (_what, issue) => {
    const old = runningMachine({ version: 5 });
    issue(old.machine);
    expect(old.error()).toMatchObject({ code: 573 });
    const current = runningMachine({ version: 6 });
    issue(current.machine);
    expect(current.sent()).toHaveLength(1);
  });
});

test("once the attempt is over, operations give nothing and change nothing", () => {
  const test = runningMachine({ start: state({ a: "1" }, false) });
  const { machine } = test;
  machine.abort("connection reset");
  commands.writeState(machine, "a", text("2"));
  commands.clearState(machine, "a");
  commands.clearAllState(machine);
  expect(machine.state.get("a")).toEqual({ kind: "value", value: text("1") });
  expect([
    commands.readState(machine, "a"),
    commands.readStateKeys(machine),
    commands.sleep(machine, 1, ""),
    commands.run(machine, "charge"),
    commands.call(machine, target, text("1")),
    commands.send(machine, target, { parameter: text("1"), invokeTime: 0 }),
    commands.attach(machine, { kind: "invocationId", invocationId: "inv_2" }),
    commands.createAwakeable(machine),
    commands.getPromise(machine, "paid"),
    commands.peekPromise(machine, "paid"),
    commands.completePromise(machine, "paid", value(1)),
  ]).toEqual(Array.from({ length: 11 }));
  expect(test.sent()).toEqual([]);
});
