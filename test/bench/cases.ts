/** What is measured: for each case the bytes of both sides, and the answer that a right SDK gives. */
import { concatBytes } from "../support/scripted-server/frames.js";
import type { MessageName } from "../support/scripted-server/message-types.js";
import * as messages from "./messages.js";
import type { Version } from "./messages.js";

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
  /** Left out of quick runs when missing. */
  readonly quick?: Effort;
  readonly full: Effort;
  /** The cases of one series differ in size only; the growth of the cost is fitted to them. */
  readonly series?: { readonly name: SeriesName; readonly size: number };
}

export type SeriesName = "replay" | "live fan-out" | "replayed fan-out";

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

type CaseBody = Omit<BenchCase, "name">;

/** Built on demand: the long journals take a while. */
const CASES: Readonly<Record<string, (version: Version) => CaseBody>> = {
  echo: (version) => echo(version, "hello"),
  "10 sequential runs": (version) => sequentialRuns(version, 10),
  "10 x (get, run, set)": (version) => getRunSet(version, 10),
  "20 sequential calls": (version) => sequentialCalls(version, 20),
  "all over 100 runs": (version) => fanOut(version, 100),
  "all over 1,000 runs": (version) => fanOut(version, 1_000),
  "Promise.all over 100 branches": (version) => branches(version, 100),
  "1 MB echo": (version) => echo(version, "x".repeat(MEGABYTE)),
  "replay of 100 entries": (version) => replay(version, 100),
  "replay of 1,000 entries": (version) => replay(version, 1_000),
  "replay of 10,000 entries": (version) => replay(version, 10_000),
  "replay of 100,000 entries": (version) => replay(version, 100_000),
  "replayed all over 100 runs": (version) => replayedFanOut(version, 100),
  "replayed all over 1,000 runs": (version) => replayedFanOut(version, 1_000),
};

/** What waits in the measurement of memory: an invocation whose call is not answered yet. */
export const PARKING_CASE = "1 call";

/** What is measured over HTTP/2, in this order. */
export const CASE_NAMES: readonly string[] = Object.keys(CASES);

/** The cases that are measured in every version of the protocol. */
export const MAIN_CASE_NAMES: readonly string[] = CASE_NAMES.slice(0, 4);

export function caseNamed(name: string, version: Version): BenchCase {
  if (name === PARKING_CASE) return { name, ...sequentialCalls(version, 1) };
  const build = CASES[name];
  if (build === undefined) {
    throw new Error(`There is no case "${name}". Take of: ${CASE_NAMES.join(", ")}.`);
  }
  return { name, ...build(version) };
}

function echo(version: Version, text: string): CaseBody {
  const opening = messages.opening(version, { input: text });
  const large = text.length > 1_000;
  return {
    question: large
      ? "What does moving a large payload cost?"
      : "What does an invocation cost at all?",
    path: "/invoke/Bench/echo",
    opening,
    reply: none,
    expected: { output: text, frames: { OutputCommand: 1, End: 1 } },
    floor: atOnce(opening, text),
    concurrency: large ? 4 : 16,
    quick: large
      ? { warmup: 10, invocations: 12, rounds: 3 }
      : { warmup: 1_500, invocations: 300, rounds: 5 },
    full: large
      ? { warmup: 40, invocations: 40, rounds: 9 }
      : { warmup: 12_000, invocations: 1_500, rounds: 11 },
  };
}

function sequentialRuns(version: Version, count: number): CaseBody {
  const opening = messages.opening(version, { input: count });
  const result = range(count);
  const reply = runReplies(version, result, identifiedFrom(1));
  return {
    question: "What does a durable step cost?",
    path: "/invoke/Bench/runs",
    opening,
    reply: reply.toProposals,
    expected: {
      output: result,
      frames: { RunCommand: count, ProposeRunCompletion: count, OutputCommand: 1, End: 1 },
    },
    floor: turns(opening, [
      ...result.map((index) => ({
        send: messages.run(index + 1, index),
        reply: reply.all.slice(index, index + 1),
      })),
      { send: messages.output(result), reply: [] },
    ]),
    concurrency: 16,
    quick: { warmup: 400, invocations: 80, rounds: 5 },
    full: { warmup: 4_000, invocations: 500, rounds: 11 },
  };
}

function getRunSet(version: Version, count: number): CaseBody {
  const opening = messages.opening(version, { input: count, key: "k", state: { count: 5 } });
  // A read takes a completion id too, although its result is known.
  const runId = (index: number) => 2 * index + 2;
  const reply = runReplies(version, range(count), runId);
  const get = (index: number) => messages.getEagerState("count", 5 + index);
  const set = (index: number) => messages.setState("count", 6 + index);
  const round = (index: number) => concatBytes([get(index), messages.run(runId(index), index)]);
  const rounds = range(count).map((index) => ({
    send: index === 0 ? round(0) : concatBytes([set(index - 1), round(index)]),
    reply: reply.all.slice(index, index + 1),
  }));
  const last = concatBytes([set(count - 1), get(count), messages.output(5 + count)]);
  return {
    question: "What does a loop over eager state cost?",
    path: "/invoke/BenchObject/getRunSet",
    opening,
    reply: reply.toProposals,
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
    floor: turns(opening, [...rounds, { send: last, reply: [] }]),
    concurrency: 16,
    quick: { warmup: 400, invocations: 80, rounds: 5 },
    full: { warmup: 4_000, invocations: 500, rounds: 11 },
  };
}

function sequentialCalls(version: Version, count: number): CaseBody {
  const opening = messages.opening(version, { input: count });
  const indexes = range(count);
  const result = indexes.map((index) => `answer ${index}`);
  const replies = new Map(indexes.map((index) => [2 * index + 2, messages.callReply(index)]));
  return {
    question: "What does a call cost?",
    path: "/invoke/Bench/calls",
    opening,
    reply: (name, completionId) =>
      name === "CallCommand" ? (replies.get(completionId()) ?? []) : [],
    expected: { output: result, frames: { CallCommand: count, OutputCommand: 1, End: 1 } },
    floor: turns(opening, [
      ...indexes.map((index) => ({
        send: messages.call(index),
        reply: messages.callReply(index),
      })),
      { send: messages.output(result), reply: [] },
    ]),
    concurrency: 16,
    quick: { warmup: 200, invocations: 60, rounds: 5 },
    full: { warmup: 3_000, invocations: 300, rounds: 11 },
  };
}

function fanOut(version: Version, width: number): CaseBody {
  const opening = messages.opening(version, { input: width });
  const result = range(width);
  const reply = runReplies(version, result, identifiedFrom(1));
  const wide = width > 500;
  return {
    question: "How does a fan-out grow with its width?",
    path: "/invoke/Bench/fanOut",
    opening,
    reply: reply.toProposals,
    expected: {
      output: result,
      frames: { RunCommand: width, ProposeRunCompletion: width, OutputCommand: 1, End: 1 },
    },
    floor: turns(opening, [
      { send: runsAtOnce(result, identifiedFrom(1)), reply: reply.all },
      { send: messages.output(result), reply: [] },
    ]),
    concurrency: wide ? 1 : 4,
    quick: wide
      ? { warmup: 15, invocations: 8, rounds: 3, officialOnce: true }
      : { warmup: 120, invocations: 15, rounds: 4 },
    full: wide
      ? { warmup: 20, invocations: 15, rounds: 7, officialOnce: true }
      : { warmup: 200, invocations: 60, rounds: 11 },
    series: { name: "live fan-out", size: width },
  };
}

/** Ordinary JavaScript: async functions under Promise.all, each with two steps, one after the other. */
function branches(version: Version, width: number): CaseBody {
  const opening = messages.opening(version, { input: width });
  // All steps have the same result, so that it does not matter which branch gets which completion id.
  const results = range(2 * width).map(() => 1);
  const reply = runReplies(version, results, identifiedFrom(1));
  const result = range(width).map((index) => index + 2);
  const half = results.slice(width);
  return {
    question: "What does native concurrency cost, where replay has to keep its order?",
    path: "/invoke/Bench/branches",
    opening,
    reply: reply.toProposals,
    expected: {
      output: result,
      frames: {
        RunCommand: 2 * width,
        ProposeRunCompletion: 2 * width,
        OutputCommand: 1,
        End: 1,
      },
    },
    floor: turns(opening, [
      { send: runsAtOnce(half, identifiedFrom(1)), reply: reply.all.slice(0, width) },
      { send: runsAtOnce(half, identifiedFrom(1 + width)), reply: reply.all.slice(width) },
      { send: messages.output(result), reply: [] },
    ]),
    concurrency: 4,
    quick: { warmup: 30, invocations: 8, rounds: 3 },
    full: { warmup: 60, invocations: 30, rounds: 9 },
  };
}

function replay(version: Version, entries: number): CaseBody {
  const count = entries / 2;
  const result = range(count);
  const journal = result.flatMap((index) => [
    messages.runCommand(index + 1),
    messages.runCompletion(index + 1, index),
  ]);
  const opening = messages.opening(version, { input: count, journal });
  const quick = { 100: [150, 80, 5], 1_000: [30, 20, 5], 10_000: [6, 4, 3] } as EffortTable;
  const full = {
    100: [600, 400, 11],
    1_000: [100, 80, 11],
    10_000: [20, 12, 7],
    100_000: [3, 2, 5],
  } as EffortTable;
  return {
    question: "How does replay grow with the journal?",
    path: "/invoke/Bench/runs",
    opening,
    reply: none,
    expected: { output: result, frames: { OutputCommand: 1, End: 1 } },
    floor: atOnce(opening, result),
    concurrency: entries > 1_000 ? 1 : 4,
    ...efforts(quick[entries], full[entries]),
    series: { name: "replay", size: entries },
  };
}

function replayedFanOut(version: Version, width: number): CaseBody {
  const result = range(width);
  const journal = [
    ...result.map((index) => messages.runCommand(index + 1)),
    ...result.map((index) => messages.runCompletion(index + 1, index)),
  ];
  const opening = messages.opening(version, { input: width, journal });
  return {
    question: "How does the replay of a fan-out grow with its width?",
    path: "/invoke/Bench/fanOut",
    opening,
    reply: none,
    expected: { output: result, frames: { OutputCommand: 1, End: 1 } },
    floor: atOnce(opening, result),
    concurrency: width > 500 ? 1 : 4,
    ...(width > 500 ? efforts([15, 8, 3], [40, 30, 9]) : efforts([200, 25, 5], [400, 200, 9])),
    series: { name: "replayed fan-out", size: width },
  };
}

type Figures = readonly [warmup: number, invocations: number, rounds: number];
type EffortTable = Partial<Record<number, Figures>>;

function efforts(quick: Figures | undefined, full: Figures = [5, 5, 3]) {
  const effort = ([warmup, invocations, rounds]: Figures) => ({ warmup, invocations, rounds });
  return { ...(quick && { quick: effort(quick) }), full: effort(full) };
}

/** The replies to proposals, in the order of the runs. */
function runReplies(
  version: Version,
  results: readonly unknown[],
  idOf: (index: number) => number,
) {
  const all = results.map((result, index) => messages.runReply(version, idOf(index), result));
  const byId = new Map(all.map((reply, index) => [idOf(index), [reply]]));
  const toProposals: Reply = (name, completionId) =>
    name === "ProposeRunCompletion" ? (byId.get(completionId()) ?? []) : [];
  return { all, toProposals };
}

function identifiedFrom(first: number): (index: number) => number {
  return (index) => first + index;
}

function runsAtOnce(results: readonly unknown[], idOf: (index: number) => number): Uint8Array {
  return concatBytes([
    ...results.map((_, index) => messages.runCommand(idOf(index))),
    ...results.map((result, index) => messages.proposal(idOf(index), result)),
  ]);
}

/** The floor of a request-response exchange. */
function atOnce(opening: readonly Uint8Array[], result: unknown): BenchCase["floor"] {
  return [{ afterBytes: messages.size(opening), send: messages.output(result) }];
}

/** The floor in bidirectional mode: a turn's bytes go out when the replies to the turns before have come in. */
function turns(
  opening: readonly Uint8Array[],
  steps: readonly { send: Uint8Array; reply: readonly Uint8Array[] }[],
): BenchCase["floor"] {
  let afterBytes = messages.size(opening);
  return steps.map(({ send, reply }) => {
    const turn = { afterBytes, send };
    afterBytes += messages.size(reply);
    return turn;
  });
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
