/** The recorded commands of an invocation, the position of this attempt in them, and the ids it hands out. */
import type { Frame } from "../protocol/frame-decoder.js";
import type { CommandName } from "../protocol/message-types.js";
import type { CommandMessage } from "../protocol/messages.js";
import type { RelatedCommand } from "./outcome.js";
import { Fifo } from "../util/fifo.js";
import { FIRST_AWAKEABLE_SIGNAL } from "./signals.js";

export class Journal {
  readonly #recorded = new Fifo<Frame>();
  #nextCompletion = 1;
  #nextSignal = FIRST_AWAKEABLE_SIGNAL;
  #isSealed = false;
  #last: RelatedCommand = { index: -1, type: "InputCommand", name: "" };

  /** Adds a command of an earlier attempt, while the journal is being received. */
  record(frame: Frame): void {
    this.#recorded.push(frame);
  }

  /** Whether commands of earlier attempts are still to be replayed. */
  get isReplaying(): boolean {
    return this.#recorded.first !== undefined;
  }

  /** The recorded command that the next executed one must equal. */
  peekRecorded(): Frame | undefined {
    return this.#recorded.first;
  }

  /** Moves past the recorded command and lets go of its bytes. */
  takeRecorded(): void {
    this.#recorded.shift();
  }

  /** Counts a command, replayed or new, and remembers it for error reports. */
  advance({ type, name }: Pick<CommandMessage, "type" | "name">): void {
    this.#last = this.nextCommand(type, name);
  }

  /** The handler has returned or thrown: its output is the next command, what it left behind must not get in between. */
  seal(): void {
    this.#isSealed = true;
  }

  refuses({ type }: Pick<CommandMessage, "type">): boolean {
    return this.#isSealed && type !== "OutputCommand";
  }

  newCompletion(): number {
    return this.#nextCompletion++;
  }

  newSignal(): number {
    return this.#nextSignal++;
  }

  /** The command executed last, for error reports. The first is the input, with index 0. */
  get lastCommand(): RelatedCommand {
    return this.#last;
  }

  /** A command that was about to be executed, for error reports. */
  nextCommand(type: CommandName, name: string): RelatedCommand {
    return { index: this.#last.index + 1, type, name };
  }
}
