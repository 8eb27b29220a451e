/** What is measured: for each case the bytes of both sides, and the answer that a right SDK gives. */
import { concatBytes, encodeFrame, encodePayload } from "../support/scripted-server/frames.js";
import type { MessageName, SchemaOf } from "../support/scripted-server/message-types.js";
import type { MessageInitShape } from "@bufbuild/protobuf";

export type Version = 5 | 6 | 7;

export interface BenchCase {
  readonly name: string;
  /** The question the case answers. */
  readonly question: string;
  readonly path: string;
  /** What the server sends first, message by message: Start, the input, the recorded journal. */
  readonly opening: readonly Uint8Array[];
  /** What the server answers to a frame of the endpoint. */
  readonly reply: (name: MessageName, completionId: () => number) => readonly Uint8Array[];
  /** The output's value, and how many frames of each type the endpoint sends. */
  readonly expected: {
    readonly output: unknown;
    readonly frames: Partial<Record<MessageName, number>>;
  };
  /** What the floor sends when it has got so many bytes. */
  readonly floor: readonly { readonly afterBytes: number; readonly send: Uint8Array }[];
  /** Invocations in flight at once. */
  readonly concurrency: number;
  readonly quick: Effort;
  readonly full: Effort;
  /** How many journal entries are replayed, to fit the growth. */
  readonly replayedEntries?: number;
}

export interface Effort {
  readonly warmup: number;
  /** Invocations in a round. */
  readonly invocations: number;
  readonly rounds: number;
  /** Runs this case on the official SDK with one invocation in one round. */
  readonly officialOnce?: boolean;
}

type Reply = BenchCase["reply"];

const none: Reply = () => [];
const MEGABYTE = 1 << 20;

export function benchCases(version: Version): BenchCase[] {
  return [
    echo("echo", "hello"),
    sequentialRuns(10),
    getRunSet(10),
    sequentialCalls(20),
    fanOut(100),
    fanOut(1_000),
    echo("1 MB echo", "x".repeat(MEGABYTE)),
    replay(100),
    replay(1_000),
    replay(10_000),
  ];

  function echo(name: string, text: string): BenchCase {
    const opening = open({ input: text });
    const large = text.length > 1_000;
    return {
      name,
      question: large
        ? "What does moving a large payload cost?"
        : "What does an invocation cost at all?",
      path: "/invoke/Bench/echo",
      opening,
      reply: none,
      expected: { output: text, frames: { OutputCommand: 1, End: 1 } },
      floor: [{ afterBytes: size(opening), send: output(text) }],
      concurrency: large ? 4 : 16,
      quick: large
        ? { warmup: 15, invocations: 20, rounds: 5 }
        : { warmup: 1_500, invocations: 400, rounds: 5 },
      full: large
        ? { warmup: 40, invocations: 60, rounds: 11 }
        : { warmup: 3_000, invocations: 2_000, rounds: 15 },
    };
  }

  function sequentialRuns(count: number): BenchCase {
    const opening = open({ input: count });
    const result = Array.from({ length: count }, (_, index) => index);
    return {
      name: `${count} sequential runs`,
      question: "What does a durable step cost?",
      path: "/invoke/Bench/runs",
      opening,
      reply: runReplies(count),
      expected: {
        output: result,
        frames: { RunCommand: count, ProposeRunCompletion: count, OutputCommand: 1, End: 1 },
      },
      floor: turns(opening, [
        ...result.map((index) => ({ send: run(index), reply: runReply(index) })),
        { send: output(result), reply: [] },
      ]),
      concurrency: 16,
      quick: { warmup: 500, invocations: 120, rounds: 5 },
      full: { warmup: 1_000, invocations: 600, rounds: 15 },
    };
  }

  function getRunSet(count: number): BenchCase {
    const opening = open({ input: count, key: "k", state: { count: 5 } });
    // A read takes a completion id too, although its result is known.
    const runId = (index: number) => 2 * index + 2;
    const round = (index: number) => concatBytes([get(index), run(index, runId(index))]);
    const get = (index: number) =>
      message("GetEagerStateCommand", { key: utf8("count"), result: value(5 + index) });
    const set = (index: number) =>
      message("SetStateCommand", { key: utf8("count"), value: value(6 + index).value });
    const rounds = Array.from({ length: count }, (_, index) => ({
      send: index === 0 ? round(0) : concatBytes([set(index - 1), round(index)]),
      reply: runReply(index, runId(index)),
    }));
    return {
      name: `${count} x (get, run, set)`,
      question: "What does a loop over eager state cost?",
      path: "/invoke/BenchObject/getRunSet",
      opening,
      reply: runReplies(count, runId),
      expected: {
        output: 5 + count,
        frames: {
          GetEagerStateCommand: count + 1,
          RunCommand: count,
          ProposeRunCompletion: count,
          SetStateCommand: count,
          OutputCommand: 1,
          End: 1,
        },
      },
      floor: turns(opening, [
        ...rounds,
        { send: concatBytes([set(count - 1), get(count), output(5 + count)]), reply: [] },
      ]),
      concurrency: 16,
      quick: { warmup: 500, invocations: 120, rounds: 5 },
      full: { warmup: 1_000, invocations: 600, rounds: 15 },
    };
  }

  function sequentialCalls(count: number): BenchCase {
    const opening = open({ input: count });
    const indexes = Array.from({ length: count }, (_, index) => index);
    const replies = new Map(indexes.map((index) => [2 * index + 2, callReply(index)]));
    return {
      name: `${count} sequential calls`,
      question: "What does a call cost?",
      path: "/invoke/Bench/calls",
      opening,
      reply: (name, completionId) =>
        name === "CallCommand" ? (replies.get(completionId()) ?? []) : [],
      expected: {
        output: indexes.map((index) => `answer ${index}`),
        frames: { CallCommand: count, OutputCommand: 1, End: 1 },
      },
      floor: turns(opening, [
        ...indexes.map((index) => ({ send: call(index), reply: callReply(index) })),
        { send: output(indexes.map((index) => `answer ${index}`)), reply: [] },
      ]),
      concurrency: 16,
      quick: { warmup: 300, invocations: 80, rounds: 5 },
      full: { warmup: 600, invocations: 400, rounds: 15 },
    };
  }

  function fanOut(width: number): BenchCase {
    const opening = open({ input: width });
    const result = Array.from({ length: width }, (_, index) => index);
    const wide = width > 500;
    return {
      name: `all over ${width.toLocaleString("en")} runs`,
      question: "How does a fan-out grow with its width?",
      path: "/invoke/Bench/fanOut",
      opening,
      reply: runReplies(width),
      expected: {
        output: result,
        frames: { RunCommand: width, ProposeRunCompletion: width, OutputCommand: 1, End: 1 },
      },
      floor: turns(opening, [
        {
          send: concatBytes([
            ...result.map((index) => runCommand(index)),
            ...result.map((index) => proposal(index)),
          ]),
          reply: result.flatMap((index) => runReply(index)),
        },
        { send: output(result), reply: [] },
      ]),
      concurrency: wide ? 1 : 4,
      quick: wide
        ? { warmup: 15, invocations: 8, rounds: 3, officialOnce: true }
        : { warmup: 60, invocations: 15, rounds: 5 },
      full: wide
        ? { warmup: 20, invocations: 15, rounds: 7, officialOnce: true }
        : { warmup: 100, invocations: 60, rounds: 11 },
    };
  }

  function replay(entries: number): BenchCase {
    const count = entries / 2;
    const result = Array.from({ length: count }, (_, index) => index);
    const journal = result.flatMap((index) => [runCommand(index), completion(index)]);
    const opening = open({ input: count, journal });
    return {
      name: `replay of ${entries.toLocaleString("en")} entries`,
      question: "How does replay grow with the journal?",
      path: "/invoke/Bench/runs",
      opening,
      reply: none,
      expected: { output: result, frames: { OutputCommand: 1, End: 1 } },
      floor: [{ afterBytes: size(opening), send: output(result) }],
      concurrency: entries > 1_000 ? 1 : 4,
      replayedEntries: entries,
      quick: effortFor(entries, { 100: [150, 80, 5], 1_000: [30, 20, 5], 10_000: [6, 4, 3] }),
      full: effortFor(entries, { 100: [600, 400, 11], 1_000: [100, 80, 11], 10_000: [20, 12, 7] }),
    };
  }

  function open(options: {
    input: unknown;
    key?: string;
    state?: Record<string, unknown>;
    journal?: readonly Uint8Array[];
  }): Uint8Array[] {
    const { input, key = "", state = {}, journal = [] } = options;
    const stateMap = Object.entries(state).map(([name, content]) => ({
      key: utf8(name),
      value: json(content),
    }));
    return [
      message("Start", {
        id: Buffer.alloc(24, 7),
        debugId: "inv_1benchbenchbenchbenchbenchben",
        knownEntries: 1 + journal.length,
        stateMap,
        key,
        ...(version >= 6 && { randomSeed: 42n }),
      }),
      message("InputCommand", { value: { content: json(input) } }),
      ...journal,
    ];
  }

  function runReply(index: number, id = index + 1): Uint8Array[] {
    return [
      version >= 7
        ? message("ProposeRunCompletionAck", { completionId: id })
        : completion(index, id),
    ];
  }

  function runReplies(count: number, idOf = (index: number) => index + 1): Reply {
    const replies = new Map<number, Uint8Array[]>();
    for (let index = 0; index < count; index++) {
      replies.set(idOf(index), runReply(index, idOf(index)));
    }
    return (name, completionId) =>
      name === "ProposeRunCompletion" ? (replies.get(completionId()) ?? []) : [];
  }
}

/** Replays in bidirectional mode: a turn's bytes go out when the replies to the turns before have come in. */
function turns(
  opening: readonly Uint8Array[],
  steps: readonly { send: Uint8Array; reply: readonly Uint8Array[] }[],
): BenchCase["floor"] {
  let afterBytes = size(opening);
  return steps.map(({ send, reply }) => {
    const turn = { afterBytes, send };
    afterBytes += size(reply);
    return turn;
  });
}

function run(index: number, id = index + 1): Uint8Array {
  return concatBytes([runCommand(index, id), proposal(index, id)]);
}

function runCommand(index: number, id = index + 1): Uint8Array {
  return message("RunCommand", { resultCompletionId: id, name: "step" });
}

function proposal(index: number, id = index + 1): Uint8Array {
  return message("ProposeRunCompletion", {
    resultCompletionId: id,
    result: { case: "value", value: json(index) },
  });
}

function completion(index: number, id = index + 1): Uint8Array {
  return message("RunCompletion", {
    id: { case: "completionId", value: id },
    result: value(index),
  });
}

function call(index: number): Uint8Array {
  return message("CallCommand", {
    serviceName: "Callee",
    handlerName: "answer",
    parameter: json(index),
    invocationIdCompletionId: 2 * index + 1,
    resultCompletionId: 2 * index + 2,
  });
}

function callReply(index: number): Uint8Array[] {
  return [
    message("CallInvocationIdCompletion", {
      id: { case: "completionId", value: 2 * index + 1 },
      result: { case: "invocationId", value: "inv_1calleecalleecalleecalleecal" },
    }),
    message("CallCompletion", {
      id: { case: "completionId", value: 2 * index + 2 },
      result: value(`answer ${index}`),
    }),
  ];
}

function output(result: unknown): Uint8Array {
  return concatBytes([message("OutputCommand", { result: value(result) }), message("End", {})]);
}

function message<TName extends MessageName>(
  name: TName,
  fields: MessageInitShape<SchemaOf<TName>>,
): Uint8Array {
  return encodeFrame(name, encodePayload(name, fields));
}

function value(content: unknown) {
  return { case: "value", value: { content: json(content) } } as const;
}

function json(content: unknown): Uint8Array {
  return utf8(JSON.stringify(content));
}

function utf8(text: string): Uint8Array {
  return Buffer.from(text);
}

function size(messages: readonly Uint8Array[]): number {
  return messages.reduce((total, { length }) => total + length, 0);
}

function effortFor(
  entries: number,
  table: Record<number, [warmup: number, invocations: number, rounds: number]>,
): Effort {
  const [warmup, invocations, rounds] = table[entries] ?? [5, 5, 3];
  return { warmup, invocations, rounds };
}
