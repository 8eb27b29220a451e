/** One attempt between a world and the SDK: bytes in any pieces, in any phase, until it ends or is cut off. */
import { serde, type JournalValueCodec } from "@restatedev/restate-sdk-core";
import type { HooksProvider } from "../../../packages/restate-sdk/src/api/hooks.js";
import { Attempt } from "../../../packages/restate-sdk/src/endpoint/attempt.js";
import type { CatalogHandler } from "../../../packages/restate-sdk/src/endpoint/service-catalog.js";
import type { AttemptOutput } from "../../../packages/restate-sdk/src/endpoint/types.js";
import { TerminalError } from "../../../packages/restate-sdk/src/errors/terminal-error.js";
import type { InvocationMachine } from "../../../packages/restate-sdk/src/machine/machine.js";
import { RestatePromise } from "../../../packages/restate-sdk/src/futures/restate-promise.js";
import { parseAwakeableId } from "../../../packages/restate-sdk/src/protocol/awakeable-id.js";
import { FrameDecoder } from "../../../packages/restate-sdk/src/protocol/frame-decoder.js";
import {
  isCommandName,
  type MessageName,
} from "../../../packages/restate-sdk/src/protocol/message-types.js";
import type {
  CommandMessage,
  FutureTree,
  Message,
  NotificationMessage,
  StateEntry,
} from "../../../packages/restate-sdk/src/protocol/messages.js";
import { decodeMessage } from "../../../packages/restate-sdk/src/protocol/server/codec.js";
import { keyOf } from "./await-set.js";
import type { Effects } from "./effects.js";
import type { RunMode } from "./program.js";
import { wait } from "./phases.js";
import type { Rng } from "./rng.js";
import type { CompiledProgram, ProgramContext, ProgramHost } from "./user-code.js";
import type { World } from "./world.js";

export type AttemptEnding =
  | { readonly kind: "completed" }
  | { readonly kind: "suspended"; readonly awaitingOn: FutureTree }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "crashed" };

/** Which state the server sends along: all, always the same part, or whatever it likes each time. */
export type StateMode = "full" | "partial" | "changing";

export interface AttemptSetup {
  readonly world: World;
  readonly program: CompiledProgram;
  readonly effects: Effects;
  readonly rng: Rng;
  readonly isCodecAsync: boolean;
  readonly stateMode: StateMode;
  /** Whether an interceptor stands around the handler. */
  readonly hasHooks: boolean;
  /** Whether the transport may push back and answer in the middle of a write. */
  readonly isWild: boolean;
}

export class AttemptRun implements AttemptOutput, ProgramHost {
  readonly trace: string[] = [];
  private traceAtEnd: number | undefined;
  readonly lateEvents: string[] = [];
  /** What was already under way when the attempt ended may run to its next await. */
  lateEventsAllowed = Number.MAX_SAFE_INTEGER;
  ending: AttemptEnding | undefined;
  violation: string | undefined;
  isPaused = false;
  isInputClosed = false;
  /** Changes whenever anything happens. */
  activity = 0;

  private readonly attempt: Attempt;
  private readonly decoder = new FrameDecoder();
  private input: Uint8Array[] = [];
  private output: Uint8Array[] = [];
  private isLive = true;
  private hasEnded = false;
  private executing = 0;
  /** Journal entries from here on were never sent to this attempt. */
  private unseenFrom: number;
  private readonly executed = new Map<string, { isAborted: boolean }>();
  private readonly answersAtOnce: boolean;

  constructor(private readonly setup: AttemptSetup) {
    const { world, rng, isWild } = setup;
    this.answersAtOnce = isWild && rng.chance(0.15);
    this.unseenFrom = world.entries.length;
    this.input.push(world.encode(this.startMessage()));
    for (const { bytes } of world.entries) this.input.push(bytes);
    this.attempt = new Attempt(
      {
        version: world.options.version,
        handler: this.handler(),
        request: { url: "/invoke/Service/handler", headers: {}, extraArgs: [] },
        endpoint: {
          codec: setup.isCodecAsync ? slowCodec(rng.fork()) : undefined,
          logger: () => {},
        },
      },
      this,
    );
  }

  /** What user code passed until its handler was over. How far it gets with what it left behind is nobody's business. */
  get traceOfHandler(): readonly string[] {
    return this.trace.slice(0, this.traceAtEnd);
  }

  // --- what the schedule does

  get hasInput(): boolean {
    return this.input.length > 0;
  }

  get hasOutput(): boolean {
    return this.output.length > 0;
  }

  /** Hands over the next bytes of the request, in one piece. */
  deliver(byteCount: number): void {
    const chunk = take(this.input, byteCount);
    if (chunk.length === 0) return;
    this.activity++;
    this.attempt.onData(chunk);
  }

  /** Lets the server see the next bytes of the response. */
  collect(byteCount: number): void {
    const chunk = take(this.output, byteCount);
    if (chunk.length === 0 || this.ending !== undefined) return;
    this.activity++;
    this.decoder.push(chunk);
    for (let frame = this.decoder.next(); frame !== undefined; frame = this.decoder.next()) {
      this.accept(frame.name, decodeMessage(frame.name, frame));
    }
  }

  /** A journaled notification travels to the attempt, unless its input is closed. */
  notify(message: NotificationMessage): void {
    this.send(message);
  }

  closeInput(): void {
    this.deliver(Number.MAX_SAFE_INTEGER);
    this.isInputClosed = true;
    this.unseenFrom = this.setup.world.entries.length;
    this.activity++;
    this.attempt.onInputEnd();
  }

  drain(): void {
    this.isPaused = false;
    this.activity++;
    this.attempt.onDrain();
  }

  crash(): void {
    this.over({ kind: "crashed" });
    this.attempt.onAbort(new Error("cut off"));
  }

  /** Whether a notification lies there that could be delivered, although nothing is under way. */
  get isStalled(): boolean {
    const { machine } = this.attempt as unknown as { readonly machine: InvocationMachine };
    const head = machine.notifications.peek();
    if (head === undefined) return false;
    const isCancel = head.id.kind === "signal" && head.id.idx === 1;
    return !isCancel || this.setup.program.program.explicitCancellation;
  }

  /** The journaled notifications that this attempt never got to see. */
  unseen(): Map<string, boolean> {
    const arrived = new Map<string, boolean>();
    for (const entry of this.setup.world.entries.slice(this.unseenFrom)) {
      if (entry.kind === "command") continue;
      arrived.set(keyOf(entry.message.id), entry.message.result.kind !== "failure");
    }
    return arrived;
  }

  // --- AttemptOutput

  write(chunk: Uint8Array): boolean {
    if (this.hasEnded) this.onViolation("Bytes after the end of the response");
    this.activity++;
    this.output.push(chunk);
    if (this.answersAtOnce) this.answer();
    if (!this.setup.isWild || this.setup.rng.chance(0.95)) return true;
    this.isPaused = true;
    return false;
  }

  /** What is wrong with a message must not surface in the SDK that has just written it. */
  private answer(): void {
    try {
      this.collect(Number.MAX_SAFE_INTEGER);
      this.deliver(Number.MAX_SAFE_INTEGER);
    } catch (error) {
      this.onViolation(String(error));
    }
  }

  end(): void {
    if (this.hasEnded) this.onViolation("The response was ended twice");
    this.hasEnded = true;
    this.isLive = false;
    this.activity++;
  }

  // --- ProgramHost

  onTrace(event: string): void {
    this.activity++;
    if (this.isLive) this.trace.push(event);
    else this.lateEvents.push(event);
  }

  onViolation(message: string): void {
    this.violation ??= message;
  }

  onAwakeable(id: string): void {
    const parsed = parseAwakeableId(id);
    if (parsed !== undefined) this.setup.world.addAwakeable(parsed.signalIndex);
  }

  execute(name: string, mode: RunMode, signal: AbortSignal | undefined): unknown {
    this.activity++;
    const { world, effects } = this.setup;
    const completionId = world.runNames.get(name);
    if (completionId !== undefined && world.completed.has(completionId)) {
      this.onViolation(`The recorded run ${name} was executed again`);
    }
    if (!this.isLive) this.onViolation(`The run ${name} was executed after its attempt`);
    const previous = this.executed.get(name);
    if (previous?.isAborted === false) this.onViolation(`The run ${name} was executed twice`);
    const execution = { isAborted: false };
    this.executed.set(name, execution);
    signal?.addEventListener("abort", () => {
      execution.isAborted = true;
    });
    return this.counted(() => effects.execute(mode, signal));
  }

  // --- internals

  private startMessage(): Message {
    const { world, rng } = this.setup;
    const all = world.stateEntries();
    const { stateMode } = this.setup;
    const isPartial = stateMode === "changing" ? rng.chance(0.5) : stateMode === "partial";
    // An attempt that crashed before the server saw its eager read may read lazily when it is tried again.
    const isGiven = ({ key }: StateEntry) =>
      stateMode === "changing" ? rng.chance(0.5) : new TextDecoder().decode(key) !== "k2";
    return {
      type: "Start",
      id: new TextEncoder().encode("invocation-under-test"),
      debugId: "inv_test",
      knownEntries: world.entries.length,
      stateMap: isPartial ? all.filter(isGiven) : all,
      partialState: isPartial,
      key: "key",
      retryCountSinceLastStoredEntry: 0,
      durationSinceLastStoredEntry: 0,
      randomSeed: 42n,
      scope: undefined,
      limitKey: undefined,
      idempotencyKey: undefined,
    };
  }

  private handler(): CatalogHandler {
    const { program } = this.setup;
    return {
      serviceName: "Service",
      name: "handler",
      kind: "workflow",
      declared: {},
      input: serde.json,
      output: serde.json,
      options: {
        hooks: this.hooks(),
        defaultSerde: serde.json,
        asTerminalError,
        explicitCancellation: program.program.explicitCancellation,
        onJournalMismatchErrors: "retry",
      },
      invoke: async (context) => {
        try {
          return await program.run(context as ProgramContext, RestatePromise, this);
        } finally {
          this.traceAtEnd = this.trace.length;
        }
      },
    };
  }

  /** Interceptors may take their time before the handler starts and when it is over. */
  private hooks(): HooksProvider[] {
    const { rng, hasHooks } = this.setup;
    if (!hasHooks) return [];
    const handler = async (next: () => Promise<void>) => {
      for (let i = rng.below(4); i > 0; i--) await wait(rng);
      await next();
      for (let i = rng.below(4); i > 0; i--) await wait(rng);
    };
    return [() => ({ interceptor: { handler } })];
  }

  private accept(name: MessageName, message: Message): void {
    const { world } = this.setup;
    if (isCommandName(name)) {
      world.appendCommand(message as CommandMessage);
      return;
    }
    switch (message.type) {
      case "ProposeRunCompletion": {
        const notification = world.appendProposal(message);
        this.send(
          world.options.version >= 7
            ? { type: "ProposeRunCompletionAck", completionId: message.resultCompletionId }
            : notification,
        );
        break;
      }
      case "AwaitingOn":
        break;
      case "End":
        if (world.output === undefined) this.onViolation("End without an output");
        this.over({ kind: "completed" });
        break;
      case "Suspension":
        if (!this.isInputClosed) this.onViolation("Suspended although the input is open");
        if (this.executing > 0) this.onViolation("Suspended while a run was executing");
        this.lateEventsAllowed = 0;
        this.over({ kind: "suspended", awaitingOn: message.awaitingOn });
        break;
      case "Error":
        this.over({ kind: "failed", message: message.message });
        break;
      default:
        this.onViolation(`Unexpected ${message.type}`);
    }
  }

  /** Knows when a closure ends before the SDK does. */
  private counted(action: () => unknown): unknown {
    this.executing++;
    const ended = () => {
      this.executing--;
    };
    let result: unknown;
    try {
      result = action();
    } catch (error) {
      ended();
      throw error;
    }
    if (result instanceof Promise) result.then(ended, ended);
    else ended();
    return result;
  }

  private send(message: Message): void {
    if (this.isInputClosed || this.ending !== undefined) return;
    this.input.push(this.setup.world.encode(message));
  }

  private over(ending: AttemptEnding): void {
    this.isLive = false;
    this.ending = ending;
    // A later turn of the event loop: what was under way has come to rest by then.
    setImmediate(() =>
      setImmediate(() => {
        this.lateEventsAllowed = Math.min(this.lateEventsAllowed, this.lateEvents.length);
      }),
    );
  }
}

/** What native and durable `any` reject with is not terminal; programs fail with it all the same. */
export function asTerminalError(error: unknown): TerminalError | undefined {
  if (!(error instanceof AggregateError)) return undefined;
  return new TerminalError(error.message, { errorCode: 400 });
}

/** Removes up to so many bytes from the front. */
function take(queue: Uint8Array[], byteCount: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let missing = byteCount;
  while (missing > 0) {
    const first = queue.shift();
    if (first === undefined) break;
    if (first.length > missing) queue.unshift(first.subarray(missing));
    parts.push(first.subarray(0, missing));
    missing -= Math.min(missing, first.length);
  }
  return Buffer.concat(parts);
}

const MASK = 0x5a;

export function maskBytes(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => byte ^ MASK);
}

/** Decodes after a random delay in a random phase. */
function slowCodec(rng: Rng): JournalValueCodec {
  return {
    encode: maskBytes,
    decode: async (bytes) => {
      switch (rng.weighted({ none: 2, microtasks: 4, tick: 1, turn: 3 })) {
        case "none":
          break;
        case "microtasks":
          for (let i = rng.between(1, 12); i > 0; i--) await Promise.resolve();
          break;
        case "tick":
          await new Promise<void>((resolve) => {
            process.nextTick(resolve);
          });
          break;
        case "turn":
          for (let i = rng.between(1, 3); i > 0; i--) {
            await new Promise<void>((resolve) => {
              setImmediate(resolve);
            });
          }
      }
      return maskBytes(bytes);
    },
  };
}
