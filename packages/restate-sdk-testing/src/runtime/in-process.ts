/** Services of this process as a deployment: the SDK's endpoint, reached by calls instead of by HTTP. */
import {
  createRequestHandler,
  type AttemptOutput,
  type AttemptReceiver,
  type EndpointOptions,
  type EndpointResponse,
  type RequestHandler,
} from "@restatedev/restate-sdk/transport";
import { contentTypeOf } from "../codec.js";
import {
  MANIFEST_TYPES,
  type AttemptChannel,
  type AttemptEvents,
  type AttemptRequest,
  type Deployment,
} from "./connection.js";

/** @throws TypeError for definitions and options that make no sense */
export function inProcess(options: EndpointOptions, id = "in-process"): Deployment {
  const handle = createRequestHandler(options);
  return {
    id,
    isHosted: true,
    discover: () => discover(handle),
    open: (request, events) => new InProcessChannel(handle, request, events),
  };
}

async function discover(handle: RequestHandler): Promise<unknown> {
  const headers = { accept: MANIFEST_TYPES };
  const response = await handle({ url: "/discover", headers, extraArgs: [] });
  if (response.kind !== "static") throw new Error("Discovery was not answered at once");
  const text = new TextDecoder().decode(response.body);
  if (response.status !== 200) throw new Error(`Discovery failed: ${text}`);
  return JSON.parse(text);
}

class InProcessChannel implements AttemptChannel {
  readonly #events: AttemptEvents;
  #receiver: AttemptReceiver | undefined;
  /** What was sent before the endpoint had answered. */
  #early: ((receiver: AttemptReceiver) => void)[] = [];
  #isAborted = false;

  constructor(handle: RequestHandler, request: AttemptRequest, events: AttemptEvents) {
    const { service, handler, version, headers, host } = request;
    this.#events = events;
    const response = handle({
      url: `/invoke/${service}/${handler}`,
      headers: { ...headers, "content-type": contentTypeOf(version) },
      extraArgs: [],
      host,
    });
    if (response instanceof Promise) void response.then((answer) => this.#connect(answer));
    else this.#connect(response);
  }

  send(chunk: Uint8Array): void {
    this.#pass((receiver) => receiver.onData(chunk));
  }

  closeInput(): void {
    this.#pass((receiver) => receiver.onInputEnd());
  }

  abort(reason: Error): void {
    this.#isAborted = true;
    this.#pass((receiver) => receiver.onAbort(reason));
  }

  #pass(deliver: (receiver: AttemptReceiver) => void): void {
    if (this.#receiver === undefined) this.#early.push(deliver);
    else deliver(this.#receiver);
  }

  #connect(response: EndpointResponse): void {
    if (response.kind !== "stream") {
      const { status: code = 500, body = new Uint8Array() } =
        response.kind === "static" ? response : {};
      const message = new TextDecoder().decode(body);
      queueMicrotask(() => {
        if (!this.#isAborted) this.#events.onFailure({ code, message });
      });
      return;
    }
    const output: AttemptOutput = {
      write: (chunk) => {
        // The chunk may share its memory with others', and journals live long.
        if (!this.#isAborted) this.#events.onData(chunk.slice());
        return true;
      },
      end: () => {
        if (!this.#isAborted) this.#events.onEnd();
      },
    };
    this.#receiver = response.start(output);
    for (const deliver of this.#early.splice(0)) deliver(this.#receiver);
  }
}
