/** The server's side of the commands: state, durable promises, callees and signals, answered as the script says. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { NotificationSchema } from "../protocol/gen/restate-protocol_pb.js";
import {
  completionIds,
  createNotification,
  type CommandEntry,
  type NotificationEntry,
  type NotificationKey,
} from "./journal.js";
import type { CommandName, NotificationName } from "./message-types.js";
import type { Outcome, Script, ScriptedCommand, ScriptedSignal, When } from "./script.js";

/** A notification that a command or a signal brings about. */
export interface Consequence {
  readonly notification: NotificationEntry;
  /** Undefined: the schedule decides. */
  readonly when: When | undefined;
  /** The notification that has to be in the journal first. */
  readonly after?: NotificationKey;
}

type ResultFields = NotificationEntry["message"]["result"];

const COMPLETION_TYPE: Partial<Record<CommandName, NotificationName>> = {
  GetLazyStateCommand: "GetLazyStateCompletion",
  GetLazyStateKeysCommand: "GetLazyStateKeysCompletion",
  GetPromiseCommand: "GetPromiseCompletion",
  PeekPromiseCommand: "PeekPromiseCompletion",
  CompletePromiseCommand: "CompletePromiseCompletion",
  SleepCommand: "SleepCompletion",
  CallCommand: "CallCompletion",
  AttachInvocationCommand: "AttachInvocationCompletion",
  GetInvocationOutputCommand: "GetInvocationOutputCompletion",
};

const ALREADY_COMPLETED: Outcome = {
  failure: { code: 409, message: "promise was already completed" },
};

export class World {
  readonly state: Map<string, Uint8Array>;
  private readonly promises: Map<string, Outcome>;
  private readonly promiseReaders: { key: string; completionId: number }[] = [];

  constructor(
    private readonly script: Script,
    private readonly self: { readonly id: Uint8Array; readonly debugId: string },
  ) {
    this.state = new Map(
      Object.entries(script.state ?? {}).map(([key, value]) => [key, jsonBytes(value)]),
    );
    this.promises = new Map(Object.entries(script.promises ?? {}));
  }

  /** Takes a command that was just journaled, changes the world and says what follows from it. */
  apply(command: ScriptedCommand): Consequence[] {
    this.applyToState(command);
    return [
      ...this.invocationId(command),
      ...this.result(command),
      ...this.resolvedReaders(command),
      ...this.signalToSelf(command),
    ];
  }

  /** The scripted signals that become available with the n-th command. */
  signalsAt(commandCount: number): Consequence[] {
    return (this.script.signals ?? [])
      .filter((signal) => signal.afterCommands === commandCount)
      .map((signal) => ({ notification: signalNotification(signal), when: signal.when }));
  }

  private applyToState(command: ScriptedCommand): void {
    switch (command.type) {
      case "SetStateCommand":
        this.state.set(
          text(command.message.key),
          command.message.value?.content ?? new Uint8Array(),
        );
        break;
      case "ClearStateCommand":
        this.state.delete(text(command.message.key));
        break;
      case "ClearAllStateCommand":
        this.state.clear();
        break;
      default:
    }
  }

  private invocationId(command: ScriptedCommand): Consequence[] {
    if (!("invocationIdCompletionId" in command.message)) return [];
    const completionId = command.message.invocationIdCompletionId;
    const notification = createNotification("CallInvocationIdCompletion", {
      id: { case: "completionId", value: completionId },
      result: { case: "invocationId", value: calleeId(command.index) },
    });
    return [{ notification, when: undefined }];
  }

  private result(command: ScriptedCommand): Consequence[] {
    const type = COMPLETION_TYPE[command.type];
    if (type === undefined || !("resultCompletionId" in command.message)) return [];
    const completionId = command.message.resultCompletionId;
    const reply = this.script.respond?.(command);
    if (reply === "never") return [];
    const fields = reply === undefined ? this.defaultResult(command) : resultFields(reply.outcome);
    if (fields === undefined) return [];
    const [first, second] = completionIds(command);
    const notification = createNotification(type, {
      id: { case: "completionId", value: completionId },
      result: fields,
    });
    const after = second === undefined ? {} : { after: `c${first}` };
    return [{ notification, when: reply?.when, ...after }];
  }

  private defaultResult(command: ScriptedCommand): ResultFields | undefined {
    switch (command.type) {
      case "GetLazyStateCommand": {
        const value = this.state.get(text(command.message.key));
        return resultFields(value === undefined ? { void: true } : { bytes: value });
      }
      case "GetLazyStateKeysCommand":
        return stateKeysResult([...this.state.keys()]);
      case "PeekPromiseCommand":
        return resultFields(this.promises.get(command.message.key) ?? { void: true });
      case "GetPromiseCommand":
        return this.readPromise(command.message.key, command.message.resultCompletionId);
      case "CompletePromiseCommand":
        return this.completePromise(command);
      case "CallCommand":
        return resultFields({ bytes: command.message.parameter });
      case "SleepCommand":
        return resultFields({ void: true });
      case "AttachInvocationCommand":
      case "GetInvocationOutputCommand":
        return resultFields({ value: `output ${command.index}` });
      default:
        return undefined;
    }
  }

  private readPromise(key: string, completionId: number): ResultFields | undefined {
    const outcome = this.promises.get(key);
    if (outcome !== undefined) return resultFields(outcome);
    this.promiseReaders.push({ key, completionId });
    return undefined;
  }

  private completePromise(
    command: CommandEntry & { type: "CompletePromiseCommand" },
  ): ResultFields {
    const { key, completion } = command.message;
    if (this.promises.has(key)) return resultFields(ALREADY_COMPLETED);
    this.promises.set(key, outcomeOf(completion.value));
    return resultFields({ void: true });
  }

  private resolvedReaders(command: ScriptedCommand): Consequence[] {
    if (command.type !== "CompletePromiseCommand") return [];
    const { key } = command.message;
    const outcome = this.promises.get(key);
    const readers = this.promiseReaders.filter((reader) => reader.key === key);
    if (outcome === undefined) return [];
    for (const reader of readers)
      this.promiseReaders.splice(this.promiseReaders.indexOf(reader), 1);
    return readers.map(({ completionId }) => ({
      notification: createNotification("GetPromiseCompletion", {
        id: { case: "completionId", value: completionId },
        result: resultFields(outcome),
      }),
      when: undefined,
    }));
  }

  /** An invocation may resolve its own awakeables and signal itself; signals to others leave this world. */
  private signalToSelf(command: ScriptedCommand): Consequence[] {
    if (
      command.type === "SendSignalCommand" &&
      command.message.targetInvocationId === this.self.debugId
    ) {
      const { signalId, result } = command.message;
      const id =
        signalId.case === "name"
          ? ({ case: "signalName", value: signalId.value } as const)
          : ({ case: "signalIdx", value: signalId.value ?? 0 } as const);
      return [{ notification: createNotification("Signal", { id, result }), when: undefined }];
    }
    if (command.type === "CompleteAwakeableCommand") {
      const idx = awakeableIndex(command.message.awakeableId, this.self.id);
      if (idx === undefined) return [];
      const fields = {
        id: { case: "signalIdx", value: idx },
        result: command.message.result,
      } as const;
      return [{ notification: createNotification("Signal", fields), when: undefined }];
    }
    return [];
  }
}

/** The id that the n-th command's callee gets. */
export function calleeId(commandIndex: number): string {
  return `inv_1callee${String(commandIndex).padStart(4, "0")}`;
}

export function jsonBytes(value: unknown): Uint8Array {
  return value === undefined ? new Uint8Array() : Buffer.from(JSON.stringify(value));
}

function signalNotification({ signal, outcome }: ScriptedSignal): NotificationEntry {
  const id =
    "idx" in signal
      ? ({ case: "signalIdx", value: signal.idx } as const)
      : ({ case: "signalName", value: signal.name } as const);
  return createNotification("Signal", { id, result: resultFields(outcome) });
}

function resultFields(outcome: Outcome): ResultFields {
  return createNotification("Signal", {
    id: { case: "signalIdx", value: 0 },
    result: initResult(outcome),
  }).message.result;
}

type ResultInit = NonNullable<MessageInitShape<typeof NotificationSchema>["result"]>;

function initResult(outcome: Outcome): ResultInit {
  if ("void" in outcome) return { case: "void", value: {} };
  if ("bytes" in outcome) return { case: "value", value: { content: outcome.bytes } };
  if ("value" in outcome) return { case: "value", value: { content: jsonBytes(outcome.value) } };
  const { code, message, metadata = {} } = outcome.failure;
  const pairs = Object.entries(metadata).map(([key, value]) => ({ key, value }));
  return { case: "failure", value: { code, message, metadata: pairs } };
}

function stateKeysResult(keys: readonly string[]): ResultFields {
  return createNotification("GetLazyStateKeysCompletion", {
    id: { case: "completionId", value: 0 },
    result: { case: "stateKeys", value: { keys: keys.map((key) => Buffer.from(key)) } },
  }).message.result;
}

type CompletionValue = (CommandEntry & {
  type: "CompletePromiseCommand";
})["message"]["completion"]["value"];

function outcomeOf(value: CompletionValue): Outcome {
  if (value === undefined) throw new Error("a promise is completed without value or failure");
  if ("content" in value) return { bytes: value.content };
  const metadata = Object.fromEntries(value.metadata.map((pair) => [pair.key, pair.value]));
  return { failure: { code: value.code, message: value.message, metadata } };
}

/** The signal index inside an awakeable id, when the id belongs to this invocation. */
function awakeableIndex(awakeableId: string, ownId: Uint8Array): number | undefined {
  const bytes = Buffer.from(awakeableId.replace(/^(sign|prom)_1/, ""), "base64url");
  if (!bytes.subarray(0, -4).equals(ownId)) return undefined;
  return bytes.readUInt32BE(bytes.length - 4);
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}
