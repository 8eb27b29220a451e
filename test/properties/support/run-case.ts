/** One random case: a program, a schedule, and everything that must hold for them. */
import { describeCommand, runOracle, type OracleResult } from "./oracle.js";
import { Effects } from "./effects.js";
import { generateProgram } from "./generate.js";
import {
  difference,
  expectPrefix,
  Invocation,
  Violation,
  type InvocationStats,
} from "./invocation.js";
import { maskBytes } from "./attempt-run.js";
import type { Program } from "./program.js";
import { Rng } from "./rng.js";
import { compileProgram, type CompiledProgram } from "./user-code.js";
import { World } from "./world.js";

export interface CaseOptions {
  readonly seed: number;
  /** About how many statements the program has. */
  readonly size?: number;
  /** Decodes values through an asynchronous journal value codec with random delays. */
  readonly isCodecAsync?: boolean;
  /** Instead of a generated one. */
  readonly program?: Program;
}

/** Small programs find most and explain it best; large ones find the rest. */
const SIZES = [3, 5, 8, 8, 12, 20];

/** A failed case explains itself: what failed, under which program, in which journal. */
export class FailedCase extends Error {
  /** The same for cases that fail in the same way. */
  readonly kind: string;

  constructor(
    readonly options: CaseOptions,
    readonly program: Program,
    details: { readonly cause: unknown; readonly source: string; readonly journal: string },
  ) {
    const { cause, source, journal } = details;
    const reason = cause instanceof Violation ? cause.message : (cause as Error).stack;
    super(
      `${String(reason)}\n--- seed ${String(options.seed)}\n${source}\n--- journal\n${journal}`,
      { cause },
    );
    const [firstLine = ""] = this.message.split("\n", 1);
    this.kind = firstLine.replace(/\d+/g, "#").slice(0, 40);
  }
}

export async function runCase(options: CaseOptions): Promise<InvocationStats> {
  const rng = new Rng(options.seed);
  const isCodecAsync = options.isCodecAsync ?? false;
  const explicitCancellation = rng.chance(0.25);
  const size = options.size ?? rng.pick(SIZES);
  const generated = generateProgram(rng.fork(), { size, explicitCancellation });
  const program = compileProgram(options.program ?? generated);
  const world = new World({
    version: rng.pick([5, 6, 7]),
    seed: rng.below(0x7fffffff),
    encodeValue: isCodecAsync ? maskBytes : (bytes) => bytes,
    explicitCancellation: program.program.explicitCancellation,
    whims: rng.below(4),
    cancels: rng.chance(0.4) ? rng.between(1, 2) : 0,
  });
  const stateMode = isCodecAsync ? "full" : rng.weighted({ full: 4, partial: 3, changing: 2 });
  const invocation = new Invocation({
    world,
    program,
    effects: new Effects(rng.fork()),
    rng: rng.fork(),
    requestResponse: rng.chance(0.35),
    isCodecAsync,
    stateMode,
    hasHooks: rng.chance(0.3),
  });
  try {
    await invocation.run();
    if (!isCodecAsync) await compareWithOracle(program, world, invocation);
    if (stateMode === "full") await compareWithUninterrupted(world, invocation);
    return invocation.stats;
  } catch (cause) {
    throw new FailedCase(options, program.program, {
      cause,
      source: program.source,
      journal: describeJournal(world),
    });
  }
}

/** One attempt that is given all notifications at once, but no commands, must issue the same ones. */
async function compareWithUninterrupted(world: World, invocation: Invocation): Promise<void> {
  const uninterrupted = world.withoutCommands();
  const run = await invocation.replay(uninterrupted);
  if (run.ending?.kind !== "completed") {
    throw new Violation(`Uninterrupted, it ended as ${JSON.stringify(run.ending)}`);
  }
  const trace = run.traceOfHandler;
  if (trace.join("\n") !== invocation.traceOfHandler.join("\n")) {
    throw new Violation(
      `Uninterrupted, it went another way: ${difference(trace, invocation.traceOfHandler)}`,
    );
  }
  const [expected, commands] = [uninterrupted, world].map(describeCommands);
  if (expected?.join("\n") !== commands?.join("\n")) {
    throw new Violation(
      `Other commands than uninterrupted: ${difference(expected ?? [], commands ?? [])}`,
    );
  }
}

async function compareWithOracle(
  program: CompiledProgram,
  world: World,
  invocation: Invocation,
): Promise<void> {
  const { entries, initialState } = world;
  const oracle = await runOracle({ program, entries, initialState });
  const { traces, setup } = invocation;
  if (setup.stateMode !== "changing") for (const trace of traces) expectPrefix(oracle.trace, trace);
  const last = traces.at(-1) ?? [];
  expectPrefix(oracle.trace, last);
  if (last.length < oracle.traceAtEnd) {
    throw new Violation(`The last attempt lacks events: ${difference(oracle.trace, last)}`);
  }
  expectSameCommands(oracle, world);
}

/** Between the handler's return and its output, branches that are still under way may issue some more. */
function expectSameCommands(oracle: OracleResult, world: World): void {
  const commands = describeCommands(world);
  const output = commands.pop();
  const expected = oracle.commands.slice(0, Math.max(oracle.commandsAtEnd, commands.length));
  if (commands.join("\n") !== expected.join("\n")) {
    throw new Violation(`Other commands than the oracle's: ${difference(expected, commands)}`);
  }
  if (output !== oracle.output) {
    throw new Violation(`Ended with ${String(output)}, but the oracle with ${oracle.output}`);
  }
  if (commands.length > oracle.commandsAtEnd) return;
  const state = [...world.state].map(([key, value]) => `${key}=${new TextDecoder().decode(value)}`);
  const expectedState = [...oracle.state].map(([key, value]) => `${key}=${value}`);
  if (
    oracle.commands.length === oracle.commandsAtEnd &&
    state.sort().join() !== expectedState.sort().join()
  ) {
    throw new Violation(`State ${state.join()} instead of ${expectedState.join()}`);
  }
}

function describeCommands({ entries }: World): string[] {
  return entries.flatMap((entry) =>
    entry.kind === "command" ? describeCommand(entry.message) : [],
  );
}

function describeJournal(world: World): string {
  const lines = world.entries.map((entry) => {
    if (entry.kind === "command") {
      const { message } = entry;
      const id =
        "resultCompletionId" in message ? ` -> c${String(message.resultCompletionId)}` : "";
      return `${describeCommand(message)}${id}`;
    }
    const { id, result } = entry.message;
    return `    ${JSON.stringify(id)} ${result.kind}`;
  });
  return `V${String(world.options.version)}\n${lines.join("\n")}`;
}
