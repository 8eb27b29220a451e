/** Wrong SDKs: an endpoint whose frames are falsified on the way. The comparison has to notice each of them. */
import { create, type Message } from "@bufbuild/protobuf";
import * as pb from "../support/protocol/gen/restate-protocol_pb.js";
import {
  concatBytes,
  decodePayload,
  encodeFrame,
  encodePayload,
  FrameReader,
  type Frame,
} from "../support/scripted-server/frames.js";
import type { MessageName, MessageOf } from "../support/scripted-server/message-types.js";
import type {
  AttemptStream,
  StreamEvent,
  Transport,
} from "../support/scripted-server/transport.js";

const REQUESTED_ACK_BYTE = 2;

export interface Mutant {
  readonly name: string;
  /** Programs that show the fault, so that the proof stays short. */
  readonly programs: RegExp;
  /** Changes a message in place; "drop" swallows the frame. */
  readonly falsify: (name: MessageName, message: Message) => undefined | "drop";
  readonly dropsAckRequests?: boolean;
}

/** A mutant for one kind of message. */
function mutant<TName extends MessageName>(
  name: string,
  programs: RegExp,
  [type, falsify]: [TName, (message: MessageOf<TName>) => undefined | "drop" | void],
): Mutant {
  return {
    name,
    programs,
    falsify: (actual, message) =>
      actual === type ? (falsify(message as MessageOf<TName>) ?? undefined) : undefined,
  };
}

export const MUTANTS: readonly Mutant[] = [
  mutant("names a run otherwise", /^SequentialRuns/, ["RunCommand", (m) => void (m.name += "!")]),
  mutant("returns something else", /^Echo/, [
    "OutputCommand",
    (m) => void (m.result = { case: "value", value: create(pb.ValueSchema) }),
  ]),
  mutant("forgets to set state", /^GetRunSet/, ["SetStateCommand", () => "drop"]),
  mutant("sleeps a millisecond longer", /^Sleeps/, [
    "SleepCommand",
    (m) => void (m.wakeUpTime += 1n),
  ]),
  mutant("mixes up completion ids", /^SequentialCalls/, [
    "CallCommand",
    (m) => {
      const { invocationIdCompletionId, resultCompletionId } = m;
      m.invocationIdCompletionId = resultCompletionId;
      m.resultCompletionId = invocationIdCompletionId;
    },
  ]),
  mutant("loses call headers", /^CallOptions/, ["CallCommand", (m) => void (m.headers = [])]),
  mutant("loses idempotency keys", /^CallOptions/, [
    "CallCommand",
    (m) => void (m.idempotencyKey = undefined),
  ]),
  mutant("sends without delay", /^Sends/, ["OneWayCallCommand", (m) => void (m.invokeTime = 0n)]),
  mutant("loses failure metadata", /^ThrowsTerminal/, [
    "OutputCommand",
    (m) => {
      if (m.result.case === "failure") m.result.value.metadata = [];
    },
  ]),
  mutant("changes the code of failures", /^ThrowsTerminal/, [
    "OutputCommand",
    (m) => {
      if (m.result.case === "failure") m.result.value.code++;
    },
  ]),
  mutant("changes the code of errors", /^ChangedCode/, ["Error", (m) => void (m.code += 1)]),
  mutant("blames another command", /^FlakyRun/, [
    "Error",
    (m) => void (m.relatedCommandIndex = (m.relatedCommandIndex ?? 0) + 1),
  ]),
  mutant("ignores retry delays", /^SteeredRetries/, [
    "Error",
    (m) => void (m.nextRetryDelay = undefined),
  ]),
  mutant("never pauses", /^SteeredRetries/, [
    "Error",
    (m) => void (m.behavior = pb.Error_Behavior.RETRY),
  ]),
  mutant("proposes another result", /^SequentialRuns/, [
    "ProposeRunCompletion",
    (m) => void (m.result = { case: "value", value: Buffer.from("0") }),
  ]),
  mutant("suspends on too few completions", /^(AllCalls|RaceLosers|Nested)/, [
    "Suspension",
    (m) => {
      m.waitingCompletions.splice(1);
      forEachTree(m.awaitingOn, (tree) => tree.completions.splice(1));
    },
  ]),
  mutant("suspends without the cancel signal", /^Saga/, [
    "Suspension",
    (m) => {
      m.waitingSignals = m.waitingSignals.filter((idx) => idx !== 1);
      forEachTree(m.awaitingOn, (tree) => {
        tree.signals = tree.signals.filter((idx) => idx !== 1);
      });
    },
  ]),
  mutant("suspends on any instead of all", /^AllCalls/, [
    "Suspension",
    (m) =>
      forEachTree(
        m.awaitingOn,
        (tree) => (tree.combinator = pb.FutureTree_Combinator.FIRST_COMPLETED),
      ),
  ]),
  mutant("does not cancel its callees", /^CancelledChildren/, ["SendSignalCommand", () => "drop"]),
  mutant("forgets the end", /^Echo/, ["End", () => "drop"]),
  {
    ...mutant("asks for no acks", /^SequentialRuns/, ["End", () => undefined]),
    dropsAckRequests: true,
  },
];

export function withMutant(transport: Transport, mutation: Mutant): Transport {
  return {
    open: (request) => falsifiedStream(transport.open(request), mutation),
    close: () => transport.close(),
  };
}

function falsifiedStream(stream: AttemptStream, mutation: Mutant): AttemptStream {
  const reader = new FrameReader();
  const falsified = (event: StreamEvent): StreamEvent => {
    if (event.kind !== "data") return event;
    const frames = reader.push(event.bytes).flatMap((frame) => falsifiedFrame(frame, mutation));
    return { kind: "data", bytes: concatBytes(frames) };
  };
  return { ...stream, next: async (options) => falsified(await stream.next(options)) };
}

function falsifiedFrame({ name, payload, requestedAck }: Frame, mutation: Mutant): Uint8Array[] {
  const message = decodePayload(name, payload);
  if (mutation.falsify(name, message) === "drop") return [];
  const frame = encodeFrame(name, encodePayload(name, message as never));
  if (requestedAck && mutation.dropsAckRequests !== true) frame[REQUESTED_ACK_BYTE] = 0x80;
  return [frame];
}

function forEachTree(tree: pb.FutureTree | undefined, visit: (tree: pb.FutureTree) => void): void {
  if (tree === undefined) return;
  visit(tree);
  for (const child of tree.nested) forEachTree(child, visit);
}
