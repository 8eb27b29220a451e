/** Runs one endpoint response over a WHATWG request and its response, whatever runtime they belong to. */
import type {
  AttemptOutput,
  AttemptReceiver,
  BufferedResponse,
  EndpointResponse,
  StaticResponse,
  StreamResponse,
} from "../endpoint/types.js";
import type { ExchangeOptions } from "./exchange-options.js";

/** One request and what its answer depends on. */
export interface FetchExchange extends ExchangeOptions {
  readonly request: Request;
}

/** Never throws or rejects. */
export async function respondTo(
  exchange: FetchExchange,
  response: EndpointResponse,
): Promise<Response> {
  const { request } = exchange;
  try {
    if (response.kind === "static") return sendStatic(request, response);
    if (request.bodyUsed || request.body?.locked) return bodyIsTaken(exchange);
    if (response.kind === "buffered") return await sendBuffered(request, response);
    return await new AttemptExchange(exchange, response).response;
  } catch (error) {
    exchange.onUnexpectedError(error);
    return failure(500, "Internal server error");
  }
}

function sendStatic({ body }: Request, response: StaticResponse): Response {
  // Nobody wants what is left of the request, but unread bytes would hold the connection's flow control window, and
  // cancelling them would cut the connection on some runtimes before the response is sent.
  if (body !== null && !body.locked) discard(body.getReader());
  return toResponse(response);
}

async function sendBuffered(request: Request, response: BufferedResponse): Promise<Response> {
  let body: ArrayBuffer;
  try {
    body = await request.arrayBuffer();
  } catch {
    // Whoever sent the request is not there any more to read it.
    return failure(400, CUT_OFF);
  }
  return toResponse(await response.respond(new Uint8Array(body)));
}

function toResponse({ status, headers, body }: StaticResponse): Response {
  return new Response(owned(body), { status, headers });
}

function bodyIsTaken(exchange: FetchExchange): Response {
  const message =
    "The body of the request was read before the Restate handler saw it. " +
    "Hand the request on before anybody calls json(), text() or the like, or hand on a clone().";
  exchange.onUnexpectedError(new TypeError(message));
  return failure(500, message);
}

const CUT_OFF = "The connection was closed too early";

function failure(status: number, message: string): Response {
  return Response.json({ message }, { status });
}

/** What may wait for the reader before an attempt is asked to pause. */
const BUFFERED_BYTES = 64 * 1024;

/**
 * One attempt on the wire. The response ends only after the request did: the server half-closes once it has read the
 * terminal frame, and takes a response that ends before that for a lost connection.
 */
class AttemptExchange implements AttemptOutput {
  /** At once, or in request-response mode when the request has ended. */
  readonly response: Response | Promise<Response>;
  readonly #exchange: FetchExchange;
  readonly #receiver: AttemptReceiver;
  readonly #input: Input | undefined;
  readonly #signal: AbortSignal | undefined;
  #output!: ReadableStreamDefaultController<Uint8Array>;
  /** The attempt waits to be told that there is room. */
  #isFull = false;
  #hasInputEnded = false;
  /** The attempt has ended its output or is aborted: nothing may reach the receiver any more. */
  #isOver = false;
  /** The response is complete or cut off: nothing may reach it any more. */
  #isClosed = false;
  #cutBy: Error | undefined;

  constructor(exchange: FetchExchange, attempt: StreamResponse) {
    const { request, requestResponse } = exchange;
    this.#exchange = exchange;
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#output = controller;
        },
        pull: () => {
          this.#onPull();
        },
        cancel: this.#onGone,
      },
      { highWaterMark: BUFFERED_BYTES, size: (chunk) => chunk.byteLength },
    );
    this.#input = request.body?.getReader();
    this.#receiver = attempt.start(this);
    const { status, headers } = attempt;
    const answer = (): Response => new Response(body, { status, headers });
    const wholeInput = this.#readInput();
    this.response = requestResponse
      ? wholeInput.then((error) => (error ? failure(500, error.message) : answer()))
      : answer();
    this.#signal = signalOf(request);
    if (this.#signal?.aborted === true) this.#onGone(this.#signal.reason);
    else this.#signal?.addEventListener("abort", this.#onSignal);
  }

  // --- AttemptOutput

  write(chunk: Uint8Array): boolean {
    if (this.#isClosed) return true;
    this.#output.enqueue(owned(chunk));
    this.#isFull = (this.#output.desiredSize ?? 0) <= 0;
    return !this.#isFull;
  }

  end(): void {
    this.#isOver = true;
    if (this.#hasInputEnded) this.#close();
  }

  // --- the other side

  /** Resolves when the request has ended, or to why the exchange did before. Never rejects. */
  async #readInput(): Promise<Error | undefined> {
    try {
      for (;;) {
        const { done, value } = (await this.#input?.read()) ?? END;
        if (this.#isClosed) return this.#cutBy;
        if (done) break;
        this.#tell(() => {
          this.#receiver.onData(asBytes(value));
        });
      }
    } catch (error) {
      this.#onGone(error);
      return this.#cutBy;
    }
    this.#hasInputEnded = true;
    if (this.#isOver) this.#close();
    else {
      this.#tell(() => {
        this.#receiver.onInputEnd();
      });
    }
    return this.#cutBy;
  }

  #onPull(): void {
    if (!this.#isFull) return;
    this.#isFull = false;
    this.#tell(() => {
      this.#receiver.onDrain();
    });
  }

  readonly #onSignal = ({ target }: Event): void => {
    this.#onGone((target as AbortSignal).reason);
  };

  /** The client went away, which shows in the request, the response or the signal, whichever the runtime tells first. */
  readonly #onGone = (cause: unknown): void => {
    this.#cut(new Error(CUT_OFF, { cause }));
  };

  // --- the end

  /** Never throws, since nobody could catch it. */
  #tell(event: () => void): void {
    if (this.#isOver) return;
    try {
      event();
    } catch (error) {
      this.#exchange.onUnexpectedError(error);
      this.#cut(error as Error);
    }
  }

  #cut(error: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cutBy = error;
    this.#output.error(error);
    this.#input?.cancel(error).catch(ignore);
    this.#release();
    this.#tell(() => {
      this.#isOver = true;
      this.#receiver.onAbort(error);
    });
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#output.close();
    this.#release();
  }

  #release(): void {
    this.#signal?.removeEventListener("abort", this.#onSignal);
  }
}

/**
 * What tells that the client went away while nothing is read or written. Deno, which aborts it after a success too and
 * warns whoever looks at it, cancels the response then.
 */
function signalOf(request: Request): AbortSignal | undefined {
  return "Deno" in globalThis ? undefined : request.signal;
}

type Input = ReadableStreamDefaultReader<Uint8Array>;

/** What the body of a request reads as if it has none. */
const END = { done: true, value: undefined } as const;

/** Frameworks may put a body together from other things than bytes. */
function asBytes(chunk: unknown): Uint8Array {
  if (ArrayBuffer.isView(chunk)) return chunk as Uint8Array;
  throw new TypeError(
    `The body of the request consists of values of type ${typeof chunk} instead of bytes. ` +
      "Hand the request on as the runtime made it.",
  );
}

/** Bytes that nobody else has in the same buffer: runtimes may transfer what they are given. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const isAlone = bytes.byteLength === bytes.buffer.byteLength;
  return isAlone ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}

function discard(input: Input): void {
  input.read().then(({ done }) => {
    if (!done) discard(input);
  }, ignore);
}

function ignore(): void {
  // Deliberately empty.
}
