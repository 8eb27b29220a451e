/** Runs one endpoint response over a Node request and response stream, whatever HTTP version they belong to. */
import type { Readable, Writable } from "node:stream";
import type {
  AttemptOutput,
  AttemptReceiver,
  BufferedResponse,
  EndpointResponse,
  StaticResponse,
  StreamResponse,
} from "../endpoint/types.js";
import { trackAttempt, type Connection } from "./open-attempts.js";

/** One request and its response. Under HTTP/2 `input` and `output` are the same stream. */
export interface Exchange {
  readonly input: Readable;
  readonly output: Writable;
  /** What the exchange runs over. */
  readonly connection: Connection | undefined;
  /** Whether the response has to wait for the end of the request. */
  readonly requestResponse: boolean;
  writeHead(status: number, headers: Readonly<Record<string, string>>): void;
  /** Sends the head now, instead of together with the first bytes of the body. */
  flushHead(): void;
  /** Told about what nobody can handle, which is a bug of the SDK. The connection is cut afterwards. */
  onUnexpectedError(error: unknown): void;
}

/** Never throws. While an answer is awaited, the request body stays unread in the transport. */
export function runExchange(
  exchange: Exchange,
  response: EndpointResponse | Promise<EndpointResponse>,
): void {
  // What matters of an error is that the stream closes; without a listener it would end the process.
  exchange.input.on("error", ignore);
  exchange.output.on("error", ignore);
  if (response instanceof Promise) respondLater(exchange, response);
  else respond(exchange, response);
}

function respondLater(exchange: Exchange, response: Promise<EndpointResponse>): void {
  response.then(
    (settled) => {
      respond(exchange, settled);
    },
    (error: unknown) => {
      cut(exchange, error);
    },
  );
}

function respond(exchange: Exchange, response: EndpointResponse): void {
  if (exchange.output.destroyed) return;
  try {
    if (response.kind === "static") sendStatic(exchange, response);
    else if (response.kind === "buffered") sendBuffered(exchange, response);
    else new Attempt(exchange).start(response);
  } catch (error) {
    cut(exchange, error);
  }
}

function sendStatic(exchange: Exchange, { status, headers, body }: StaticResponse): void {
  // Nobody reads what is left of the request, but unread bytes would hold the connection's flow control window.
  exchange.input.resume();
  exchange.writeHead(status, { ...headers, "content-length": String(body.length) });
  exchange.output.end(body);
}

function sendBuffered(exchange: Exchange, response: BufferedResponse): void {
  const chunks: Uint8Array[] = [];
  exchange.input.on("data", (chunk: Uint8Array) => chunks.push(chunk));
  onceEnded(exchange.input, () => {
    respondLater(exchange, response.respond(Buffer.concat(chunks)));
  });
}

/**
 * One attempt on the wire. The response ends only after the request did: the server half-closes once it has read the
 * terminal frame, and takes a response that ends before that for a lost connection.
 */
class Attempt implements AttemptOutput {
  readonly #exchange: Exchange;
  #receiver: AttemptReceiver | undefined;
  #inputEnded = false;
  /** The attempt has ended its output or is aborted: nothing may reach the receiver any more. */
  #over = false;
  #aborted = false;
  #untrack: (() => void) | undefined;
  /** In request-response mode: what was written before the request ended. */
  #held: Uint8Array[] | undefined;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  start(response: StreamResponse): void {
    const exchange = this.#exchange;
    const { input, output } = exchange;
    const sendHead = (): void => {
      exchange.writeHead(response.status, response.headers);
    };
    if (exchange.requestResponse) this.#held = [];
    else {
      sendHead();
      exchange.flushHead();
    }
    const receiver = response.start(this);
    this.#receiver = receiver;
    if (!this.#over) this.#untrack = trackAttempt(exchange.connection ?? exchange, receiver);

    const abort = (): void => {
      // Every stream closes; the error, which costs a stack trace, is for those that close too early.
      this.#aborted = true;
      if (!this.#over) this.#abort(new Error("The connection was closed too early"));
    };
    // A stream that is reset may report its end too, hence the earlier of the two signs.
    input.once("aborted", abort);
    output.once("close", abort);
    output.on("drain", () => {
      this.#tell(() => receiver.onDrain());
    });
    input.on("data", (chunk: Uint8Array) => {
      this.#tell(() => receiver.onData(chunk));
    });
    onceEnded(input, () => {
      if (this.#aborted) return;
      this.#inputEnded = true;
      if (this.#held !== undefined) {
        sendHead();
        this.#release(this.#held);
      }
      if (this.#over) output.end();
      else this.#tell(() => receiver.onInputEnd());
    });
  }

  write(chunk: Uint8Array): boolean {
    if (this.#held !== undefined) {
      this.#held.push(chunk);
      return true;
    }
    const { output } = this.#exchange;
    return output.destroyed || output.write(chunk);
  }

  end(): void {
    this.#over = true;
    this.#untrack?.();
    if (this.#inputEnded) this.#exchange.output.end();
  }

  #release(held: readonly Uint8Array[]): void {
    const { output } = this.#exchange;
    this.#held = undefined;
    output.cork();
    for (const chunk of held) output.write(chunk);
    output.uncork();
  }

  #tell(event: () => void): void {
    if (this.#over) return;
    try {
      event();
    } catch (error) {
      this.#abort(error);
      cut(this.#exchange, error);
    }
  }

  #abort(reason: unknown): void {
    this.#aborted = true;
    this.#held = undefined;
    if (this.#over) return;
    this.#over = true;
    this.#untrack?.();
    try {
      this.#receiver?.onAbort(reason);
    } catch (error) {
      this.#exchange.onUnexpectedError(error);
    }
  }
}

function cut(exchange: Exchange, error: unknown): void {
  exchange.onUnexpectedError(error);
  exchange.output.destroy();
  exchange.input.destroy();
}

/** Calls `listener` when the body ends. One that a body parser has read before us has no end event to come. */
function onceEnded(input: Readable, listener: () => void): void {
  if (input.readableEnded) queueMicrotask(listener);
  else input.once("end", listener);
}

function ignore(): void {
  // Deliberately empty.
}
