/**
 * The protocol's messages as plain data, one interface each, told apart by `type`.
 *
 * Bytes may be views into the chunk they arrived in: copy what outlives the message. Times and
 * durations are milliseconds, times count from the Unix epoch.
 */
// ---- Parts that messages share ----

export interface Header {
  readonly key: string;
  readonly value: string;
}

export interface Failure {
  readonly code: number;
  readonly message: string;
  /** Travels from version 6 on. */
  readonly metadata: readonly Header[];
}

interface VoidResult {
  readonly kind: "void";
}
interface ValueResult {
  readonly kind: "value";
  readonly value: Uint8Array;
}
interface FailureResult {
  readonly kind: "failure";
  readonly failure: Failure;
}
export type ValueOrFailure = ValueResult | FailureResult;
export type VoidOrValue = VoidResult | ValueResult;
export type Result = VoidResult | ValueResult | FailureResult;

/** How the children of an await point combine. Readers treat "unknown" as "firstCompleted". */
export type Combinator =
  | "unknown"
  | "firstCompleted"
  | "allCompleted"
  | "firstSucceededOrAllFailed"
  | "allSucceededOrFirstFailed";

/** What an invocation waits for: leaves in three lists, subtrees in `nested`. */
export interface FutureTree {
  readonly combinator: Combinator;
  readonly completions: readonly number[];
  readonly signals: readonly number[];
  readonly namedSignals: readonly string[];
  readonly nested: readonly FutureTree[];
}

// ---- Control frames ----

export interface StateEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

export interface StartMessage {
  readonly type: "Start";
  readonly id: Uint8Array;
  readonly debugId: string;
  /** Commands and notifications that follow as replay, Input included. */
  readonly knownEntries: number;
  readonly stateMap: readonly StateEntry[];
  /** True when keys that `stateMap` lacks may exist on the server. */
  readonly partialState: boolean;
  /** Empty for services without keys. */
  readonly key: string;
  readonly retryCountSinceLastStoredEntry: number;
  readonly durationSinceLastStoredEntry: number;
  /** 0n before version 6. */
  readonly randomSeed: bigint;
  readonly scope: string | undefined;
  readonly limitKey: string | undefined;
  readonly idempotencyKey: string | undefined;
}

/** Versions 5 and 6 put the tree's leaves into flat lists, so they lose how those combine. */
export interface SuspensionMessage {
  readonly type: "Suspension";
  readonly awaitingOn: FutureTree;
}

export type ErrorBehavior = "retry" | "pause" | "fail";

export interface ErrorMessage {
  readonly type: "Error";
  readonly code: number;
  readonly message: string;
  readonly stacktrace: string;
  readonly relatedCommandIndex: number | undefined;
  readonly relatedCommandName: string | undefined;
  /** A command's number on the wire. */
  readonly relatedCommandType: number | undefined;
  readonly nextRetryDelay: number | undefined;
  readonly behavior: ErrorBehavior;
}

export interface EndMessage {
  readonly type: "End";
}

export interface ProposeRunCompletionMessage {
  readonly type: "ProposeRunCompletion";
  readonly resultCompletionId: number;
  readonly result: ValueOrFailure;
}

export interface AwaitingOnMessage {
  readonly type: "AwaitingOn";
  readonly awaitingOn: FutureTree;
  readonly executingSideEffects: boolean;
}

export interface ProposeRunCompletionAckMessage {
  readonly type: "ProposeRunCompletionAck";
  readonly completionId: number;
}

export type ControlMessage =
  | StartMessage
  | SuspensionMessage
  | ErrorMessage
  | EndMessage
  | ProposeRunCompletionMessage
  | AwaitingOnMessage
  | ProposeRunCompletionAckMessage;

// ---- Commands ----

export interface InputCommandMessage {
  readonly type: "InputCommand";
  readonly headers: readonly Header[];
  readonly value: Uint8Array;
  readonly name: string;
}

export interface OutputCommandMessage {
  readonly type: "OutputCommand";
  readonly result: ValueOrFailure;
  readonly name: string;
}

export interface GetLazyStateCommandMessage {
  readonly type: "GetLazyStateCommand";
  readonly key: Uint8Array;
  readonly resultCompletionId: number;
  readonly name: string;
}

export interface SetStateCommandMessage {
  readonly type: "SetStateCommand";
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly name: string;
}

export interface ClearStateCommandMessage {
  readonly type: "ClearStateCommand";
  readonly key: Uint8Array;
  readonly name: string;
}

export interface ClearAllStateCommandMessage {
  readonly type: "ClearAllStateCommand";
  readonly name: string;
}

export interface GetLazyStateKeysCommandMessage {
  readonly type: "GetLazyStateKeysCommand";
  readonly resultCompletionId: number;
  readonly name: string;
}

export interface GetEagerStateCommandMessage {
  readonly type: "GetEagerStateCommand";
  readonly key: Uint8Array;
  readonly result: VoidOrValue;
  readonly name: string;
}

export interface GetEagerStateKeysCommandMessage {
  readonly type: "GetEagerStateKeysCommand";
  readonly keys: readonly Uint8Array[];
  readonly name: string;
}

export interface GetPromiseCommandMessage {
  readonly type: "GetPromiseCommand";
  readonly key: string;
  readonly resultCompletionId: number;
  readonly name: string;
}

export interface PeekPromiseCommandMessage {
  readonly type: "PeekPromiseCommand";
  readonly key: string;
  readonly resultCompletionId: number;
  readonly name: string;
}

export interface CompletePromiseCommandMessage {
  readonly type: "CompletePromiseCommand";
  readonly key: string;
  readonly completion: ValueOrFailure;
  readonly resultCompletionId: number;
  readonly name: string;
}

export interface SleepCommandMessage {
  readonly type: "SleepCommand";
  readonly wakeUpTime: number;
  readonly resultCompletionId: number;
  readonly name: string;
}

export interface CallCommandMessage {
  readonly type: "CallCommand";
  readonly serviceName: string;
  readonly handlerName: string;
  readonly parameter: Uint8Array;
  readonly headers: readonly Header[];
  /** Empty for services without keys. */
  readonly key: string;
  readonly idempotencyKey: string | undefined;
  readonly scope: string | undefined;
  readonly limitKey: string | undefined;
  readonly invocationIdCompletionId: number;
  readonly resultCompletionId: number;
  readonly name: string;
}

export interface OneWayCallCommandMessage {
  readonly type: "OneWayCallCommand";
  readonly serviceName: string;
  readonly handlerName: string;
  readonly parameter: Uint8Array;
  /** 0 means now. */
  readonly invokeTime: number;
  readonly headers: readonly Header[];
  /** Empty for services without keys. */
  readonly key: string;
  readonly idempotencyKey: string | undefined;
  readonly scope: string | undefined;
  readonly limitKey: string | undefined;
  readonly invocationIdCompletionId: number;
  readonly name: string;
}

export type SignalId =
  { readonly kind: "idx"; readonly idx: number } | { readonly kind: "name"; readonly name: string };

export interface SendSignalCommandMessage {
  readonly type: "SendSignalCommand";
  readonly targetInvocationId: string;
  readonly signalId: SignalId;
  readonly result: Result;
  /** The entry's name, as on other commands; a named signal's own name is in `signalId`. */
  readonly name: string;
}

export interface RunCommandMessage {
  readonly type: "RunCommand";
  readonly resultCompletionId: number;
  readonly name: string;
}

/** An invocation named in one of three ways. */
export type InvocationTarget =
  | { readonly kind: "invocationId"; readonly invocationId: string }
  | {
      readonly kind: "idempotentRequest";
      readonly serviceName: string;
      readonly serviceKey: string | undefined;
      readonly handlerName: string;
      readonly idempotencyKey: string;
      readonly scope: string | undefined;
    }
  | {
      readonly kind: "workflow";
      readonly workflowName: string;
      readonly workflowKey: string;
      readonly scope: string | undefined;
    };

export interface AttachInvocationCommandMessage {
  readonly type: "AttachInvocationCommand";
  readonly target: InvocationTarget;
  readonly resultCompletionId: number;
  readonly name: string;
}

export interface GetInvocationOutputCommandMessage {
  readonly type: "GetInvocationOutputCommand";
  readonly target: InvocationTarget;
  readonly resultCompletionId: number;
  readonly name: string;
}

export interface CompleteAwakeableCommandMessage {
  readonly type: "CompleteAwakeableCommand";
  readonly awakeableId: string;
  readonly result: ValueOrFailure;
  readonly name: string;
}

export type CommandMessage =
  | InputCommandMessage
  | OutputCommandMessage
  | GetLazyStateCommandMessage
  | SetStateCommandMessage
  | ClearStateCommandMessage
  | ClearAllStateCommandMessage
  | GetLazyStateKeysCommandMessage
  | GetEagerStateCommandMessage
  | GetEagerStateKeysCommandMessage
  | GetPromiseCommandMessage
  | PeekPromiseCommandMessage
  | CompletePromiseCommandMessage
  | SleepCommandMessage
  | CallCommandMessage
  | OneWayCallCommandMessage
  | SendSignalCommandMessage
  | RunCommandMessage
  | AttachInvocationCommandMessage
  | GetInvocationOutputCommandMessage
  | CompleteAwakeableCommandMessage;

// ---- Notifications: one shape, whatever their type ----

export type NotificationId =
  | { readonly kind: "completion"; readonly id: number }
  | { readonly kind: "signal"; readonly idx: number }
  | { readonly kind: "namedSignal"; readonly name: string };

export type NotificationResult =
  | Result
  | { readonly kind: "invocationId"; readonly invocationId: string }
  | { readonly kind: "stateKeys"; readonly keys: readonly string[] };

export interface Notification {
  readonly id: NotificationId;
  readonly result: NotificationResult;
  /** For whoever keeps notifications in a queue. */
  next?: Notification | undefined;
}

/** What a command's completion is called; the calls share one more, which brings the invocation id. */
type CompletionOf<TCommand> = TCommand extends {
  readonly type: `${infer TOperation}Command`;
  readonly resultCompletionId: number;
}
  ? `${TOperation}CompletionNotification`
  : never;

export interface NotificationMessage extends Notification {
  readonly type:
    CompletionOf<CommandMessage> | "CallInvocationIdCompletionNotification" | "SignalNotification";
}

export type Message = ControlMessage | CommandMessage | NotificationMessage;

/** The interface that belongs to a message's name. */
export type MessageOf<TName extends Message["type"]> = TName extends NotificationMessage["type"]
  ? NotificationMessage
  : Extract<ControlMessage | CommandMessage, { readonly type: TName }>;
