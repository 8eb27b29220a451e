/** What control frames read: for every field number, where its content goes. */
import {
  draftTree,
  NO_BYTES,
  NO_RESULT,
  readFailureResult,
  readFields,
  readTree,
  type Draft,
  type FieldReaders,
} from "./decode-parts.js";
import type { ControlName } from "./message-types.js";
import type {
  AwaitingOnMessage,
  ErrorBehavior,
  ErrorMessage,
  FutureTree,
  MessageOf,
  ProposeRunCompletionAckMessage,
  ProposeRunCompletionMessage,
  StartMessage,
  StateEntry,
  SuspensionMessage,
} from "./messages.js";
import type { ProtoReader } from "./reader.js";

export const CONTROL_DECODERS: {
  readonly [TName in ControlName]: (reader: ProtoReader) => MessageOf<TName>;
} = {
  Start: readStart,
  Suspension: readSuspension,
  Error: readError,
  End: (reader) => readFields(reader, { type: "End" }, {}),
  ProposeRunCompletion: readProposeRunCompletion,
  AwaitingOn: readAwaitingOn,
  ProposeRunCompletionAck: readProposeRunCompletionAck,
};

function readStart(reader: ProtoReader): StartMessage {
  const draft: Draft<StartMessage> = {
    type: "Start",
    id: NO_BYTES,
    debugId: "",
    knownEntries: 0,
    stateMap: [],
    partialState: false,
    key: "",
    retryCountSinceLastStoredEntry: 0,
    durationSinceLastStoredEntry: 0,
    randomSeed: 0n,
    scope: undefined,
    limitKey: undefined,
    idempotencyKey: undefined,
  };
  return readFields(reader, draft, START);
}

const START: FieldReaders<Draft<StartMessage>> = {
  // A copy: the id is kept as long as the invocation runs, and should not keep a whole chunk with it.
  1: (draft, reader) => (draft.id = Uint8Array.from(reader.bytes())),
  2: (draft, reader) => (draft.debugId = reader.string()),
  3: (draft, reader) => (draft.knownEntries = reader.uint32()),
  4: (draft, reader) => draft.stateMap.push(reader.nested(readStateEntry)),
  5: (draft, reader) => (draft.partialState = reader.bool()),
  6: (draft, reader) => (draft.key = reader.string()),
  7: (draft, reader) => (draft.retryCountSinceLastStoredEntry = reader.uint32()),
  8: (draft, reader) => (draft.durationSinceLastStoredEntry = reader.uint64()),
  9: (draft, reader) => (draft.randomSeed = reader.bigUint64()),
  10: (draft, reader) => (draft.scope = reader.string()),
  11: (draft, reader) => (draft.limitKey = reader.string()),
  12: (draft, reader) => (draft.idempotencyKey = reader.string()),
};

function readStateEntry(reader: ProtoReader): StateEntry {
  return readFields(reader, { key: NO_BYTES, value: NO_BYTES }, STATE_ENTRY);
}

const STATE_ENTRY: FieldReaders<Draft<StateEntry>> = {
  1: (draft, reader) => (draft.key = reader.bytes()),
  2: (draft, reader) => (draft.value = reader.bytes()),
};

/** Before version 7 the flat lists stand at the top, from then on there is a tree. */
function readSuspension(reader: ProtoReader): SuspensionMessage {
  const draft: SuspensionDraft = { flat: draftTree(), tree: undefined };
  const { flat, tree } = readFields(reader, draft, SUSPENSION);
  return { type: "Suspension", awaitingOn: tree ?? flat };
}

interface SuspensionDraft {
  readonly flat: Draft<FutureTree>;
  tree: FutureTree | undefined;
}

const SUSPENSION: FieldReaders<SuspensionDraft> = {
  1: (draft, reader) => reader.uint32s(draft.flat.completions),
  2: (draft, reader) => reader.uint32s(draft.flat.signals),
  3: (draft, reader) => draft.flat.namedSignals.push(reader.string()),
  4: (draft, reader) => (draft.tree = reader.nested(readTree)),
};

function readError(reader: ProtoReader): ErrorMessage {
  const draft: Draft<ErrorMessage> = {
    type: "Error",
    code: 0,
    message: "",
    stacktrace: "",
    relatedCommandIndex: undefined,
    relatedCommandName: undefined,
    relatedCommandType: undefined,
    nextRetryDelay: undefined,
    behavior: "retry",
  };
  return readFields(reader, draft, ERROR);
}

const BEHAVIORS: readonly ErrorBehavior[] = ["retry", "pause", "fail"];

const ERROR: FieldReaders<Draft<ErrorMessage>> = {
  1: (draft, reader) => (draft.code = reader.uint32()),
  2: (draft, reader) => (draft.message = reader.string()),
  3: (draft, reader) => (draft.stacktrace = reader.string()),
  4: (draft, reader) => (draft.relatedCommandIndex = reader.uint32()),
  5: (draft, reader) => (draft.relatedCommandName = reader.string()),
  6: (draft, reader) => (draft.relatedCommandType = reader.uint32()),
  8: (draft, reader) => (draft.nextRetryDelay = reader.uint64()),
  9: (draft, reader) => (draft.behavior = BEHAVIORS[reader.uint32()] ?? "retry"),
};

function readProposeRunCompletion(reader: ProtoReader): ProposeRunCompletionMessage {
  const draft: Draft<ProposeRunCompletionMessage> = {
    type: "ProposeRunCompletion",
    resultCompletionId: 0,
    result: NO_RESULT,
  };
  readFields(reader, draft, PROPOSE_RUN_COMPLETION);
  if (draft.result === NO_RESULT) throw reader.missing("result");
  return draft;
}

const PROPOSE_RUN_COMPLETION: FieldReaders<Draft<ProposeRunCompletionMessage>> = {
  1: (draft, reader) => (draft.resultCompletionId = reader.uint32()),
  // The one message whose value is bare bytes.
  14: (draft, reader) => (draft.result = { kind: "value", value: reader.bytes() }),
  15: (draft, reader) => (draft.result = readFailureResult(reader)),
};

function readAwaitingOn(reader: ProtoReader): AwaitingOnMessage {
  const draft: Draft<AwaitingOnMessage> = {
    type: "AwaitingOn",
    awaitingOn: draftTree(),
    executingSideEffects: false,
  };
  return readFields(reader, draft, AWAITING_ON);
}

const AWAITING_ON: FieldReaders<Draft<AwaitingOnMessage>> = {
  1: (draft, reader) => (draft.awaitingOn = reader.nested(readTree)),
  2: (draft, reader) => (draft.executingSideEffects = reader.bool()),
};

function readProposeRunCompletionAck(reader: ProtoReader): ProposeRunCompletionAckMessage {
  return readFields(reader, { type: "ProposeRunCompletionAck", completionId: 0 }, RUN_ACK);
}

const RUN_ACK: FieldReaders<Draft<ProposeRunCompletionAckMessage>> = {
  1: (draft, reader) => (draft.completionId = reader.uint32()),
};
