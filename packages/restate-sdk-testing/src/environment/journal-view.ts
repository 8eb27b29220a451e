/** The journal of an invocation as tests look at it: entries with names and values instead of messages and bytes. */
import {
  isCommand,
  type CommandMessage,
  type Failure,
  type NotificationMessage,
  type NotificationResult,
} from "../codec.js";
import type { Journal, JournalEntry } from "../runtime/journal.js";

/** How something ended. Values are decoded if they are JSON; otherwise they are bytes. */
export type ViewedResult =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "failure"; readonly code: number; readonly message: string }
  | { readonly kind: "void" };

/** A command: something the handler asked for. */
export interface CommandView {
  readonly kind: "command";
  readonly index: number;
  /** "Input", "Run", "Sleep", "Call", "SetState", … */
  readonly type: string;
  /** The name of the run, sleep or call; the key of the state; the name of the promise. Empty if there is none. */
  readonly name: string;
  /** `Service/key/handler` for calls and sends. */
  readonly target: string | undefined;
  /** The input, the value of a state, the parameter of a call. */
  readonly value: unknown;
  /** What came of it, once that is known. */
  readonly result: ViewedResult | undefined;
  /** When it was stored, in milliseconds since the Unix epoch of the environment's clock. */
  readonly at: number;
  /** The attempt that sent it. */
  readonly attempt: number;
}

/** A notification: the result of a command, or a signal. */
export interface NotificationView {
  readonly kind: "notification";
  readonly index: number;
  /** "Run", "Sleep", "Call", "Signal", … */
  readonly type: string;
  /** The name of the command it belongs to, or of the signal. */
  readonly name: string;
  readonly result: ViewedResult;
  readonly at: number;
  readonly attempt: number;
}

export type EntryView = CommandView | NotificationView;

export function viewJournal(journal: Journal): EntryView[] {
  return journal.entries.map((entry) => {
    const { message } = entry;
    return isCommand(message)
      ? viewCommand(journal, entry, message)
      : viewNotification(journal, entry, message);
  });
}

function viewCommand(
  journal: Journal,
  { index, at, attempt }: JournalEntry,
  message: CommandMessage,
): CommandView {
  return {
    kind: "command",
    index,
    type: message.type.replace(/Command$/, ""),
    name: nameOf(message),
    target: targetOf(message),
    value: valueOf(message),
    result: resultOf(journal, message),
    at,
    attempt,
  };
}

function viewNotification(
  journal: Journal,
  { index, at, attempt }: JournalEntry,
  { type, id, result }: NotificationMessage,
): NotificationView {
  const command = id.kind === "completion" ? journal.commandOf(id.id) : undefined;
  const name =
    id.kind === "namedSignal"
      ? id.name
      : id.kind === "signal"
        ? id.idx === 1
          ? "cancel"
          : `#${id.idx}`
        : command === undefined
          ? ""
          : nameOf(command);
  return {
    kind: "notification",
    index,
    type: type.replace(/(Completion)?Notification$/, ""),
    name,
    result: viewResult(result),
    at,
    attempt,
  };
}

function resultOf(journal: Journal, message: CommandMessage): ViewedResult | undefined {
  if (message.type === "OutputCommand") return viewResult(message.result);
  if (!("resultCompletionId" in message)) return undefined;
  const notification = journal.notification(`c${message.resultCompletionId}`);
  return notification === undefined ? undefined : viewResult(notification.result);
}

function nameOf(message: CommandMessage): string {
  if (message.name !== "") return message.name;
  if (!("key" in message)) return "";
  if (message.type === "CallCommand" || message.type === "OneWayCallCommand") return "";
  return typeof message.key === "string" ? message.key : text(message.key);
}

function targetOf(message: CommandMessage): string | undefined {
  if (message.type !== "CallCommand" && message.type !== "OneWayCallCommand") return undefined;
  const { serviceName, key, handlerName } = message;
  return key === "" ? `${serviceName}/${handlerName}` : `${serviceName}/${key}/${handlerName}`;
}

function valueOf(message: CommandMessage): unknown {
  // All others carry none.
  // eslint-disable-next-line @typescript-eslint/switch-exhaustiveness-check
  switch (message.type) {
    case "InputCommand":
    case "SetStateCommand":
      return decodeValue(message.value);
    case "CallCommand":
    case "OneWayCallCommand":
      return decodeValue(message.parameter);
    case "SleepCommand":
      return message.wakeUpTime;
    case "GetEagerStateCommand":
      return message.result.kind === "value" ? decodeValue(message.result.value) : undefined;
    default:
      return undefined;
  }
}

export function viewResult(result: NotificationResult): ViewedResult {
  switch (result.kind) {
    case "void":
      return { kind: "void" };
    case "value":
      return { kind: "value", value: decodeValue(result.value) };
    case "failure":
      return viewFailure(result.failure);
    case "invocationId":
      return { kind: "value", value: result.invocationId };
    case "stateKeys":
      return { kind: "value", value: result.keys };
  }
}

function viewFailure({ code, message }: Failure): ViewedResult {
  return { kind: "failure", code, message };
}

/** JSON if it is that, else the bytes. */
export function decodeValue(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(text(bytes));
  } catch {
    return bytes;
  }
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
