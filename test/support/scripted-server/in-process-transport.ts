/** Reaches our endpoint in the same process, through the waist that all adapters use. */
import type {
  AttemptReceiver,
  EndpointRequest,
  EndpointResponse,
} from "../../../packages/restate-sdk/src/endpoint/types.js";
import { EventQueue } from "./event-queue.js";
import type { AttemptRequest, AttemptStream, Transport } from "./transport.js";

/** Turns of the event loop without a byte after which the endpoint counts as at rest. */
const TURNS_UNTIL_REST = 4;
const TURNS_WHEN_PATIENT = 20;

export type Handle = (request: EndpointRequest) => EndpointResponse | Promise<EndpointResponse>;

export function inProcess(handle: Handle): Transport {
  return {
    open: (request) => openInProcess(handle, request),
    close: () => Promise.resolve(),
  };
}

function openInProcess(handle: Handle, { path, headers }: AttemptRequest): AttemptStream {
  const events = new EventQueue();
  const input = new Input();
  void answer();
  return {
    send: (bytes) => input.pass((receiver) => receiver.onData(bytes)),
    closeInput: () => input.pass((receiver) => receiver.onInputEnd()),
    cut: () => input.pass((receiver) => receiver.onAbort(new Error("connection lost"))),
    next: ({ rest, patient = false }) => {
      if (!rest) return events.next();
      return events.nextOrRest(patient ? TURNS_WHEN_PATIENT : TURNS_UNTIL_REST, turn);
    },
  };

  async function answer(): Promise<void> {
    const response = await handle({ url: path, headers, extraArgs: [] });
    if (response.kind === "buffered") throw new Error("an invocation is answered with a stream");
    events.push({
      kind: "head",
      status: response.status,
      contentType: response.headers["content-type"],
    });
    if (response.kind === "static") {
      events.push({ kind: "end" });
      return;
    }
    const receiver = response.start({
      write: (bytes) => {
        events.push({ kind: "data", bytes: Uint8Array.from(bytes) });
        return true;
      },
      end: () => events.push({ kind: "end" }),
    });
    input.connect(receiver);
  }
}

/** Keeps what is sent until the endpoint has answered. */
class Input {
  private receiver: AttemptReceiver | undefined;
  private readonly early: ((receiver: AttemptReceiver) => void)[] = [];

  pass(deliver: (receiver: AttemptReceiver) => void): void {
    if (this.receiver === undefined) this.early.push(deliver);
    else deliver(this.receiver);
  }

  connect(receiver: AttemptReceiver): void {
    this.receiver = receiver;
    for (const deliver of this.early.splice(0)) deliver(receiver);
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
