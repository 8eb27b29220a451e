import { describe, expect, it } from "vitest";
import { FutureTree_Combinator } from "../protocol/gen/restate-protocol_pb.js";
import { describeEntry } from "./describe.js";
import { fakeEndpoint, lastReceived, type FakeAttempt } from "./fake-endpoint.js";
import { cancelAfter, type Script } from "./script.js";
import { runInvocation, type InvocationRun } from "./scripted-invocation.js";

const target = { service: "Greeter", handler: "greet" };
const text = (value: string) => Buffer.from(value);

function invoke(behave: (attempt: FakeAttempt) => void, options: Partial<InvocationRun> = {}) {
  const transport = fakeEndpoint(options.version ?? 7, behave);
  const result = runInvocation({ transport, target, version: 7, input: text('"in"'), ...options });
  return { transport, result };
}

/** Behaves once per attempt, when the last replayed entry is there. */
function perAttempt(act: (attempt: FakeAttempt) => void): (attempt: FakeAttempt) => void {
  const done = new Set<number>();
  return (attempt) => {
    const known = lastReceived(attempt, "Start")?.knownEntries ?? Infinity;
    if (done.has(attempt.number) || attempt.received.length <= known) return;
    done.add(attempt.number);
    act(attempt);
  };
}

function finish(attempt: FakeAttempt, value = '"out"'): void {
  const content = text(value);
  attempt.send("OutputCommand", { result: { case: "value", value: { content } } });
  attempt.send("End", {});
}

function suspendOn(attempt: FakeAttempt, completions: number[], signals = [1]): void {
  attempt.send("Suspension", {
    awaitingOn: { completions, signals, combinator: FutureTree_Combinator.FIRST_COMPLETED },
  });
}

describe("a scripted invocation", () => {
  it("sends Start, the input, and takes the output", async () => {
    const { transport, result } = invoke(perAttempt((attempt) => finish(attempt)));
    const { outcome, attempts } = await result;
    expect(outcome).toMatchObject({ kind: "output", result: { case: "value" } });
    expect(attempts.map(({ end }) => end.kind)).toEqual(["ended"]);
    expect(transport.attempts[0]?.received.map(({ name }) => name)).toEqual([
      "Start",
      "InputCommand",
    ]);
  });

  it("answers a run proposal with an ack in version 7 and with the result in version 6", async () => {
    for (const [version, answer] of [
      [7, "ProposeRunCompletionAck"],
      [6, "RunCompletion"],
    ] as const) {
      const begun = perAttempt((attempt) => {
        attempt.send("RunCommand", { resultCompletionId: 1, name: "step" });
        attempt.proposeWithAck({
          resultCompletionId: 1,
          result: { case: "value", value: text("1") },
        });
      });
      const { transport, result } = invoke(
        (attempt) => {
          begun(attempt);
          if (lastReceived(attempt, answer) && !attempt.inputClosed) finish(attempt);
        },
        { version, schedule: { seed: 1, timing: "later" } },
      );
      const { journal } = await result;
      expect(transport.attempts[0]?.received.at(-1)?.name).toBe(answer);
      expect(journal.notifications.map(describeEntry)).toEqual([
        'RunCompletion {"id":{"completionId":1},"result":{"value":{"content":"1"}}}',
      ]);
    }
  });

  it("resumes a suspended invocation with the whole journal", async () => {
    const { transport, result } = invoke(
      closing((attempt) => {
        if (lastReceived(attempt, "SleepCompletion")) {
          finish(attempt);
          return;
        }
        attempt.send("SleepCommand", { wakeUpTime: 1n, resultCompletionId: 1 });
        suspendOn(attempt, [1]);
      }),
      { plan: () => ({ closeInput: "after-replay" }), schedule: { seed: 1, timing: "later" } },
    );
    const { attempts } = await result;
    expect(attempts.map(({ end }) => end.kind)).toEqual(["suspended", "ended"]);
    expect(transport.attempts[1]?.received.map(({ name }) => name)).toEqual([
      "Start",
      "InputCommand",
      "SleepCommand",
      "SleepCompletion",
    ]);
  });

  it("journals signals where the script puts them", async () => {
    const script: Script = { signals: [cancelAfter(1, "now")] };
    const { result } = invoke(
      perAttempt((attempt) => finish(attempt)),
      { script },
    );
    const { journal } = await result;
    expect(journal.entries.map(({ type }) => type)).toEqual([
      "InputCommand",
      "Signal",
      "OutputCommand",
    ]);
  });

  it("starts again with what was journaled when the connection is cut", async () => {
    const { transport, result } = invoke(
      perAttempt((attempt) => {
        if (attempt.number === 1) attempt.send("SetStateCommand", { key: text("k") });
        else finish(attempt);
      }),
      { plan: (attempt) => (attempt === 1 ? { cutAfterReceived: 1 } : {}) },
    );
    const { attempts } = await result;
    expect(attempts.map(({ end }) => end.kind)).toEqual(["cut", "ended"]);
    expect(transport.attempts[1]?.received.map(({ name }) => name)).toEqual([
      "Start",
      "InputCommand",
      "SetStateCommand",
    ]);
  });

  it("counts retries since the last entry and gives up after the bound", async () => {
    const counts: unknown[] = [];
    const { result } = invoke(
      perAttempt((attempt) => {
        counts.push(lastReceived(attempt, "Start")?.retryCountSinceLastStoredEntry);
        attempt.send("Error", { code: 500, message: "no" });
      }),
      { maxRetries: 2 },
    );
    expect((await result).outcome).toMatchObject({ kind: "exhausted", error: { code: 500 } });
    expect(counts).toEqual([0, 1, 2]);
  });
});

describe("a scripted invocation refuses an endpoint that", () => {
  const cases: [string, string, (attempt: FakeAttempt) => void][] = [
    ["ends without an output", "End without an output", (a) => a.send("End", {})],
    [
      "sends commands after the output",
      "SleepCommand after the output",
      (a) => {
        a.send("OutputCommand", { result: { case: "value", value: {} } });
        a.send("SleepCommand", { resultCompletionId: 1 });
      },
    ],
    ["suspends while the request is open", "although the input is open", (a) => suspendOn(a, [1])],
    [
      "uses a completion id twice",
      "completion id 1 is used twice",
      (a) => {
        a.send("SleepCommand", { resultCompletionId: 1 });
        a.send("SleepCommand", { resultCompletionId: 1 });
      },
    ],
    [
      "proposes a result for something that is no run",
      "which is no run",
      (a) =>
        a.proposeWithAck({ resultCompletionId: 9, result: { case: "value", value: text("") } }),
    ],
    [
      "proposes two results for one run",
      "a second result is proposed",
      (a) => {
        a.send("RunCommand", { resultCompletionId: 1 });
        for (let times = 0; times < 2; times++) {
          a.proposeWithAck({ resultCompletionId: 1, result: { case: "value", value: text("") } });
        }
      },
    ],
    ["sends what only the server may send", "not for the endpoint", (a) => a.send("Start", {})],
    [
      "sends an unknown frame",
      "unknown frame type",
      (a) => a.sendBytes(Uint8Array.of(0, 99, 0, 0, 0, 0, 0, 0)),
    ],
    [
      "goes on after the terminal message",
      "after the terminal message",
      (a) => {
        finish(a);
        a.send("End", {});
      },
    ],
  ];

  it.each(cases)("%s", async (_name, message, act) => {
    await expect(invoke(perAttempt(act)).result).rejects.toThrow(message);
  });
});

describe("lost wake-ups", () => {
  const twoSleeps = (awaited: number[]) =>
    closing((attempt) => {
      if (lastReceived(attempt, "SleepCompletion")) {
        finish(attempt);
        return;
      }
      if (!lastReceived(attempt, "SleepCommand")) {
        attempt.send("SleepCommand", { resultCompletionId: 1 });
        attempt.send("SleepCommand", { resultCompletionId: 2 });
      }
      suspendOn(attempt, awaited);
    });
  const answerOnlySecond: Script = {
    respond: ({ ordinal }) => (ordinal === 0 ? "never" : undefined),
  };
  const options: Partial<InvocationRun> = {
    plan: () => ({ closeInput: "after-replay" }),
    schedule: { seed: 1, timing: "later" },
    script: answerOnlySecond,
  };

  it("are found when the awaited set lacks what user code waits for", async () => {
    await expect(invoke(twoSleeps([1]), options).result).rejects.toThrow("lost wake-up");
  });

  it("are not suspected when the set is complete", async () => {
    const { outcome, attempts } = await invoke(twoSleeps([1, 2]), options).result;
    expect(outcome.kind).toBe("output");
    expect(attempts.map(({ end }) => end.kind)).toEqual(["suspended", "ended"]);
  });

  it("differ from waiting for something that never comes", async () => {
    const { outcome } = await invoke(twoSleeps([1, 2]), {
      ...options,
      script: { respond: () => "never" },
    }).result;
    expect(outcome.kind).toBe("stuck");
  });

  it("differ from spinning on a signal that is in the journal already", async () => {
    const { outcome, spins } = await invoke(
      closing((attempt) => {
        if (!lastReceived(attempt, "SleepCommand")) {
          attempt.send("SleepCommand", { resultCompletionId: 1 });
        }
        suspendOn(attempt, [1], [1]);
      }),
      { ...options, script: { respond: () => "never", signals: [cancelAfter(1, "now")] } },
    ).result;
    expect(outcome.kind).toBe("stuck");
    expect(spins).toBe(1);
  });
});

/** Behaves once per attempt, when the server has closed the request. */
function closing(act: (attempt: FakeAttempt) => void): (attempt: FakeAttempt) => void {
  const done = new Set<number>();
  return (attempt) => {
    if (!attempt.inputClosed || done.has(attempt.number)) return;
    done.add(attempt.number);
    act(attempt);
  };
}
