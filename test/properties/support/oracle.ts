/** An uninterrupted run of a program against a list of notifications, without the SDK: what must come out. */
import type { RestatePromiseConstructor } from "../../../packages/restate-sdk/src/api/promise.js";
import {
  CancelledError,
  TerminalError,
} from "../../../packages/restate-sdk/src/errors/terminal-error.js";
import type {
  CommandMessage,
  NotificationMessage,
  NotificationResult,
  ValueOrFailure,
} from "../../../packages/restate-sdk/src/protocol/messages.js";
import { asTerminalError } from "./attempt-run.js";
import {
  Leaf,
  OracleRestatePromise,
  type Item,
  type Outcome,
  type Scheduler,
} from "./oracle-futures.js";
import { turn } from "./phases.js";
import type { CallRequest, CompiledProgram, ProgramContext, ProgramHost } from "./user-code.js";
import type { Entry } from "./world.js";

export interface OracleResult {
  /** What user code passed, and how much of it before the handler's own end. */
  readonly trace: readonly string[];
  readonly traceAtEnd: number;
  readonly commands: readonly string[];
  readonly commandsAtEnd: number;
  readonly output: string;
  readonly state: ReadonlyMap<string, string>;
}

export interface OracleInput {
  readonly program: CompiledProgram;
  readonly entries: readonly Entry[];
  readonly initialState: ReadonlyMap<string, Uint8Array>;
}

export async function runOracle(input: OracleInput): Promise<OracleResult> {
  const context = new OracleContext(input);
  let end: { output: string; trace: number; commands: number } | undefined;
  const trace: string[] = [];
  const host: ProgramHost = {
    onTrace: (event) => trace.push(event),
    onViolation: () => {},
    onAwakeable: () => {},
    execute: () => {
      throw new Error("The oracle executes no runs");
    },
  };
  const finish = (output: string) => {
    end = { output, trace: trace.length, commands: context.commands.length };
  };
  const combinators = OracleRestatePromise as unknown as RestatePromiseConstructor;
  const isEnded = () => end !== undefined;
  input.program.run(context as unknown as ProgramContext, combinators, host).then(
    (value) => {
      finish(`value ${JSON.stringify(value)}`);
    },
    (error: unknown) => {
      finish(describeFailure(asTerminalError(error) ?? error));
    },
  );
  await turn();
  for (const notification of context.notifications) {
    if (isEnded()) break;
    if (context.deliver(notification)) await turn();
  }
  if (end === undefined) throw new Error("The oracle's handler does not end");
  return {
    trace,
    traceAtEnd: end.trace,
    commands: context.commands,
    commandsAtEnd: end.commands,
    output: end.output,
    state: context.state,
  };
}

function describeFailure(error: unknown): string {
  if (!(error instanceof TerminalError)) return `unexpected ${String(error)}`;
  return `failure ${String(error.code)} ${error.message}`;
}

/** A command as the oracle would write it. */
export function describeCommand(command: CommandMessage): string {
  switch (command.type) {
    case "SleepCommand":
      return `sleep ${command.name}`;
    case "RunCommand":
      return `run ${command.name}`;
    case "CallCommand":
      return `call ${command.name} ${text(command.parameter)}`;
    case "OneWayCallCommand":
      return `send ${command.name} ${text(command.parameter)}`;
    case "AttachInvocationCommand":
      return `attach ${command.target.kind === "invocationId" ? command.target.invocationId : "?"}`;
    case "GetEagerStateCommand":
    case "GetLazyStateCommand":
      return `get ${text(command.key)}`;
    case "GetEagerStateKeysCommand":
    case "GetLazyStateKeysCommand":
      return "keys";
    case "SetStateCommand":
      return `set ${text(command.key)} ${text(command.value)}`;
    case "ClearStateCommand":
      return `clear ${text(command.key)}`;
    case "ClearAllStateCommand":
      return "clearAll";
    case "GetPromiseCommand":
      return `promise get ${command.key}`;
    case "PeekPromiseCommand":
      return `promise peek ${command.key}`;
    case "CompletePromiseCommand":
      return `promise complete ${command.key} ${describeResult(command.completion)}`;
    case "SendSignalCommand":
      return `cancel ${command.targetInvocationId}`;
    case "OutputCommand":
      return describeResult(command.result);
    default:
      return command.type;
  }
}

function describeResult(result: ValueOrFailure): string {
  if (result.kind === "value") return `value ${text(result.value)}`;
  return `failure ${String(result.failure.code)} ${result.failure.message}`;
}

const decoder = new TextDecoder();

function text(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

class OracleContext {
  readonly commands: string[] = [];
  readonly state = new Map<string, string>();
  readonly notifications: readonly NotificationMessage[];
  private readonly scheduler: Scheduler = {
    awaiting: new Set(),
    startTimer: () => this.sleep(1, ""),
  };
  private readonly recorded: readonly CommandMessage[];
  private readonly explicitCancellation: boolean;
  private nextCompletion = 1;
  private nextSignal = 17;
  private readonly leaves = new Map<string, Leaf>();
  private readonly mailboxes = new Map<string, Mailbox>();
  private readonly earlySignals = new Map<string, Outcome>();
  /** State that does not exist reads as null. */
  private readonly reads = new Set<Leaf>();
  private callIds: Leaf[] = [];
  private pendingCancellation: Signal | undefined;

  constructor({ program, entries, initialState }: OracleInput) {
    this.explicitCancellation = program.program.explicitCancellation;
    for (const [key, value] of initialState) this.state.set(key, text(value));
    this.recorded = entries.flatMap((entry) => (entry.kind === "command" ? entry.message : []));
    this.notifications = entries.flatMap((entry) =>
      entry.kind === "notification" ? entry.message : [],
    );
    this.commands.push("InputCommand");
  }

  // --- operations

  sleep(_millis: number, name: string): Item {
    return this.command(`sleep ${name}`);
  }

  run(name: string): Item {
    return this.command(`run ${name}`);
  }

  genericCall(request: CallRequest): Item {
    const id = this.leaf();
    this.callIds.push(id);
    const result = this.command(`call ${request.name} ${JSON.stringify(request.parameter)}`);
    return Object.assign(result, { invocationId: id });
  }

  genericSend(request: CallRequest) {
    const id = this.command(`send ${request.name} ${JSON.stringify(request.parameter)}`);
    return { invocationId: id };
  }

  attach(id: string): Item {
    return this.command(`attach ${id}`);
  }

  awakeable() {
    const promise = new Leaf(this.scheduler);
    promise.hops = 2;
    const key = `signal ${String(this.nextSignal++)}`;
    const early = this.earlySignals.get(key);
    if (early === undefined) this.leaves.set(key, promise);
    else promise.receive(early);
    return { id: "", promise };
  }

  promise(name: string) {
    return {
      get: () => this.command(`promise get ${name}`),
      peek: () => Object.assign(this.command(`promise peek ${name}`), { hops: 2 }),
      resolve: (value: unknown) =>
        this.command(`promise complete ${name} value ${JSON.stringify(value)}`),
      reject: (message: string) => this.command(`promise complete ${name} failure 500 ${message}`),
    };
  }

  signal(name: string): Item {
    return new Signal(this.scheduler, this.mailbox(name));
  }

  get(key: string): Item {
    const value = this.state.get(key);
    const isPlain = value === undefined;
    const outcome = { ok: true, value: isPlain ? null : parse(value), isPlain } as const;
    return this.read(`get ${key}`, outcome);
  }

  stateKeys(): Item {
    return this.read("keys", {
      ok: true,
      value: [...this.state.keys()].sort(),
      isPlain: true,
    });
  }

  set(key: string, value: unknown): void {
    this.commands.push(`set ${key} ${JSON.stringify(value)}`);
    this.state.set(key, JSON.stringify(value));
  }

  clear(key: string): void {
    this.commands.push(`clear ${key}`);
    this.state.delete(key);
  }

  clearAll(): void {
    this.commands.push("clearAll");
    this.state.clear();
  }

  cancellation(): Item {
    if (this.pendingCancellation === undefined || this.pendingCancellation.isTaken) {
      this.pendingCancellation = new Signal(this.scheduler, this.mailbox("(cancel)"));
    }
    return this.pendingCancellation;
  }

  cancelPreviousCalls(): Item {
    return OracleRestatePromise.all(this.callIds.splice(0)).map((ids) => {
      for (const id of ids as string[]) this.commands.push(`cancel ${id}`);
      return ids;
    });
  }

  // --- notifications

  /** True if user code may have noticed. */
  deliver(notification: NotificationMessage): boolean {
    const { id } = notification;
    const outcome = toOutcome(notification.result);
    if (id.kind === "signal" && id.idx === 1) {
      if (!this.explicitCancellation) return this.cancel();
      return this.mailbox("(cancel)").receive(outcome);
    }
    if (id.kind === "namedSignal") return this.mailbox(id.name).receive(outcome);
    const key = id.kind === "signal" ? `signal ${String(id.idx)}` : `completion ${String(id.id)}`;
    const leaf = this.leaves.get(key);
    if (leaf === undefined) {
      // Ids of awakeables are known before the attempt that handed them out has left a trace in the journal.
      if (id.kind === "completion") throw new Error(`The oracle has not issued ${key} yet`);
      this.earlySignals.set(key, outcome);
      return false;
    }
    const isNothing = notification.result.kind === "void" && this.reads.has(leaf);
    return leaf.receive(isNothing ? { ok: true, value: null, isPlain: true } : outcome);
  }

  private cancel(): boolean {
    const awaited = [...this.scheduler.awaiting];
    if (awaited.length === 0) throw new Error("The oracle is cancelled while it awaits nothing");
    for (const call of this.callIds.splice(0)) this.commands.push(`cancel ${this.lookUpId(call)}`);
    this.scheduler.awaiting.clear();
    const reason = new CancelledError();
    for (const item of awaited) item.cancel(reason);
    return true;
  }

  private lookUpId(call: Leaf): string {
    for (const { id, result } of this.notifications) {
      if (id.kind !== "completion" || result.kind !== "invocationId") continue;
      if (this.leaves.get(`completion ${String(id.id)}`) === call) return result.invocationId;
    }
    throw new Error("The oracle cancels a call whose id is not journaled");
  }

  // --- internals

  private leaf(): Leaf {
    const leaf = new Leaf(this.scheduler);
    this.leaves.set(`completion ${String(this.nextCompletion++)}`, leaf);
    return leaf;
  }

  private command(description: string): Leaf {
    const leaf = this.leaf();
    this.commands.push(description);
    return leaf;
  }

  /** Reads are answered from what the attempt was given along, or by a completion: the journal says which. */
  private read(description: string, outcome: Outcome): Item {
    const recorded = this.recorded[this.commands.length];
    const leaf = this.command(description);
    this.reads.add(leaf);
    leaf.hops = 2;
    if (recorded?.type.startsWith("GetEager") === true) leaf.receive(outcome);
    return leaf;
  }

  private mailbox(name: string): Mailbox {
    let mailbox = this.mailboxes.get(name);
    if (mailbox === undefined) this.mailboxes.set(name, (mailbox = new Mailbox()));
    return mailbox;
  }
}

function parse(json: string): unknown {
  return JSON.parse(json);
}

/** A signal goes to whoever has been waiting longest, or else to the next who waits. */
class Mailbox {
  private readonly kept: Outcome[] = [];
  readonly waiting: Signal[] = [];

  /** True if user code may notice. */
  receive(outcome: Outcome): boolean {
    const index = this.waiting.findIndex((signal) => signal.isAwaited);
    const [signal] = index < 0 ? [] : this.waiting.splice(index, 1);
    if (signal === undefined) this.kept.push(outcome);
    return signal?.receive(outcome) ?? false;
  }

  /** What is kept for a signal that has not got one yet. */
  take(signal: Signal): Outcome | undefined {
    const index = this.waiting.indexOf(signal);
    if (index >= 0 && this.kept.length > 0) this.waiting.splice(index, 1);
    return index < 0 ? undefined : this.kept.shift();
  }
}

class Signal extends Leaf {
  override hops = 2;

  constructor(
    scheduler: Scheduler,
    private readonly mailbox: Mailbox,
  ) {
    super(scheduler);
    mailbox.waiting.push(this);
  }

  override take(): void {
    const kept = this.mailbox.take(this);
    if (kept !== undefined) this.receive(kept);
    super.take();
  }
}

function toOutcome(result: NotificationResult): Outcome {
  switch (result.kind) {
    case "void":
      return { ok: true, value: undefined, isPlain: true };
    case "value":
      return { ok: true, value: parse(text(result.value)), isPlain: false };
    case "failure":
      return {
        ok: false,
        reason: new TerminalError(result.failure.message, { errorCode: result.failure.code }),
        isPlain: false,
      };
    case "invocationId":
      return { ok: true, value: result.invocationId, isPlain: true };
    case "stateKeys":
      return { ok: true, value: result.keys, isPlain: true };
  }
}
