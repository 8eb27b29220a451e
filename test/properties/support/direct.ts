/** One attempt fed by hand: a handler, a journal, and what the attempt sends. */
import { serde, type JournalValueCodec } from "@restatedev/restate-sdk-core";
import { Attempt } from "../../../packages/restate-sdk/src/endpoint/attempt.js";
import type { HandlerContext } from "../../../packages/restate-sdk/src/context/handler-context.js";
import { FrameDecoder } from "../../../packages/restate-sdk/src/protocol/frame-decoder.js";
import type {
  Message,
  NotificationResult,
} from "../../../packages/restate-sdk/src/protocol/messages.js";
import {
  decodeMessage,
  ServerOutput,
} from "../../../packages/restate-sdk/src/protocol/server/codec.js";
import type { ProtocolVersion } from "../../../packages/restate-sdk/src/protocol/version.js";
import { turn } from "./phases.js";

export interface DirectOptions {
  readonly version?: ProtocolVersion;
  readonly handler: (ctx: HandlerContext) => Promise<unknown>;
  /** Recorded entries after the input. */
  readonly journal?: readonly Message[];
  readonly codec?: JournalValueCodec;
  readonly explicitCancellation?: boolean;
  /** Called for every message, in the middle of the write. */
  readonly onMessage?: (message: Message) => void;
}

export class DirectAttempt {
  readonly sent: Message[] = [];
  hasEnded = false;
  private readonly attempt: Attempt;
  private readonly decoder = new FrameDecoder();
  private readonly version: ProtocolVersion;

  constructor(private readonly options: DirectOptions) {
    this.version = options.version ?? 6;
    this.attempt = new Attempt(
      {
        version: this.version,
        request: { url: "/invoke/Service/handler", headers: {}, extraArgs: [] },
        endpoint: { codec: options.codec, logger: () => {} },
        handler: {
          serviceName: "Service",
          name: "handler",
          kind: "workflow",
          declared: {},
          input: serde.json,
          output: serde.json,
          options: {
            hooks: [],
            defaultSerde: serde.json,
            asTerminalError: undefined,
            explicitCancellation: options.explicitCancellation ?? false,
            onJournalMismatchErrors: "retry",
          },
          invoke: async (context) => options.handler(context as HandlerContext),
        },
      },
      {
        write: (chunk) => {
          this.receive(chunk);
          return true;
        },
        end: () => {
          this.hasEnded = true;
        },
      },
    );
  }

  /** Sends the start and the journal, in one piece. */
  start(): this {
    const journal = this.options.journal ?? [];
    this.feed(startMessage(journal.length + 1), INPUT, ...journal);
    return this;
  }

  /** One data event. */
  feed(...messages: readonly Message[]): void {
    const buffer = new ServerOutput();
    for (const message of messages) buffer.append(message, this.version);
    const chunk = buffer.take();
    if (chunk !== undefined) this.attempt.onData(chunk);
  }

  closeInput(): void {
    this.attempt.onInputEnd();
  }

  abort(): void {
    this.attempt.onAbort(new Error("cut off"));
  }

  /** Lets everything happen that needs nothing from outside. */
  async settle(): Promise<this> {
    for (let i = 0; i < 6; i++) await turn();
    return this;
  }

  /** The messages of one type. */
  sentOf<TType extends Message["type"]>(type: TType): Extract<Message, { type: TType }>[] {
    return this.sent.filter(
      (message): message is Extract<Message, { type: TType }> => message.type === type,
    );
  }

  /** The handler's result. */
  get output(): unknown {
    const [message] = this.sentOf("OutputCommand");
    if (message === undefined) return undefined;
    const { result } = message;
    if (result.kind === "failure") return result.failure.message;
    return JSON.parse(new TextDecoder().decode(result.value)) as unknown;
  }

  private receive(chunk: Uint8Array): void {
    this.decoder.push(chunk);
    for (let frame = this.decoder.next(); frame !== undefined; frame = this.decoder.next()) {
      const message: Message = decodeMessage(frame.name, frame);
      this.sent.push(message);
      this.options.onMessage?.(message);
    }
  }
}

const INPUT: Message = {
  type: "InputCommand",
  headers: [],
  value: new TextEncoder().encode("0"),
  name: "",
};

function startMessage(knownEntries: number): Message {
  return {
    type: "Start",
    id: new TextEncoder().encode("invocation-under-test"),
    debugId: "inv_test",
    knownEntries,
    stateMap: [],
    partialState: false,
    key: "key",
    retryCountSinceLastStoredEntry: 0,
    durationSinceLastStoredEntry: 0,
    randomSeed: 42n,
    scope: undefined,
    limitKey: undefined,
    idempotencyKey: undefined,
  };
}

export function slept(completionId: number): Message {
  return {
    type: "SleepCompletionNotification",
    id: { kind: "completion", id: completionId },
    result: { kind: "void" },
  };
}

export function sleepCommand(resultCompletionId: number, name = ""): Message {
  return { type: "SleepCommand", wakeUpTime: 0, resultCompletionId, name };
}

export function signalled(name: string, value: unknown): Message {
  return { type: "SignalNotification", id: { kind: "namedSignal", name }, result: json(value) };
}

export function awakened(idx: number, value: unknown): Message {
  return { type: "SignalNotification", id: { kind: "signal", idx }, result: json(value) };
}

export const CANCEL: Message = {
  type: "SignalNotification",
  id: { kind: "signal", idx: 1 },
  result: { kind: "void" },
};

export function json(value: unknown): NotificationResult {
  return { kind: "value", value: new TextEncoder().encode(JSON.stringify(value)) };
}
