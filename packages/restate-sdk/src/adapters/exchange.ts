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
import type { ExchangeOptions } from "./exchange-options.js";
import { trackAttempt, untrackAttempt, type Connection } from "./open-attempts.js";

/** One request and its response. Under HTTP/2 `input` and `output` are the same stream. */
export interface Exchange {
  readonly options: ExchangeOptions;
  readonly input: Readable;
  readonly output: Writable;
  /** What the exchange runs over. */
  readonly connection: Connection | undefined;
  writeHead(status: number, headers: Readonly<Record<string, string>>): void;
  /** Sends the head now, instead of together with the first bytes of the body. HTTP/2 does not hold it back. */
  flushHead?(): void;
}

/** Never throws. While an answer is awaited, the request body stays unread in the transport. */
export function runExchange(
  exchange: Exchange,
  answer: EndpointResponse | Promise<EndpointResponse>,
): void {
  const { input, output } = exchange;
  // What matters of an error is that the stream closes; without a listener it would end the process.
  input.on("error", ignore);
  if ((input as unknown) !== output) output.on("error", ignore);
  if (answer instanceof Promise) void answer.then((response) => respond(exchange, response));
  else respond(exchange, answer);
}

function respond(exchange: Exchange, response: EndpointResponse): void {
  try {
    if (exchange.output.destroyed) return;
    if (response.kind === "static") sendStatic(exchange, response);
    else if (response.kind === "buffered") sendBuffered(exchange, response);
    else new AttemptExchange(exchange, response);
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
    runExchange(exchange, response.respond(Buffer.concat(chunks)));
  });
}

/**
 * One attempt on the wire. The response ends only after the request did: the server half-closes once it has read the
 * terminal frame, and takes a response that ends before that for a lost connection.
 */
class AttemptExchange implements AttemptOutput {
  readonly #exchange: Exchange;
  /** Until its head is sent. */
  #response: StreamResponse | undefined;
  /** In request-response mode, what is held back until the request has ended. */
  #held: Uint8Array[] | undefined;
  /** Undefined when the attempt has ended its output or is aborted: nothing may reach it any more. */
  #receiver: AttemptReceiver | undefined;
  #hasInputEnded = false;

  constructor(exchange: Exchange, response: StreamResponse) {
    const { input, output, options } = exchange;
    this.#exchange = exchange;
    this.#response = response;
    if (options.requestResponse) this.#held = [];
    // Most attempts write something before this turn of the event loop is over: one packet instead of two.
    else setImmediate(() => this.#sendHeadAlone());
    this.#receiver = response.start(this);
    trackAttempt(connectionOf(exchange), this.#receiver);
    const onClose = (): void => {
      if (!this.#receiver) return;
      this.#tell("onAbort", new Error("The connection was closed too early"));
      this.#finish();
    };
    // A stream that is reset may report its end too, hence the earlier of the two signs.
    input.on("aborted", onClose);
    output.on("close", onClose);
    input.on("data", (chunk: Uint8Array) => this.#tell("onData", chunk));
    onceEnded(input, () => {
      this.#hasInputEnded = true;
      this.#release();
      if (this.#receiver) this.#tell("onInputEnd");
      else output.end();
    });
  }

  write(chunk: Uint8Array): boolean {
    if (this.#held) return this.#held.push(chunk) > 0;
    this.#sendHead();
    const { output } = this.#exchange;
    const hasRoom = output.destroyed || output.write(chunk);
    if (!hasRoom) output.once("drain", () => this.#tell("onDrain"));
    return hasRoom;
  }

  end(): void {
    this.#finish();
    if (this.#hasInputEnded) this.#exchange.output.end();
  }

  #sendHead(): void {
    const { output } = this.#exchange;
    const response = this.#response;
    // Neither may be written to, and only the one or the other knows of a stream that was reset just now.
    if (!response || output.destroyed || output.closed) return;
    this.#response = undefined;
    this.#exchange.writeHead(response.status, response.headers);
  }

  #sendHeadAlone(): void {
    try {
      this.#sendHead();
      this.#exchange.flushHead?.();
    } catch (error) {
      cut(this.#exchange, error);
    }
  }

  #release(): void {
    const held = this.#held;
    if (!held) return;
    this.#held = undefined;
    this.#sendHead();
    const { output } = this.#exchange;
    output.cork();
    for (const chunk of held) output.write(chunk);
    output.uncork();
  }

  #finish(): void {
    // Streams that are over live on for a while in Node's tables; their attempts must not.
    const receiver = this.#receiver;
    this.#receiver = undefined;
    if (receiver) untrackAttempt(connectionOf(this.#exchange), receiver);
  }

  /** Never throws, since nobody could catch it. The stream that is cut for that closes. */
  #tell(event: Exclude<keyof AttemptReceiver, "onShutdown">, argument?: Uint8Array | Error): void {
    try {
      this.#receiver?.[event](argument as never);
    } catch (error) {
      cut(this.#exchange, error);
    }
  }
}

function connectionOf(exchange: Exchange): Connection {
  return exchange.connection ?? exchange;
}

function cut(exchange: Exchange, error: unknown): void {
  exchange.options.onUnexpectedError(error);
  exchange.output.destroy();
  exchange.input.destroy();
}

/** Calls `listener` when the body ends. One that a body parser has read before us has no end event to come. */
function onceEnded(input: Readable, listener: () => void): void {
  if (input.readableEnded) queueMicrotask(listener);
  else input.on("end", listener);
}

function ignore(): void {
  // Deliberately empty.
}
