/** A machine in a test: messages in, messages out. */
import { FrameDecoder } from "../protocol/frame-decoder.js";
import type { Message, StartMessage } from "../protocol/messages.js";
import { decodeMessage, ServerOutput } from "../protocol/server/codec.js";
import type { ProtocolVersion } from "../protocol/version.js";
import { InvocationMachine, type MachineOptions } from "./machine.js";
import { input, start } from "./messages.fixture.js";
import type { Outcome } from "./outcome.js";

export interface MachineSetup extends Partial<Pick<MachineOptions, "version" | "comparePayloads">> {
  readonly onJournalMismatch?: "retry" | "pause" | "fail";
  readonly start?: Partial<StartMessage>;
  /** The recorded journal behind the input. */
  readonly journal?: readonly Message[];
}

export class TestMachine {
  readonly machine: InvocationMachine;
  /** The outcomes reported; more than one would be a mistake. */
  readonly outcomes: Outcome[] = [];
  readonly version: ProtocolVersion;
  private readonly decoder = new FrameDecoder();

  constructor({
    version = 7,
    comparePayloads = true,
    onJournalMismatch = "retry",
  }: MachineSetup = {}) {
    this.version = version;
    this.machine = new InvocationMachine({
      version,
      comparePayloads,
      handler: { options: { onJournalMismatchErrors: onJournalMismatch } },
      onClosed: (outcome) => this.outcomes.push(outcome),
    });
  }

  feed(...messages: readonly Message[]): void {
    const bytes = encode(this.version, messages);
    if (bytes !== undefined) this.machine.feed(bytes);
  }

  /** What was written since the last call. */
  sent(): Message[] {
    const bytes = this.machine.takeOutput();
    if (bytes === undefined) return [];
    this.decoder.push(bytes);
    const messages: Message[] = [];
    for (let frame = this.decoder.next(); frame !== undefined; frame = this.decoder.next()) {
      messages.push(decodeMessage(frame.name, frame));
    }
    return messages;
  }

  /** The Error message that ended the attempt. */
  error(): Extract<Message, { type: "Error" }> {
    const last = this.sent().at(-1);
    if (last?.type === "Error") return last;
    throw new Error(`Expected an error, but got ${JSON.stringify(last)}`);
  }
}

/** A machine that has received Start, input and journal. */
export function runningMachine(setup: MachineSetup = {}): TestMachine {
  const test = new TestMachine(setup);
  const journal = [input("Ada"), ...(setup.journal ?? [])];
  test.feed(start({ knownEntries: journal.length, ...setup.start }), ...journal);
  return test;
}

export function encode(
  version: ProtocolVersion,
  messages: readonly Message[],
): Uint8Array | undefined {
  const buffer = new ServerOutput();
  for (const message of messages) buffer.append(message, version);
  return buffer.take();
}
