import { describe, expect, test } from "vitest";
import type { Message } from "../protocol/messages.js";
import type { ProtocolVersion } from "../protocol/version.js";
import * as commands from "./commands.js";
import { encode, runningMachine, TestMachine, type MachineSetup } from "./machine.fixture.js";
import {
  cancelSignal,
  completion,
  failure,
  input,
  json,
  nothing,
  signal,
  start,
  text,
  value,
} from "./messages.fixture.js";
import type { RunRetryPolicy } from "./retry-policy.js";

const VERSIONS = [5, 6, 7] as const satisfies readonly ProtocolVersion[];
const clearAll = { type: "ClearAllStateCommand", name: "" } as const satisfies Message;
const run = (id: number, name = "charge") =>
  ({ type: "RunCommand", resultCompletionId: id, name }) as const satisfies Message;
const output = (content: unknown) =>
  ({ type: "OutputCommand", result: value(content), name: "" }) as const satisfies Message;
const leaf = (completions: readonly number[]) =>
  ({
    combinator: "firstCompleted",
    completions,
    signals: [],
    namedSignals: [],
    nested: [],
  }) as const;

describe("receiving the journal", () => {
  test("ends with the number of entries that Start announces, notifications included", () => {
    const test = new TestMachine();
    test.feed(start({ knownEntries: 3 }));
    expect(test.machine.isRunning).toBe(false);
    test.feed(input("Ada"), run(1));
    expect(test.machine.isRunning).toBe(false);
    test.feed(completion(1, value("done")));
    expect(test.machine.isRunning).toBe(true);
    expect(test.machine.isReplaying).toBe(true);
    expect(test.sent()).toEqual([]);
  });

  test("hands on what Start and the input say", () => {
    const { machine } = runningMachine({ start: { debugId: "inv_7", key: "Ada" } });
    expect(machine.start).toMatchObject({ debugId: "inv_7", key: "Ada" });
    expect(machine.input.value).toEqual(json("Ada"));
    expect(machine.journal.lastCommand.index).toBe(0);
  });

  test("takes bytes cut anywhere", () => {
    const test = new TestMachine();
    for (const byte of encode(7, [start(), input("Ada")]) ?? []) {
      test.machine.feed(Uint8Array.of(byte));
    }
    expect(test.machine.isRunning).toBe(true);
  });

  test("takes notifications that follow in the same chunk", () => {
    const test = new TestMachine();
    test.feed(start(), input("Ada"), cancelSignal, completion(1, nothing));
    expect(test.machine.notifications.pop()?.id).toEqual({ kind: "signal", idx: 1 });
    expect(test.machine.notifications.pop()?.id).toEqual({ kind: "completion", id: 1 });
  });

  test("start and input are not there before", () => {
    const { start: started, input: received } = new TestMachine().machine;
    expect([started, received]).toEqual([undefined, undefined]);
  });
});

describe("what the server must not send ends the attempt with 571", () => {
  const illegal = (before: readonly Message[], message: Message) => {
    const test = new TestMachine({ version: 7 });
    test.feed(...before);
    test.feed(message);
    return test.error();
  };
  const preambles = {
    "before Start": [],
    "while the journal comes in": [start({ knownEntries: 5 }), input("Ada")],
    "while user code runs": [start(), input("Ada")],
  } as const;
  const cases: readonly [keyof typeof preambles, Message][] = [
    ["before Start", input("Ada")],
    ["before Start", completion(1, nothing)],
    ["before Start", cancelSignal],
    ["while the journal comes in", start()],
    ["while the journal comes in", { type: "ProposeRunCompletionAck", completionId: 1 }],
    ["while user code runs", start()],
    ["while user code runs", clearAll],
    ["while user code runs", input("Ada")],
    ["while user code runs", { type: "ProposeRunCompletionAck", completionId: 1 }],
    ...(Object.keys(preambles) as (keyof typeof preambles)[]).flatMap(
      (phase): [typeof phase, Message][] => [
        [phase, { type: "End" }],
        [phase, { type: "Suspension", awaitingOn: leaf([1]) }],
        [phase, { type: "AwaitingOn", awaitingOn: leaf([1]), executingSideEffects: false }],
        [phase, { type: "ProposeRunCompletion", resultCompletionId: 1, result: value(1) }],
        [
          phase,
          {
            type: "Error",
            code: 500,
            message: "no",
            stacktrace: "",
            relatedCommandIndex: undefined,
            relatedCommandName: undefined,
            relatedCommandType: undefined,
            nextRetryDelay: undefined,
            behavior: "retry",
          },
        ],
      ],
    ),
  ];

  test.each(cases.map(([phase, message]) => [phase, message.type, message] as const))(
    "%s: %s",
    (phase, type, message) => {
      const error = illegal(preambles[phase], message);
      expect(error.code).toBe(571);
      const isUnproposed = type === "ProposeRunCompletionAck" && phase === "while user code runs";
      expect(error.message).toContain(isUnproposed ? "this attempt did not propose" : type);
      expect(error.relatedCommandIndex).toBeUndefined();
    },
  );

  test("Start without entries", () => {
    expect(illegal([], start({ knownEntries: 0 })).message).toContain("not even the input");
  });

  test("a journal that does not begin with the input", () => {
    expect(illegal([start()], clearAll).message).toContain("begins with ClearAllStateCommand");
    expect(illegal([start()], cancelSignal).message).toContain("no command at all");
  });

  test("state keys that are not UTF-8", () => {
    const entry = { key: new Uint8Array([0xff]), value: text("") };
    expect(illegal([], start({ stateMap: [entry] })).message).toContain("UTF-8");
  });

  test("frames that are not of this protocol", () => {
    const test = runningMachine();
    test.machine.feed(new Uint8Array([0x7f, 0xff, 0, 0, 0, 0, 0, 0]));
    expect(test.error().code).toBe(571);
  });

  test.each(["before Start", "while the journal comes in"] as const)(
    "%s: nothing more",
    (phase) => {
      const test = new TestMachine();
      test.feed(...preambles[phase]);
      test.machine.closeInput();
      expect(test.error()).toMatchObject({ code: 571 });
      expect(test.outcomes).toMatchObject([{ kind: "failed" }]);
    },
  );
});

test("closing the input while user code runs only says that no more notifications come", () => {
  const { machine, outcomes } = runningMachine();
  expect(machine.isInputClosed).toBe(false);
  machine.closeInput();
  expect(machine.isInputClosed).toBe(true);
  expect(outcomes).toEqual([]);
});

describe("commands", () => {
  test("of user code are written, and counted", () => {
    const test = runningMachine();
    expect(test.machine.issue(clearAll)).toBe(true);
    expect(test.machine.hasOutput).toBe(true);
    expect(test.sent()).toEqual([clearAll]);
    expect(test.machine.hasOutput).toBe(false);
    expect(test.machine.journal.lastCommand.index).toBe(1);
  });

  test("that are recorded are not written again", () => {
    const test = runningMachine({ journal: [clearAll, run(1)] });
    expect(test.machine.issue(clearAll)).toBe(true);
    expect(test.machine.isReplaying).toBe(true);
    expect(test.machine.issue(run(1))).toBe(true);
    expect(test.machine.isReplaying).toBe(false);
    expect(test.sent()).toEqual([]);
    expect(test.machine.issue(clearAll)).toBe(true);
    expect(test.sent()).toEqual([clearAll]);
  });

  test("that differ from the recorded ones end the attempt with 570", () => {
    const test = runningMachine({ journal: [clearAll, run(1)] });
    test.machine.issue(clearAll);
    expect(test.machine.issue(run(1, "refund"))).toBe(false);
    const error = test.error();
    expect(error).toMatchObject({
      code: 570,
      relatedCommandIndex: 2,
      relatedCommandName: "refund",
      relatedCommandType: 0x0411,
    });
    expect(error.message).toContain('recorded: run "charge"');
    expect(error.message).toContain('executed: run "refund"');
  });

  test("of another type with the same bytes differ", () => {
    const test = runningMachine({ journal: [clearAll] });
    test.machine.issue({ type: "GetEagerStateKeysCommand", keys: [], name: "" });
    expect(test.error()).toMatchObject({ code: 570, relatedCommandType: 0x0408 });
  });

  test("that cannot be encoded fail the attempt", () => {
    const test = runningMachine();
    const command = { type: "RunCommand", resultCompletionId: 1, name: Symbol("charge") };
    expect(test.machine.issue(command as unknown as Message & { type: "RunCommand" })).toBe(false);
    expect(test.error()).toMatchObject({ code: 500, relatedCommandIndex: 1 });
  });

  test("that were recorded malformed end the attempt with 571", () => {
    const test = new TestMachine();
    test.feed(start({ knownEntries: 2 }), input("Ada"));
    test.machine.feed(new Uint8Array([0x04, 0x11, 0, 0, 0, 0, 0, 2, 0x0a, 0x7f]));
    expect(test.machine.isRunning).toBe(true);
    expect(test.machine.issue(run(1))).toBe(false);
    expect(test.error()).toMatchObject({ code: 571 });
  });

  test.each(["retry", "pause", "fail"] as const)(
    "that differ make a V7 server %s, if that is wanted",
    (onJournalMismatch) => {
      const test = runningMachine({ version: 7, onJournalMismatch, journal: [run(1)] });
      test.machine.issue(clearAll);
      expect(test.error()).toMatchObject({ code: 570, behavior: onJournalMismatch });
    },
  );

  test.each([5, 6] as const)("that differ make a V%i server retry", (version) => {
    const test = runningMachine({ version, onJournalMismatch: "fail", journal: [run(1)] });
    test.machine.issue(clearAll);
    expect(test.error()).toMatchObject({ code: 570, behavior: "retry" });
  });

  test("differ by payload only where payloads are compared", () => {
    const set = (content: string) =>
      ({ type: "SetStateCommand", key: text("a"), value: text(content), name: "" }) as const;
    const issue = (setup: MachineSetup) =>
      runningMachine({ ...setup, journal: [set("1")] }).machine.issue(set("2"));
    expect(issue({ comparePayloads: true })).toBe(false);
    expect(issue({ comparePayloads: false })).toBe(true);
  });
});

describe("the end of the handler", () => {
  test.each(VERSIONS)("V%i: writes result and end", (version) => {
    const test = runningMachine({ version });
    test.machine.end(value("done"));
    expect(test.sent()).toEqual([output("done"), { type: "End" }]);
    expect(test.outcomes).toEqual([{ kind: "completed" }]);
    expect(test.machine.outcome).toEqual({ kind: "completed" });
  });

  test("is repeated when the recorded result got through and the end did not", () => {
    const test = runningMachine({ journal: [output("done")] });
    test.machine.end(value("done"));
    expect(test.sent()).toEqual([{ type: "End" }]);
  });

  test("with another result than the recorded one is a mismatch", () => {
    const test = runningMachine({ journal: [output("done")] });
    test.machine.end(value("done2"));
    expect(test.error()).toMatchObject({ code: 570, relatedCommandType: 0x0401 });
    expect(test.outcomes).toMatchObject([{ kind: "failed" }]);
  });

  test("is a mismatch while recorded commands are left", () => {
    const test = runningMachine({ journal: [run(1)] });
    test.machine.end(value("done"));
    const { message } = test.error();
    expect(message).toContain('recorded: run "charge"');
    expect(message).toContain("executed: handler output");
  });

  test("is a mismatch when a recorded command follows the recorded result", () => {
    const test = runningMachine({ journal: [output("done"), run(1)] });
    test.machine.end(value("done"));
    const error = test.error();
    expect(error.code).toBe(570);
    expect(error.message).toContain('recorded next: run "charge"');
  });

  test("with metadata on the failure needs V6", () => {
    const result = failure(404, "gone", [{ key: "a", value: "b" }]);
    const old = runningMachine({ version: 5 });
    old.machine.end(result);
    expect(old.error()).toMatchObject({ code: 573, relatedCommandIndex: undefined });
    const current = runningMachine({ version: 6 });
    current.machine.end(result);
    expect(current.sent()).toMatchObject([{ type: "OutputCommand", result }, { type: "End" }]);
  });
});

describe("runs", () => {
  test.each([5, 6] as const)("V%i: a proposed result comes back as a completion", (version) => {
    const test = runningMachine({ version });
    commands.run(test.machine, "charge");
    test.machine.proposeRun(1, value("paid"));
    expect(test.sent()).toEqual([
      run(1),
      { type: "ProposeRunCompletion", resultCompletionId: 1, result: value("paid") },
    ]);
    test.feed(completion(1, value("paid")));
    expect(test.machine.notifications.pop()).toMatchObject({
      id: { kind: "completion", id: 1 },
      result: value("paid"),
    });
  });

  test("V7: an ack stands for the proposed result, at its place among the notifications", () => {
    const test = runningMachine({ version: 7 });
    commands.run(test.machine, "charge");
    commands.run(test.machine, "refund");
    test.machine.proposeRun(1, value("paid"));
    test.machine.proposeRun(2, failure(500, "no"));
    test.feed({ type: "ProposeRunCompletionAck", completionId: 2 }, signal(17, nothing), {
      type: "ProposeRunCompletionAck",
      completionId: 1,
    });
    const arrived = [1, 2, 3].map(() => test.machine.notifications.pop());
    expect(arrived).toMatchObject([
      { id: { kind: "completion", id: 2 }, result: failure(500, "no") },
      { id: { kind: "signal", idx: 17 } },
      { id: { kind: "completion", id: 1 }, result: value("paid") },
    ]);
  });

  test("V7: a second ack of the same result is refused", () => {
    const test = runningMachine({ version: 7 });
    commands.run(test.machine, "charge");
    test.machine.proposeRun(1, value("paid"));
    test.feed({ type: "ProposeRunCompletionAck", completionId: 1 });
    expect(test.machine.isClosed).toBe(false);
    test.feed({ type: "ProposeRunCompletionAck", completionId: 1 });
    expect(test.error()).toMatchObject({ code: 571 });
  });

  test("a result is proposed once", () => {
    const test = runningMachine();
    commands.run(test.machine, "charge");
    test.machine.proposeRun(1, value("paid"));
    test.machine.proposeRun(1, value("again"));
    test.machine.proposeRun(2, value("unknown"));
    expect(test.sent()).toHaveLength(2);
  });

  test("metadata on a failure needs V6", () => {
    const result = failure(404, "gone", [{ key: "a", value: "b" }]);
    const old = runningMachine({ version: 5 });
    commands.run(old.machine, "charge");
    old.machine.proposeRun(1, result);
    expect(old.error()).toMatchObject({ code: 573 });
  });
});

describe("a run that failed", () => {
  const cause = new Error("boom");
  const error = { error: cause, elapsedMs: 10 };
  const exponential: RunRetryPolicy = {
    initialDelayMs: 100,
    factor: 2,
    maxAttempts: 3,
  };
  const failing = (setup: MachineSetup, policy: RunRetryPolicy) => {
    const test = runningMachine(setup);
    const issued = commands.run(test.machine, "charge");
    test.machine.failRun(issued?.completionId ?? 0, error, policy);
    return test;
  };

  test.each(VERSIONS)("V%i: fails the attempt in the name of its command", (version) => {
    const test = failing({ version }, {});
    expect(test.error()).toEqual({
      type: "Error",
      code: 500,
      message: "boom",
      stacktrace: cause.stack,
      relatedCommandIndex: 1,
      relatedCommandName: "charge",
      relatedCommandType: 0x0411,
      nextRetryDelay: undefined,
      behavior: "retry",
    });
    expect(test.outcomes).toMatchObject([{ kind: "failed", failure: { cause } }]);
  });

  test("names its own command, whatever was executed since", () => {
    const test = runningMachine();
    commands.run(test.machine, "charge");
    test.machine.issue(clearAll);
    test.machine.failRun(1, error, {});
    expect(test.error()).toMatchObject({ relatedCommandIndex: 1, relatedCommandName: "charge" });
  });

  test("is retried by its own policy", () => {
    expect(failing({}, exponential).error()).toMatchObject({ nextRetryDelay: 100 });
  });

  test("continues to count over attempts as long as it is the last command of the journal", () => {
    const start = { retryCountSinceLastStoredEntry: 1, durationSinceLastStoredEntry: 50 };
    const replayed = failing({ journal: [run(1)], start }, exponential);
    expect(replayed.error()).toMatchObject({ nextRetryDelay: 200 });
    const fresh = failing({ start }, exponential);
    expect(fresh.error()).toMatchObject({ nextRetryDelay: 100 });
  });

  test("gives up with the last attempt, and its error becomes the result", () => {
    const start = { retryCountSinceLastStoredEntry: 2 };
    const test = failing({ journal: [run(1)], start }, exponential);
    expect(test.sent()).toEqual([
      { type: "ProposeRunCompletion", resultCompletionId: 1, result: failure(500, "boom") },
    ]);
    expect(test.machine.isRunning).toBe(true);
  });

  test.each(VERSIONS)(
    "V%i: that wants to pause asks the server to, which may not know how",
    (version) => {
      const test = failing({ version }, { pauses: true });
      expect(test.error()).toMatchObject({ code: 500, message: "boom", behavior: "pause" });
    },
  );

  test("is forgotten when it is not known", () => {
    const test = runningMachine();
    test.machine.failRun(3, error, {});
    expect(test.outcomes).toEqual([]);
  });
});

describe("a replay that user code blocks", () => {
  const awaited = [
    { kind: "completion", id: 7 },
    { kind: "completion", id: 1 },
    { kind: "signal", idx: 17 },
    { kind: "signal", idx: 1 },
    { kind: "namedSignal", name: "approved" },
  ] as const;

  test("is a mismatch: earlier attempts went on from here", () => {
    const test = runningMachine({ journal: [run(1), clearAll] });
    commands.run(test.machine, "charge");
    test.machine.failStuckReplay(awaited);
    const error = test.error();
    expect(error).toMatchObject({
      code: 570,
      relatedCommandIndex: 1,
      relatedCommandName: "charge",
      relatedCommandType: 0x0411,
    });
    expect(error.message).toContain(
      'awaited: completion 7, run "charge", awakeable sign_1AQIDAAAAEQ, cancellation, signal "approved"',
    );
    expect(error.message).toContain("recorded next: clear all state");
  });

  test("names no command when no run is awaited", () => {
    const test = runningMachine({ journal: [clearAll] });
    test.machine.failStuckReplay([{ kind: "signal", idx: 17 }]);
    expect(test.error()).toMatchObject({ code: 570, relatedCommandIndex: undefined });
  });

  test("is none when nothing recorded is left, or user code waits for promises of its own", () => {
    const atTheEnd = runningMachine();
    atTheEnd.machine.failStuckReplay(awaited);
    expect(atTheEnd.outcomes).toEqual([]);
    const elsewhere = runningMachine({ journal: [clearAll] });
    elsewhere.machine.failStuckReplay([]);
    expect(elsewhere.outcomes).toEqual([]);
  });

  test("with a malformed command behind it is a protocol violation", () => {
    const test = new TestMachine();
    test.feed(start({ knownEntries: 2 }), input("Ada"));
    test.machine.feed(new Uint8Array([0x04, 0x11, 0, 0, 0, 0, 0, 2, 0x0a, 0x7f]));
    test.machine.failStuckReplay(awaited);
    expect(test.error()).toMatchObject({ code: 571 });
  });
});

describe("waiting", () => {
  test.each(VERSIONS)(
    "V%i: a suspension names what is awaited, and ends the attempt",
    (version) => {
      const test = runningMachine({ version });
      test.machine.suspend(leaf([3]));
      expect(test.sent()).toMatchObject([{ type: "Suspension", awaitingOn: { completions: [3] } }]);
      expect(test.outcomes).toEqual([{ kind: "suspended" }]);
    },
  );

  test("V7: an announcement does not end the attempt", () => {
    const test = runningMachine({ version: 7 });
    test.machine.announceAwait(leaf([3]));
    expect(test.sent()).toEqual([
      { type: "AwaitingOn", awaitingOn: leaf([3]), executingSideEffects: false },
    ]);
    expect(test.outcomes).toEqual([]);
  });
});

describe("features of later versions", () => {
  test("fail the attempt with 573", () => {
    const test = runningMachine({ version: 6 });
    const related = test.machine.journal.nextCommand("CallCommand", "audit");
    expect(test.machine.requireFeature("scope", "A scope", related)).toBe(false);
    expect(test.error()).toMatchObject({
      code: 573,
      relatedCommandIndex: 1,
      relatedCommandName: "audit",
      relatedCommandType: 0x040d,
      behavior: "retry",
    });
  });

  test("pass where the version has them", () => {
    const test = runningMachine({ version: 7 });
    expect(test.machine.requireFeature("scope", "A scope")).toBe(true);
    expect(test.machine.canCarry(failure(1, "x", [{ key: "a", value: "b" }]))).toBe(true);
    expect(test.outcomes).toEqual([]);
  });
});

describe("a closed machine", () => {
  const closings: readonly [string, (test: TestMachine) => void][] = [
    ["completed", (test) => test.machine.end(value("done"))],
    ["suspended", (test) => test.machine.suspend(leaf([1]))],
    ["failed", (test) => test.machine.fail({ code: 500, message: "boom" })],
    ["aborted", (test) => test.machine.abort("connection reset")],
  ];

  test.each(closings)("%s ignores everything", (kind, close) => {
    const test = runningMachine({ version: 7 });
    const { machine } = test;
    commands.run(machine, "charge");
    close(test);
    test.sent();
    expect(machine.outcome?.kind).toBe(kind);
    test.feed(start(), input("Ada"), completion(1, nothing), cancelSignal);
    test.feed({ type: "ProposeRunCompletionAck", completionId: 9 });
    machine.feed(new Uint8Array([0x7f, 0xff, 0, 0, 0, 0, 0, 0]));
    machine.closeInput();
    expect(machine.issue(clearAll)).toBe(false);
    machine.proposeRun(1, value("late"));
    machine.failRun(1, { error: new Error("late"), elapsedMs: 0 }, {});
    machine.end(value("late"));
    machine.suspend(leaf([2]));
    machine.announceAwait(leaf([2]));
    machine.fail({ code: 500, message: "late" });
    machine.abort("late");
    machine.failStuckReplay([{ kind: "completion", id: 1 }]);
    expect(test.sent()).toEqual([]);
    expect(machine.notifications.pop()).toBeUndefined();
    expect(test.outcomes.map((outcome) => outcome.kind)).toEqual([kind]);
    expect(machine.isRunning).toBe(false);
  });

  test("aborted writes nothing", () => {
    const test = runningMachine();
    test.machine.abort("connection reset");
    expect(test.sent()).toEqual([]);
    expect(test.outcomes).toEqual([{ kind: "aborted", reason: "connection reset" }]);
  });

  test("takes no frame of the chunk that closed it", () => {
    const test = new TestMachine();
    test.feed(start(), input("Ada"), clearAll, completion(1, nothing));
    expect(test.error()).toMatchObject({ code: 571 });
    expect(test.machine.notifications.pop()).toBeUndefined();
  });
});
