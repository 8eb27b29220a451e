import { describe, expect, test } from "vitest";
import type { CommandMessage } from "../protocol/messages.js";
import { COMMANDS } from "./commands.fixture.js";
import { failure, text, value } from "./messages.fixture.js";
import {
  describeCommand,
  describeEarlyEnd,
  describeMismatch,
  describeStuckReplay,
} from "./mismatch-report.js";
import { findMismatch } from "./replay-check.js";
import { Runs } from "./runs.js";

describe("a command in words", () => {
  const expected: Readonly<Record<CommandMessage["type"], string>> = {
    InputCommand: "handler input",
    OutputCommand: 'handler output "n"',
    GetLazyStateCommand: 'get state "n" (cart)',
    GetEagerStateCommand: 'get state "n" (cart)',
    GetLazyStateKeysCommand: 'get state keys "n"',
    GetEagerStateKeysCommand: 'get state keys "n"',
    SetStateCommand: 'set state "n" (cart)',
    ClearStateCommand: 'clear state "n" (cart)',
    ClearAllStateCommand: 'clear all state "n"',
    GetPromiseCommand: 'get promise "n" ("paid")',
    PeekPromiseCommand: 'peek promise "n" ("paid")',
    CompletePromiseCommand: 'complete promise "n" ("paid")',
    SleepCommand: 'sleep "n"',
    CallCommand: 'call "n" (Greeter/Ada/greet)',
    OneWayCallCommand: 'send "n" (Greeter/Ada/greet)',
    SendSignalCommand: 'send signal "n" ("approved" to inv_2)',
    RunCommand: 'run "charge"',
    AttachInvocationCommand: 'attach invocation "n" (inv_2)',
    GetInvocationOutputCommand: 'get invocation output "n" (inv_2)',
    CompleteAwakeableCommand: 'complete awakeable "n" (sign_1abc)',
  };

  test.each(COMMANDS.map((command) => [expected[command.type], command] as const))(
    "%s",
    (words, command) => {
      expect(describeCommand(command)).toBe(words);
    },
  );

  test.each<[string, CommandMessage]>([
    ["run", { type: "RunCommand", resultCompletionId: 1, name: "" }],
    [
      "send signal (cancellation to inv_2)",
      {
        type: "SendSignalCommand",
        targetInvocationId: "inv_2",
        signalId: { kind: "idx", idx: 1 },
        result: { kind: "void" },
        name: "",
      },
    ],
    [
      "send signal (signal 17 to inv_2)",
      {
        type: "SendSignalCommand",
        targetInvocationId: "inv_2",
        signalId: { kind: "idx", idx: 17 },
        result: { kind: "void" },
        name: "",
      },
    ],
    [
      "attach invocation (Signup/ada)",
      {
        type: "AttachInvocationCommand",
        target: { kind: "workflow", workflowName: "Signup", workflowKey: "ada", scope: undefined },
        resultCompletionId: 1,
        name: "",
      },
    ],
    [
      "attach invocation (Greeter/greet/once)",
      {
        type: "AttachInvocationCommand",
        target: {
          kind: "idempotentRequest",
          serviceName: "Greeter",
          serviceKey: undefined,
          handlerName: "greet",
          idempotencyKey: "once",
          scope: undefined,
        },
        resultCompletionId: 1,
        name: "",
      },
    ],
  ])("%s", (words, command) => {
    expect(describeCommand(command)).toBe(words);
  });

  test("names and keys are cut at a readable length", () => {
    const words = describeCommand({
      type: "RunCommand",
      resultCompletionId: 1,
      name: "x".repeat(1_000),
    });
    expect(words.length).toBeLessThan(260);
    expect(words).toContain("… (1002 characters)");
  });
});

describe("a mismatch report", () => {
  const run = { type: "RunCommand", resultCompletionId: 1, name: "charge" } as const;

  test("shows the recorded and the executed command and says what to do", () => {
    const executed = {
      type: "SleepCommand",
      wakeUpTime: 1,
      resultCompletionId: 1,
      name: "",
    } as const;
    const report = describeMismatch({ recorded: run, executed, differences: [] }, 4);
    expect(report.split("\n").slice(0, 3)).toEqual([
      "Journal mismatch at command 4: the code does not repeat what it did in an earlier attempt.",
      '   recorded: run "charge"',
      "   executed: sleep",
    ]);
    expect(report).toContain("register the new code as a new deployment");
    expect(report).toContain("RT0016");
    expect(report).not.toContain("Differences");
  });

  test("lists the fields that differ, recorded and executed side by side", () => {
    const recorded = {
      type: "CallCommand",
      serviceName: "Greeter",
      handlerName: "greet",
      parameter: text('{"name":"Ada"}'),
      headers: [{ key: "a", value: "1" }],
      key: "",
      idempotencyKey: undefined,
      scope: undefined,
      limitKey: undefined,
      invocationIdCompletionId: 1,
      resultCompletionId: 2,
      name: "",
    } as const;
    const executed = {
      ...recorded,
      parameter: new Uint8Array([0xff, 0xfe, 0xfd]),
      headers: [],
      idempotencyKey: "once",
      resultCompletionId: 3,
    };
    const mismatch = findMismatch(recorded, executed, { comparePayloads: true })!;
    expect(describeMismatch(mismatch, 1)).toContain(
      [
        "Differences:",
        '   parameter: recorded {"name":"Ada"}, executed 3 bytes',
        '   headers: recorded [{ key: "a", value: "1" }], executed []',
        '   idempotencyKey: recorded nothing, executed "once"',
        "   resultCompletionId: recorded 2, executed 3",
      ].join("\n"),
    );
  });

  test("shows results as values or failures", () => {
    const command = { type: "OutputCommand", name: "" } as const;
    const mismatch = findMismatch(
      { ...command, result: value("ok") },
      { ...command, result: failure(404, "gone") },
      { comparePayloads: true },
    )!;
    expect(describeMismatch(mismatch, 1)).toContain(
      '   result: recorded { kind: "value", value: "ok" }, ' +
        'executed { kind: "failure", failure: { code: 404, message: "gone", metadata: [] } }',
    );
  });

  test("cuts long payloads", () => {
    const command = { type: "SetStateCommand", key: text("a"), name: "" } as const;
    const mismatch = findMismatch(
      { ...command, value: text("x".repeat(100_000)) },
      { ...command, value: text("y".repeat(100_000)) },
      { comparePayloads: true },
    )!;
    expect(describeMismatch(mismatch, 1).length).toBeLessThan(2_000);
  });

  test("of an await that was never there names what is awaited and what was recorded next", () => {
    const runs = new Runs();
    runs.register(1, { index: 1, type: "RunCommand", name: "refund" });
    runs.register(2, { index: 2, type: "RunCommand", name: "" });
    const awaited = [
      { kind: "completion", id: 3 },
      { kind: "completion", id: 1 },
      { kind: "completion", id: 2 },
      { kind: "signal", idx: 18 },
      { kind: "signal", idx: 1 },
      { kind: "namedSignal", name: "approved" },
    ] as const;
    const report = describeStuckReplay(
      { awaited, runs, invocationId: new Uint8Array([1, 2, 3]) },
      run,
    );
    expect(report).toContain(
      '   awaited: completion 3, run "refund", run, awakeable sign_1AQIDAAAAEg, cancellation, signal "approved"',
    );
    expect(report).toContain('   recorded next: run "charge"');
    expect(report).toContain("RT0016");
  });

  test("of an early end names what was recorded next", () => {
    const report = describeEarlyEnd(run);
    expect(report).toContain("the handler ended before");
    expect(report).toContain('   recorded next: run "charge"');
  });
});
