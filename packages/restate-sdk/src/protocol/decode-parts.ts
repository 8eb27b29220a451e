/** Readers for what several messages share: results, headers, targets, trees of futures. */
import type {
  Combinator,
  Failure,
  FutureTree,
  Header,
  InvocationTarget,
  Result,
} from "./messages.js";
import type { ProtoReader } from "./reader.js";

/** A message under construction: it starts as all defaults, and arriving fields replace them. */
export type Draft<TMessage> = {
  -readonly [TField in keyof TMessage]: TMessage[TField] extends readonly (infer TElement)[]
    ? TElement[]
    : TMessage[TField];
};

/** For each field number, how its content gets into the draft. */
export type FieldReaders<TDraft> = Readonly<
  Record<number, (draft: TDraft, reader: ProtoReader) => unknown>
>;

export function readFields<TDraft>(
  reader: ProtoReader,
  draft: TDraft,
  fields: FieldReaders<TDraft>,
): TDraft {
  while (reader.next()) {
    const read = fields[reader.field];
    if (read === undefined) reader.skip();
    else read(draft, reader);
  }
  return draft;
}

// ---- Results ----

type ResultOfKind<TKind extends Result["kind"]> = Extract<Result, { readonly kind: TKind }>;

export const NO_BYTES: Uint8Array = new Uint8Array(0);

/** Stands in a draft for a result that must come; recognised by identity. */
export const NO_RESULT: ResultOfKind<"value"> = { kind: "value", value: NO_BYTES };

const VOID: ResultOfKind<"void"> = { kind: "void" };

export function readVoid(reader: ProtoReader): ResultOfKind<"void"> {
  reader.skip();
  return VOID;
}

export function readValueResult(reader: ProtoReader): ResultOfKind<"value"> {
  return { kind: "value", value: reader.nested(readValue) };
}

export function readFailureResult(reader: ProtoReader): ResultOfKind<"failure"> {
  return { kind: "failure", failure: reader.nested(readFailure) };
}

/** The content of a Value message. */
export function readValue(reader: ProtoReader): Uint8Array {
  let content = NO_BYTES;
  while (reader.next()) {
    if (reader.field === 1) content = reader.bytes();
    else reader.skip();
  }
  return content;
}

/** The elements of a StateKeys message. */
export function readKeys(reader: ProtoReader): Uint8Array[] {
  const keys: Uint8Array[] = [];
  while (reader.next()) {
    if (reader.field === 1) keys.push(reader.bytes());
    else reader.skip();
  }
  return keys;
}

function readFailure(reader: ProtoReader): Failure {
  return readFields(reader, { code: 0, message: "", metadata: [] }, FAILURE);
}

const FAILURE: FieldReaders<Draft<Failure>> = {
  1: (draft, reader) => (draft.code = reader.uint32()),
  2: (draft, reader) => (draft.message = reader.string()),
  3: (draft, reader) => draft.metadata.push(reader.nested(readHeader)),
};

/** Headers and failure metadata are both lists of key and value. */
export function readHeader(reader: ProtoReader): Header {
  return readFields(reader, { key: "", value: "" }, HEADER);
}

const HEADER: FieldReaders<Draft<Header>> = {
  1: (draft, reader) => (draft.key = reader.string()),
  2: (draft, reader) => (draft.value = reader.string()),
};

// ---- Targets ----

/** Stands in a draft for a target that must come; recognised by identity. */
export const NO_TARGET: InvocationTarget = { kind: "invocationId", invocationId: "" };

type TargetOfKind<TKind extends InvocationTarget["kind"]> = Extract<
  InvocationTarget,
  { readonly kind: TKind }
>;

export function readIdempotentRequest(reader: ProtoReader): TargetOfKind<"idempotentRequest"> {
  return readFields(
    reader,
    {
      kind: "idempotentRequest",
      serviceName: "",
      serviceKey: undefined,
      handlerName: "",
      idempotencyKey: "",
      scope: undefined,
    },
    IDEMPOTENT_REQUEST,
  );
}

const IDEMPOTENT_REQUEST: FieldReaders<Draft<TargetOfKind<"idempotentRequest">>> = {
  1: (draft, reader) => (draft.serviceName = reader.string()),
  2: (draft, reader) => (draft.serviceKey = reader.string()),
  3: (draft, reader) => (draft.handlerName = reader.string()),
  4: (draft, reader) => (draft.idempotencyKey = reader.string()),
  5: (draft, reader) => (draft.scope = reader.string()),
};

export function readWorkflow(reader: ProtoReader): TargetOfKind<"workflow"> {
  return readFields(
    reader,
    { kind: "workflow", workflowName: "", workflowKey: "", scope: undefined },
    WORKFLOW,
  );
}

const WORKFLOW: FieldReaders<Draft<TargetOfKind<"workflow">>> = {
  1: (draft, reader) => (draft.workflowName = reader.string()),
  2: (draft, reader) => (draft.workflowKey = reader.string()),
  3: (draft, reader) => (draft.scope = reader.string()),
};

// ---- Trees of futures ----

export function draftTree(): Draft<FutureTree> {
  return { combinator: "unknown", completions: [], signals: [], namedSignals: [], nested: [] };
}

export function readTree(reader: ProtoReader): FutureTree {
  return readFields(reader, draftTree(), TREE);
}

const COMBINATORS: readonly Combinator[] = [
  "unknown",
  "firstCompleted",
  "allCompleted",
  "firstSucceededOrAllFailed",
  "allSucceededOrFirstFailed",
];

const TREE: FieldReaders<Draft<FutureTree>> = {
  1: (draft, reader) => reader.uint32s(draft.completions),
  2: (draft, reader) => reader.uint32s(draft.signals),
  3: (draft, reader) => draft.namedSignals.push(reader.string()),
  4: (draft, reader) => draft.nested.push(reader.nested(readTree)),
  5: (draft, reader) => (draft.combinator = COMBINATORS[reader.uint32()] ?? "unknown"),
};
