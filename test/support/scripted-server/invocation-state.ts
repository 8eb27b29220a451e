/** What the server knows about one invocation across its attempts. */
import { createHash } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { StartSchema } from "../protocol/gen/restate-protocol_pb.js";
import { describeEntry } from "./describe.js";
import { encodePayload } from "./frames.js";
import {
  Journal,
  notificationKey,
  type NotificationEntry,
  type NotificationKey,
} from "./journal.js";
import type { CommandName } from "./message-types.js";
import { PendingPool } from "./pending-pool.js";
import type { Schedule, Script, ScriptedCommand } from "./script.js";
import { World, type Consequence } from "./world.js";

export type ProtocolVersion = 5 | 6 | 7;

/** Whether Start carries all state, none of it, or every other key. */
export type StateMode = "eager" | "lazy" | "partial";

export interface InvocationSpec {
  readonly target: { readonly service: string; readonly handler: string; readonly key?: string };
  readonly version: ProtocolVersion;
  readonly input?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly script?: Script;
  readonly schedule?: Schedule;
  readonly stateMode?: StateMode;
  /** Determines the invocation's id and its random seed. */
  readonly identity?: string;
  readonly idempotencyKey?: string;
  readonly scope?: string;
  readonly limitKey?: string;
}

export class InvocationState {
  readonly journal = new Journal();
  readonly world: World;
  readonly pool: PendingPool;
  readonly id: Uint8Array;
  readonly debugId: string;
  readonly randomSeed: bigint;
  attempts = 0;
  retriesSinceProgress = 0;

  constructor(readonly spec: InvocationSpec) {
    const hash = createHash("sha256")
      .update(spec.identity ?? "invocation")
      .digest();
    this.id = hash.subarray(0, 24);
    this.debugId = `inv_1${hash.toString("hex").slice(0, 32)}`;
    this.randomSeed = hash.readBigUInt64BE(24);
    this.world = new World(spec.script ?? {}, this);
    this.pool = new PendingPool(spec.schedule ?? { seed: 0, timing: "now" });
    const headers = Object.entries(spec.headers ?? {}).map(([key, value]) => ({ key, value }));
    const value = { content: spec.input ?? new Uint8Array() };
    const input = encodePayload("InputCommand", { headers, value });
    for (const entry of this.journalCommand("InputCommand", input)) {
      this.journal.appendNotification(entry);
    }
  }

  get version(): ProtocolVersion {
    return this.spec.version;
  }

  get hasOutput(): boolean {
    return this.journal.entries.some((entry) => entry.type === "OutputCommand");
  }

  /** Journals a command and returns the notifications that follow it at once; the others wait in the pool. */
  journalCommand(type: CommandName, payload: Uint8Array): NotificationEntry[] {
    if (this.hasOutput) throw this.problem(`${type} after the output`);
    const entry = this.journal.appendCommand(type, payload);
    this.retriesSinceProgress = 0;
    const { commands } = this.journal;
    const ordinal = commands.filter((other) => other.type === type).length - 1;
    const command: ScriptedCommand = { ...entry, index: commands.length - 1, ordinal };
    return this.immediate([...this.world.apply(command), ...this.world.signalsAt(commands.length)]);
  }

  startMessage(): MessageInitShape<typeof StartSchema> {
    const { spec, version } = this;
    const { idempotencyKey, scope, limitKey } = spec;
    return {
      id: this.id,
      debugId: this.debugId,
      knownEntries: this.journal.entries.length,
      ...this.stateMap(),
      key: spec.target.key ?? "",
      retryCountSinceLastStoredEntry: this.retriesSinceProgress,
      durationSinceLastStoredEntry: BigInt(this.retriesSinceProgress * 100),
      ...(version >= 6 && { randomSeed: this.randomSeed }),
      ...(version >= 7 && idempotencyKey !== undefined && { idempotencyKey }),
      ...(version >= 7 && scope !== undefined && { scope }),
      ...(version >= 7 && limitKey !== undefined && { limitKey }),
    };
  }

  /** An error that carries the journal, so that a failed test explains itself. */
  problem(what: string): Error {
    const lines = this.journal.entries.map((entry, index) => `  ${index} ${describeEntry(entry)}`);
    const { service, handler } = this.spec.target;
    return new Error(
      `${what}\n${service}/${handler} V${this.version}, journal:\n${lines.join("\n")}`,
    );
  }

  private immediate(consequences: readonly Consequence[]): NotificationEntry[] {
    const now: NotificationEntry[] = [];
    const isKnown = (key: NotificationKey) =>
      this.journal.notification(key) !== undefined ||
      now.some(({ message }) => notificationKey(message) === key);
    for (const consequence of consequences) {
      if (this.pool.isImmediate(consequence, isKnown)) now.push(consequence.notification);
      else this.pool.add(consequence);
    }
    return now;
  }

  private stateMap(): Pick<MessageInitShape<typeof StartSchema>, "stateMap" | "partialState"> {
    const mode = this.spec.stateMode ?? "eager";
    const entries = [...this.world.state].map(([key, value]) => ({ key: Buffer.from(key), value }));
    if (mode === "eager") return { stateMap: entries, partialState: false };
    if (mode === "lazy") return { stateMap: [], partialState: true };
    return { stateMap: entries.filter((_, index) => index % 2 === 0), partialState: true };
  }
}
