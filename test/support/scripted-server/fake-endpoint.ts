/** An endpoint for the scripted server's own tests: a function from what it was sent to what it answers. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import { decodePayload, encodeFrame, encodePayload, FrameReader, type Frame } from "./frames.js";
import type { MessageName, MessageOf, SchemaOf } from "./message-types.js";
import type { AttemptStream, StreamEvent, Transport } from "./transport.js";

const REQUESTED_ACK_BYTE = 2;

export interface FakeAttempt {
  /** From 1. */
  readonly number: number;
  /** Everything the server has sent so far, Start first. */
  readonly received: readonly Frame[];
  readonly inputClosed: boolean;
  send<TName extends MessageName>(name: TName, fields: MessageInitShape<SchemaOf<TName>>): void;
  /** Sends a proposal that asks for an ack. */
  proposeWithAck(fields: MessageInitShape<SchemaOf<"ProposeRunCompletion">>): void;
  sendBytes(bytes: Uint8Array): void;
}

/**
 * Calls `behave` when an attempt begins and again whenever the server has sent something or closed the
 * request. The response ends when the request does.
 */
export function fakeEndpoint(
  version: number,
  behave: (attempt: FakeAttempt) => void,
): Transport & { readonly attempts: FakeAttempt[] } {
  const attempts: FakeAttempt[] = [];
  return {
    attempts,
    open: () => {
      const contentType = `application/vnd.restate.invocation.v${version}`;
      const events: StreamEvent[] = [{ kind: "head", status: 200, contentType }];
      return openFake(events, attempts, behave);
    },
    close: () => Promise.resolve(),
  };
}

/** The message of the last frame of a type that the server sent. */
export function lastReceived<TName extends MessageName>(
  attempt: FakeAttempt,
  name: TName,
): MessageOf<TName> | undefined {
  const frame = attempt.received.findLast((candidate) => candidate.name === name);
  return frame && (decodePayload(name, frame.payload) as MessageOf<TName>);
}

function openFake(
  events: StreamEvent[],
  attempts: FakeAttempt[],
  behave: (attempt: FakeAttempt) => void,
): AttemptStream {
  const reader = new FrameReader();
  const received: Frame[] = [];
  const emit = (bytes: Uint8Array) => void events.push({ kind: "data", bytes });
  const attempt = {
    number: attempts.length + 1,
    received,
    inputClosed: false as boolean,
    send: (name: MessageName, fields: object) =>
      emit(encodeFrame(name, encodePayload(name, fields as never))),
    proposeWithAck: (fields: MessageInitShape<SchemaOf<"ProposeRunCompletion">>) => {
      const frame = encodeFrame(
        "ProposeRunCompletion",
        encodePayload("ProposeRunCompletion", fields),
      );
      frame[REQUESTED_ACK_BYTE] = 0x80;
      emit(frame);
    },
    sendBytes: emit,
  } satisfies FakeAttempt;
  attempts.push(attempt);
  return {
    send: (bytes) => {
      received.push(...reader.push(bytes));
      behave(attempt);
    },
    closeInput: () => {
      attempt.inputClosed = true;
      behave(attempt);
      events.push({ kind: "end" });
    },
    cut: () => undefined,
    next: ({ rest }) => {
      const event = events.shift() ?? (rest ? ({ kind: "rest" } as const) : undefined);
      return event ? Promise.resolve(event) : Promise.reject(new Error("nothing will happen"));
    },
  };
}
