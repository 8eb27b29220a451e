/** The other side of the protocol: one invocation's journal, its state, and what may complete next. */
import type {
  CommandMessage,
  Message,
  NotificationMessage,
  NotificationResult,
  ProposeRunCompletionMessage,
  StateEntry,
} from "../../../packages/restate-sdk/src/protocol/messages.js";
import type { NotificationName } from "../../../packages/restate-sdk/src/protocol/message-types.js";
import { ServerOutput } from "../../../packages/restate-sdk/src/protocol/server/codec.js";
import type { ProtocolVersion } from "../../../packages/restate-sdk/src/protocol/version.js";
import { keyOf, type NotificationKey } from "./await-set.js";
import { SIGNAL_NAMES, STATE_KEYS } from "./generate.js";
import { Rng } from "./rng.js";

export type Entry =
  | { readonly kind: "command"; readonly message: CommandMessage; readonly bytes: Uint8Array }
  | {
      readonly kind: "notification";
      readonly message: NotificationMessage;
      readonly bytes: Uint8Array;
    };

/** A notification that may be journaled next. */
export interface Candidate {
  readonly key: NotificationKey;
  /** Sent by somebody out there on a whim; the others follow from commands. */
  readonly isWhim: boolean;
  readonly draw: Draw;
}

type Draw =
  | { readonly kind: "fixed"; readonly type: NotificationName; readonly result: NotificationResult }
  | { readonly kind: "value"; readonly type: NotificationName }
  | { readonly kind: "promise"; readonly name: string }
  | { readonly kind: "cancel" };

interface Pending extends Candidate {
  readonly completionId: number;
  /** Must be in the journal first. */
  readonly after: NotificationKey | undefined;
}

export interface WorldOptions {
  readonly version: ProtocolVersion;
  readonly seed: number;
  readonly encodeValue: (bytes: Uint8Array) => Uint8Array;
  readonly explicitCancellation: boolean;
  /** How often signals that nobody asked for are sent. */
  readonly whims: number;
  readonly cancels: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const VOID: NotificationResult = { kind: "void" };

export class World {
  readonly entries: Entry[] = [];
  /** The completions that are journaled, by completion id. */
  readonly completed = new Set<number>();
  readonly state = new Map<string, Uint8Array>();
  readonly runNames = new Map<string, number>();
  readonly initialState: ReadonlyMap<string, Uint8Array>;
  output: CommandMessage | undefined;

  private rng: Rng;
  private pending: Pending[] = [];
  private readonly promises = new Map<string, NotificationResult>();
  private readonly awakeables = new Set<number>();
  private whims: number;
  private cancels: number;

  constructor(readonly options: WorldOptions) {
    this.rng = new Rng(options.seed);
    this.whims = options.whims;
    this.cancels = options.cancels;
    for (const key of STATE_KEYS) if (this.rng.chance(0.5)) this.state.set(key, this.drawValue());
    this.initialState = new Map(this.state);
    this.appendCommand({ type: "InputCommand", headers: [], value: this.drawValue(), name: "" });
  }

  /** The same invocation, to try out how it would go on. */
  fork(): World {
    const copy = Object.create(World.prototype) as World;
    Object.assign(copy, this, {
      entries: [...this.entries],
      completed: new Set(this.completed),
      state: new Map(this.state),
      runNames: new Map(this.runNames),
      rng: this.rng.fork(),
      pending: [...this.pending],
      promises: new Map(this.promises),
      awakeables: new Set(this.awakeables),
    });
    return copy;
  }

  /** The same notifications, but none of the commands: an attempt on it issues them all anew. */
  withoutCommands(): World {
    const copy = this.fork();
    const isKept = (entry: Entry, index: number) => index === 0 || entry.kind === "notification";
    Object.assign(copy, {
      entries: this.entries.filter(isKept),
      state: new Map(this.initialState),
      pending: [],
      output: undefined,
    });
    return copy;
  }

  // --- what attempts send

  appendCommand(message: CommandMessage): void {
    if (this.output !== undefined) throw new Error(`${message.type} after the output`);
    this.entries.push({ kind: "command", message, bytes: this.encode(message) });
    this.apply(message);
  }

  /** Journals the result of a run; returns its notification. */
  appendProposal(proposal: ProposeRunCompletionMessage): NotificationMessage {
    return this.append({
      type: "RunCompletionNotification",
      id: { kind: "completion", id: proposal.resultCompletionId },
      result: proposal.result,
    });
  }

  addAwakeable(idx: number): void {
    if (this.hasNotification(`s${String(idx)}`)) return;
    this.awakeables.add(idx);
  }

  // --- what may come next

  /** @param asked what the invocation says it waits for; signals for it are sent although nobody out there wants to */
  candidates(asked: readonly NotificationKey[] = []): Candidate[] {
    const result: Candidate[] = this.pending.filter(
      ({ after }) => after === undefined || this.hasNotification(after),
    );
    for (const idx of this.awakeables) result.push(signalCandidate(`s${String(idx)}`, false));
    for (const name of SIGNAL_NAMES) {
      const key = `n:${name}`;
      if (this.whims > 0 || asked.includes(key)) result.push(signalCandidate(key, true));
    }
    // Whoever waits for a cancellation explicitly gets one in the end; otherwise it must never be what helps.
    const isNeeded = this.options.explicitCancellation && result.length === 0;
    if (this.cancels > 0 || (isNeeded && asked.includes("s1"))) {
      result.push({ key: "s1", isWhim: true, draw: { kind: "cancel" } });
    }
    return result;
  }

  complete(candidate: Candidate): NotificationMessage {
    const { key, draw } = candidate;
    if (draw.kind === "cancel") this.cancels--;
    else if (candidate.isWhim) this.whims--;
    this.pending = this.pending.filter((other) => other !== candidate);
    const number = Number(key.slice(1));
    if (key.startsWith("n:")) {
      return this.append({
        type: "SignalNotification",
        id: { kind: "namedSignal", name: key.slice(2) },
        result: this.drawResult(),
      });
    }
    if (key.startsWith("s")) {
      this.awakeables.delete(number);
      return this.append({
        type: "SignalNotification",
        id: { kind: "signal", idx: number },
        result: draw.kind === "cancel" ? VOID : this.drawResult(),
      });
    }
    const id = { kind: "completion", id: number } as const;
    return this.append({ type: typeOf(draw), id, result: this.resultOf(draw) });
  }

  encode(message: Message): Uint8Array {
    const buffer = new ServerOutput();
    buffer.append(message, this.options.version);
    return buffer.take() ?? new Uint8Array(0);
  }

  stateEntries(): StateEntry[] {
    return [...this.state].map(([key, value]) => ({ key: encoder.encode(key), value }));
  }

  // --- internals

  private append(message: NotificationMessage): NotificationMessage {
    if (message.id.kind === "completion") {
      if (this.completed.has(message.id.id)) {
        throw new Error(`Completion ${String(message.id.id)} is journaled twice`);
      }
      this.completed.add(message.id.id);
    }
    this.entries.push({ kind: "notification", message, bytes: this.encode(message) });
    return message;
  }

  private hasNotification(key: NotificationKey): boolean {
    return this.entries.some(
      (entry) => entry.kind === "notification" && keyOf(entry.message.id) === key,
    );
  }

  private apply(message: CommandMessage): void {
    switch (message.type) {
      case "SleepCommand":
        this.await(message.resultCompletionId, fixed("SleepCompletionNotification", VOID));
        break;
      case "RunCommand":
        this.runNames.set(message.name, message.resultCompletionId);
        break;
      case "CallCommand":
        this.awaitInvocationId(message.invocationIdCompletionId);
        this.await(
          message.resultCompletionId,
          { kind: "value", type: "CallCompletionNotification" },
          `c${String(message.invocationIdCompletionId)}`,
        );
        break;
      case "OneWayCallCommand":
        this.awaitInvocationId(message.invocationIdCompletionId);
        break;
      case "AttachInvocationCommand":
        this.await(message.resultCompletionId, {
          kind: "value",
          type: "AttachInvocationCompletionNotification",
        });
        break;
      case "OutputCommand":
        this.output = message;
        break;
      default:
        this.applyState(message);
        this.applyPromise(message);
    }
  }

  private applyState(message: CommandMessage): void {
    switch (message.type) {
      case "GetLazyStateCommand": {
        const value = this.state.get(decoder.decode(message.key));
        const result = value === undefined ? VOID : ({ kind: "value", value } as const);
        this.await(message.resultCompletionId, fixed("GetLazyStateCompletionNotification", result));
        break;
      }
      case "GetLazyStateKeysCommand": {
        const result = { kind: "stateKeys", keys: [...this.state.keys()].sort() } as const;
        this.await(
          message.resultCompletionId,
          fixed("GetLazyStateKeysCompletionNotification", result),
        );
        break;
      }
      case "SetStateCommand":
        this.state.set(decoder.decode(message.key), message.value);
        break;
      case "ClearStateCommand":
        this.state.delete(decoder.decode(message.key));
        break;
      case "ClearAllStateCommand":
        this.state.clear();
        break;
      default:
    }
  }

  private applyPromise(message: CommandMessage): void {
    switch (message.type) {
      case "GetPromiseCommand":
        this.await(message.resultCompletionId, { kind: "promise", name: message.key });
        break;
      case "PeekPromiseCommand": {
        const result = this.promises.get(message.key) ?? VOID;
        this.await(message.resultCompletionId, fixed("PeekPromiseCompletionNotification", result));
        break;
      }
      case "CompletePromiseCommand": {
        const isFirst = !this.promises.has(message.key);
        if (isFirst) this.promises.set(message.key, message.completion);
        const result = isFirst ? VOID : failure(409, "already completed");
        this.await(
          message.resultCompletionId,
          fixed("CompletePromiseCompletionNotification", result),
        );
        break;
      }
      default:
    }
  }

  private awaitInvocationId(completionId: number): void {
    const invocationId = `inv_${String(completionId)}`;
    this.await(
      completionId,
      fixed("CallInvocationIdCompletionNotification", { kind: "invocationId", invocationId }),
    );
  }

  private await(completionId: number, draw: Draw, after?: NotificationKey): void {
    const key = `c${String(completionId)}`;
    this.pending.push({ key, completionId, draw, after, isWhim: false });
  }

  private resultOf(draw: Draw): NotificationResult {
    switch (draw.kind) {
      case "fixed":
        return draw.result;
      case "value":
        return this.drawResult();
      case "cancel":
        return VOID;
      case "promise": {
        const result = this.promises.get(draw.name) ?? this.drawResult();
        this.promises.set(draw.name, result);
        return result;
      }
    }
  }

  private drawResult(): NotificationResult {
    if (this.rng.chance(0.25)) return failure(this.rng.between(500, 599), "no");
    return { kind: "value", value: this.drawValue() };
  }

  private drawValue(): Uint8Array {
    return this.options.encodeValue(encoder.encode(String(this.rng.below(100))));
  }
}

function signalCandidate(key: NotificationKey, isWhim: boolean): Candidate {
  return { key, isWhim, draw: { kind: "value", type: "SignalNotification" } };
}

function fixed(type: NotificationName, result: NotificationResult): Draw {
  return { kind: "fixed", type, result };
}

function typeOf(draw: Draw): NotificationName {
  if (draw.kind === "promise") return "GetPromiseCompletionNotification";
  return draw.kind === "cancel" ? "SignalNotification" : draw.type;
}

function failure(code: number, message: string): NotificationResult {
  return { kind: "failure", failure: { code, message, metadata: [] } };
}
