/** One attempt of the code at hand with a recorded journal: how far it comes, without executing anything new. */
import {
  decodeFrame,
  encodeFrame,
  FrameDecoder,
  frameOf,
  isCommand,
  type CommandMessage,
  type ErrorMessage,
  type FutureTree,
  type ProtocolVersion,
  type ValueOrFailure,
} from "../codec.js";
import type { AttemptChannel, ConnectionFailure, Deployment } from "../runtime/connection.js";
import { knownTo } from "../runtime/start-message.js";
import type { DecodedJournal } from "./decode-journal.js";

export interface AttemptOptions {
  readonly version: ProtocolVersion;
  readonly randomSeed: bigint;
  /** How long user code may be at work on something of its own. */
  readonly timeoutMs: number;
}

export interface ReplayedAttempt {
  readonly end: ReplayEnd;
  /** What it asked for that is not in the journal. Nothing of it was done. */
  readonly newCommands: readonly CommandMessage[];
}

export type ReplayEnd =
  | { readonly kind: "suspended"; readonly awaiting: FutureTree }
  /** The action of a run would be executed next. */
  | { readonly kind: "run"; readonly name: string }
  | { readonly kind: "completed"; readonly result: ValueOrFailure | undefined }
  | { readonly kind: "failed"; readonly failure: ErrorMessage }
  /** The endpoint did not start an attempt. */
  | { readonly kind: "refused"; readonly failure: ConnectionFailure }
  /** User code waits for something that is not Restate's. */
  | { readonly kind: "stuck" };

export function replayAttempt(
  deployment: Deployment,
  journal: DecodedJournal,
  options: AttemptOptions,
): Promise<ReplayedAttempt> {
  return new Promise((resolve) => {
    new Replay({ deployment, journal, options, done: resolve }).start();
  });
}

interface Setup {
  readonly deployment: Deployment;
  readonly journal: DecodedJournal;
  readonly options: AttemptOptions;
  readonly done: (attempt: ReplayedAttempt) => void;
}

class Replay {
  readonly #setup: Setup;
  readonly #decoder = new FrameDecoder();
  readonly #newCommands: CommandMessage[] = [];
  #channel: AttemptChannel | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(setup: Setup) {
    this.#setup = setup;
  }

  start(): void {
    const { deployment, journal, options } = this.#setup;
    const { service, handler } = journal.target;
    this.#timer = setTimeout(() => this.#giveUp({ kind: "stuck" }), options.timeoutMs);
    const host = {
      now: () => journal.lastEntryAt,
      executeRun: ({ name }: { readonly name: string }) => {
        // Commands that were issued before are still to be written.
        setTimeout(() => this.#giveUp({ kind: "run", name }), 0);
        return new Promise(() => undefined);
      },
    };
    this.#channel = deployment.open(
      { service, handler, version: options.version, headers: {}, host },
      {
        onData: (chunk) => this.#receive(chunk),
        onEnd: () => this.#end({ kind: "refused", failure: CUT_SHORT }),
        onFailure: (failure) => this.#end({ kind: "refused", failure }),
      },
    );
    this.#channel.send(this.#start());
    for (const { type, payload } of journal.entries) this.#channel.send(frameOf(type, payload));
    // Whatever the code waits for then, nothing will come: it suspends.
    this.#channel.closeInput();
  }

  #start(): Uint8Array {
    const { journal, options } = this.#setup;
    const { invocationId, rawId, target, scope, limitKey, idempotencyKey } = journal;
    const { version, randomSeed } = options;
    return encodeFrame(
      {
        type: "Start",
        id: rawId,
        debugId: invocationId,
        knownEntries: journal.entries.length,
        // State that was read is in the journal, and what is read behind it is not known here.
        stateMap: [],
        partialState: target.key !== undefined,
        key: target.key ?? "",
        retryCountSinceLastStoredEntry: 0,
        durationSinceLastStoredEntry: 0,
        ...knownTo(version, { randomSeed, scope, limitKey, idempotencyKey }),
      },
      version,
    );
  }

  #receive(chunk: Uint8Array): void {
    this.#decoder.push(chunk);
    for (let frame = this.#decoder.next(); frame !== undefined; frame = this.#decoder.next()) {
      if (this.#isOver) return;
      const { message } = decodeFrame(frame);
      if (isCommand(message)) this.#newCommands.push(message);
      else if (message.type === "Suspension")
        this.#end({ kind: "suspended", awaiting: message.awaitingOn });
      else if (message.type === "Error") this.#end({ kind: "failed", failure: message });
      else if (message.type === "End") this.#end({ kind: "completed", result: this.#output() });
    }
  }

  #output(): ValueOrFailure | undefined {
    const output = [...this.#setup.journal.commands, ...this.#newCommands].findLast(
      ({ type }) => type === "OutputCommand",
    );
    return output?.type === "OutputCommand" ? output.result : undefined;
  }

  /** Leaves user code where it is. */
  #giveUp(end: ReplayEnd): void {
    if (this.#isOver) return;
    this.#end(end);
    this.#channel?.abort(new Error("The replay is over"));
  }

  #end(end: ReplayEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#setup.done({ end, newCommands: this.#newCommands });
  }
}

const CUT_SHORT = { code: 500, message: "The attempt ended without a closing message" };
