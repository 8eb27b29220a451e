/** Runs a program in a scenario and reduces what happened to plain data that two SDKs can be compared by. */
import { plainBytes, plainMessage, type PlainValue } from "../support/scripted-server/describe.js";
import type { AttemptEnd } from "../support/scripted-server/attempt.js";
import { FutureTree_Combinator as Combinator } from "../support/protocol/gen/restate-protocol_pb.js";
import { describeAwaitPoint, type AwaitPoint } from "../support/scripted-server/future-tree.js";
import type { ProtocolVersion, StateMode } from "../support/scripted-server/invocation-state.js";
import { describeEntry } from "../support/scripted-server/describe.js";
import {
  runInvocation,
  type InvocationOutcome,
  type InvocationResult,
  type InvocationRun,
} from "../support/scripted-server/scripted-invocation.js";
import { jsonBytes } from "../support/scripted-server/world.js";
import type { Program, ProgramCase } from "./program.js";
import type { Scenario } from "./scenarios.js";
import type { SdkProcess } from "./sdk-process.js";

/** One program, one case, one protocol version, one way to get the state. */
export interface Subject {
  readonly program: Program;
  readonly programCase: ProgramCase;
  readonly version: ProtocolVersion;
  readonly stateMode: StateMode;
}

export interface Observation {
  readonly outcome: PlainValue;
  readonly commands: readonly PlainValue[];
  /** Notifications with their results, in journal order. */
  readonly notifications: readonly string[];
  readonly state: Readonly<Record<string, PlainValue>>;
  /** How each attempt ended. */
  readonly attempts: readonly PlainValue[];
  /** Whether run proposals ask for an ack: always, never or both. */
  readonly acks: readonly boolean[];
  /** What user code did outside, with the number of the attempt. Left out when a crash makes it a matter of luck. */
  readonly effects?: readonly string[];
  /** Set when the run itself failed: a violated protocol, a lost wake-up, a hang. */
  readonly problem?: string;
}

/** The processes that serve the attempts: the n-th attempt goes to `route(n)`. */
export interface Served {
  readonly route: (attempt: number) => SdkProcess;
  readonly processes: readonly SdkProcess[];
}

export async function observe(
  subject: Subject,
  scenario: Scenario,
  served: Served,
): Promise<Observation> {
  try {
    const result = await runInvocation(invocationRun(subject, scenario, served));
    const effects = await Promise.all(
      served.processes.map((process) => process.effectsOf(result.id)),
    );
    const observation = reduce(result, scenario.luckyEffects ? undefined : effects.flat());
    return subject.program.unorderedRuns ? withoutOrderOfRuns(observation) : observation;
  } catch (error) {
    return failedObservation(error instanceof Error ? error.message : String(error));
  }
}

/** How many commands and proposals a plain run sends: the number of places to crash at. */
export async function countEntries(subject: Subject, served: Served): Promise<number> {
  const scenario: Scenario = { name: "count", schedule: { seed: 0, timing: "now" } };
  const { attempts } = await runInvocation(invocationRun(subject, scenario, served));
  const control = new Set(["Suspension", "End", "Error", "AwaitingOn"]);
  return attempts[0]?.received.filter((name) => !control.has(name)).length ?? 0;
}

function invocationRun(
  { program, programCase, version, stateMode }: Subject,
  scenario: Scenario,
  { route }: Served,
): InvocationRun {
  const { key, headers, idempotencyKey, scope, limitKey, script } = programCase;
  return {
    transport: (attempt) => route(attempt).transport,
    target: { service: program.name, handler: "run", ...(key !== undefined && { key }) },
    version,
    stateMode,
    input: programCase.rawInput ?? jsonBytes(programCase.input),
    identity: [program.name, programCase.name, version, stateMode, scenario.name].join("/"),
    schedule: scenario.schedule,
    ...(script && { script }),
    ...(headers && { headers }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    ...(scope !== undefined && { scope }),
    ...(limitKey !== undefined && { limitKey }),
    ...(scenario.plan && { plan: scenario.plan }),
    ...(scenario.wakeUp && { wakeUp: scenario.wakeUp }),
  };
}

function reduce(result: InvocationResult, effects: readonly string[] | undefined): Observation {
  const { journal, outcome, attempts } = result;
  return {
    outcome: plainOutcome(outcome),
    commands: journal.commands
      .slice(1)
      .map((entry) => ({ type: entry.type, ...plainMessage(entry.message) })),
    notifications: journal.notifications.map(describeEntry),
    state: Object.fromEntries(
      [...result.state].sort().map(([key, value]) => [key, plainBytes(value)]),
    ),
    attempts: attempts.map(({ end }) => plainEnd(end)),
    acks: [...new Set(attempts.flatMap(({ requestedAcks }) => requestedAcks))].sort(),
    ...(effects && { effects }),
  };
}

/** Which of the open runs has a result when the attempt suspends is a matter of their order, too. */
function withoutOrderOfRuns(observation: Observation): Observation {
  const { notifications, effects, attempts } = observation;
  return {
    ...observation,
    notifications: [...notifications].sort(),
    attempts: attempts.map((end) => (isSuspension(end) ? "suspended" : end)),
    ...(effects && { effects: [...effects].sort() }),
  };
}

function isSuspension(end: PlainValue): boolean {
  return typeof end === "object" && end !== null && "suspended" in end;
}

function failedObservation(problem: string): Observation {
  const nothing = { commands: [], notifications: [], state: {}, attempts: [], acks: [] };
  return { outcome: null, ...nothing, problem };
}

function plainOutcome(outcome: InvocationOutcome): PlainValue {
  switch (outcome.kind) {
    case "output": {
      const { result } = outcome;
      if (result.case === undefined) return { output: "nothing" };
      return { [result.case]: plainMessage(result.value) };
    }
    case "stuck":
      return { stuck: describeAwaitPoint(withoutDetours(outcome.awaiting)) };
    case "paused":
    case "killed":
    case "exhausted":
      return { [outcome.kind]: plainEnd({ kind: "failed", error: outcome.error }) };
  }
}

/** A race with one runner is that runner. */
function withoutDetours(point: AwaitPoint): AwaitPoint {
  if (point.kind === "leaf") return point;
  const children = point.children.map(withoutDetours);
  const [only, ...others] = children;
  const isDetour = point.combinator === Combinator.FIRST_COMPLETED && others.length === 0;
  return isDetour && only?.kind === "node" ? only : { ...point, children };
}

function plainEnd(end: AttemptEnd): PlainValue {
  switch (end.kind) {
    case "suspended":
      return { suspended: describeAwaitPoint(withoutDetours(end.awaiting)) };
    case "failed": {
      const { stacktrace: _, ...error } = plainMessage(end.error);
      return { failed: error };
    }
    case "rejected":
      return { rejected: end.status };
    case "ended":
    case "cut":
    case "disconnected":
      return end.kind;
  }
}
