/** Plays the Restate server for one attempt, in this process and frame by frame. */
import { serde, type JournalValueCodec } from "@restatedev/restate-sdk-core";
import type { LoggerTransport, LogMetadata } from "../api/logger.js";
import type { HandlerContext } from "../context/handler-context.js";
import { input, start } from "../machine/messages.fixture.js";
import { FrameDecoder } from "../protocol/frame-decoder.js";
import type { InputCommandMessage, Message, StartMessage } from "../protocol/messages.js";
import { decodeMessage, ServerOutput } from "../protocol/server/codec.js";
import type { ProtocolVersion } from "../protocol/version.js";
import { Attempt } from "./attempt.js";
import type { CatalogHandler, ExecutionOptions } from "./service-catalog.js";
import type { AttemptOutput, EndpointRequest } from "./types.js";

export type TestHandler = (ctx: HandlerContext, input: unknown) => unknown;

export interface AttemptSetup {
  readonly version?: ProtocolVersion;
  readonly kind?: CatalogHandler["kind"];
  readonly start?: Partial<StartMessage>;
  /** The recorded journal behind the input. */
  readonly journal?: readonly Message[];
  readonly input?: InputCommandMessage;
  readonly options?: Partial<ExecutionOptions>;
  readonly codec?: JournalValueCodec | Promise<JournalValueCodec>;
  readonly request?: Partial<EndpointRequest>;
  /** What the server answers to a message; nothing by default. */
  readonly respond?: (message: Message) => readonly Message[];
  /** Half-closes the request behind the journal, as in request-response mode. */
  readonly closeInput?: boolean;
}

export interface LogLine {
  readonly source: LogMetadata["source"];
  readonly level: LogMetadata["level"];
  readonly replaying: boolean;
  readonly text: string;
  readonly line: readonly unknown[];
}

/** Starts an attempt of `Greeter/greet` with the handler. */
export function startAttempt(handler: TestHandler, setup: AttemptSetup = {}): DrivenAttempt {
  return new DrivenAttempt(handler, setup);
}

/** Runs an attempt until nothing happens any more, and gives what it sent. */
export async function runAttempt(
  handler: TestHandler,
  setup: AttemptSetup = {},
): Promise<readonly Message[]> {
  const attempt = startAttempt(handler, setup);
  await attempt.rest();
  return attempt.sent;
}

export class DrivenAttempt implements AttemptOutput {
  readonly sent: Message[] = [];
  readonly logs: LogLine[] = [];
  isEnded = false;
  /** What the transport says to a write; false is back-pressure. */
  hasRoom = true;

  readonly attempt: Attempt;
  readonly version: ProtocolVersion;
  private readonly decoder = new FrameDecoder();

  constructor(
    handler: TestHandler,
    private readonly setup: AttemptSetup,
  ) {
    this.version = setup.version ?? 6;
    this.attempt = new Attempt(
      {
        version: this.version,
        handler: catalogHandler(handler, setup),
        request: { url: "/invoke/Greeter/greet", headers: {}, extraArgs: [], ...setup.request },
        endpoint: { codec: setup.codec, logger: this.log },
      },
      this,
    );
    const journal = [setup.input ?? input("Ada"), ...(setup.journal ?? [])];
    this.feed(start({ knownEntries: journal.length, ...setup.start }), ...journal);
    if (setup.closeInput === true) this.attempt.onInputEnd();
  }

  /** Sends messages in one chunk. */
  feed(...messages: readonly Message[]): void {
    const buffer = new ServerOutput();
    for (const message of messages) buffer.append(message, this.version);
    const bytes = buffer.take();
    if (bytes !== undefined) this.attempt.onData(bytes);
  }

  closeInput(): void {
    this.attempt.onInputEnd();
  }

  /** Waits until the attempt does nothing more of its own accord. */
  async rest(): Promise<void> {
    for (let quiet = 0, seen = this.sent.length; quiet < 12; quiet++) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (this.sent.length !== seen) quiet = 0;
      seen = this.sent.length;
    }
  }

  /** The last message, which ends the attempt once it has ended. */
  get last(): Message | undefined {
    return this.sent.at(-1);
  }

  /** The handler's result, if the invocation is over. */
  get output(): unknown {
    const output = this.sent.find((message) => message.type === "OutputCommand");
    if (output?.type !== "OutputCommand" || this.last?.type !== "End") return undefined;
    const { result } = output;
    return result.kind === "value" ? json.deserialize(result.value) : result.failure;
  }

  // --- AttemptOutput

  write(chunk: Uint8Array): boolean {
    if (this.isEnded) throw new Error("A write after the end");
    this.decoder.push(chunk);
    for (let frame = this.decoder.next(); frame !== undefined; frame = this.decoder.next()) {
      const message = decodeMessage(frame.name, frame);
      this.sent.push(message);
      const replies = this.setup.respond?.(message) ?? [];
      if (replies.length > 0) setImmediate(() => this.feed(...replies));
    }
    return this.hasRoom;
  }

  end(): void {
    if (this.isEnded) throw new Error("A second end");
    this.isEnded = true;
  }

  private readonly log: LoggerTransport = ({ source, level, replaying }, ...line) => {
    this.logs.push({ source, level, replaying, line, text: line.map(String).join(" ") });
  };
}

const json = serde.json as CatalogHandler["input"];

function catalogHandler(handler: TestHandler, setup: AttemptSetup): CatalogHandler {
  return {
    serviceName: "Greeter",
    name: "greet",
    kind: setup.kind ?? "exclusive",
    options: {
      hooks: [],
      defaultSerde: json,
      asTerminalError: undefined,
      explicitCancellation: false,
      onJournalMismatchErrors: "retry",
      ...setup.options,
    },
    declared: {},
    input: json,
    output: json,
    invoke: async (context, bytes) => handler(context as HandlerContext, json.deserialize(bytes)),
  };
}
