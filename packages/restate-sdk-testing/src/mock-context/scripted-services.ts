/** Services that a mocked context calls: whatever is asked for is there, and answers what the script says. */
import {
  encodeFrame,
  FrameDecoder,
  decodeFrame,
  type MessageOf,
  type ProtocolVersion,
  type ValueOrFailure,
} from "../codec.js";
import { decodeValue } from "../environment/journal-view.js";
import type { MockedCall } from "../environment/mock-service.js";
import type {
  AttemptChannel,
  AttemptEvents,
  AttemptRequest,
  Deployment,
} from "../runtime/connection.js";
import type { Runtime } from "../runtime/runtime.js";
import { SERVER_DEFAULTS, type ResolvedHandler } from "../runtime/services.js";
import { isThenable, play, toError, type Scripted } from "./scripts.js";

/** The answer of a handler, or a function that gives it. */
export type ScriptedCall =
  Scripted<string | number | boolean | object | null | undefined> | CallFunction;

type CallFunction = (input: never, call: MockedCall) => unknown;

export interface ScriptedServicesOptions {
  readonly calls: Readonly<Record<string, ScriptedCall>>;
  readonly runtime: () => Runtime;
  /** Told of a call, not a send, that is not in the script; what it returns becomes of the call. */
  readonly onUnscripted: (target: string) => Error;
  /** Told what a function of the script has thrown. */
  readonly onThrown: (error: Error) => void;
}

export class ScriptedServices implements Deployment {
  readonly id = "script";
  readonly isHosted = true;
  readonly #options: ScriptedServicesOptions;

  constructor(options: ScriptedServicesOptions) {
    this.#options = options;
  }

  discover(): Promise<unknown> {
    return Promise.resolve({ services: [] });
  }

  /** Any handler of any service. It takes keys, in case it is asked for with one. */
  readonly resolve = (service: string, handler: string): ResolvedHandler => ({
    service: {
      name: service,
      kind: "object",
      handlers: new Map(),
      deployment: this,
      manifest: {},
    },
    handler: {
      ...SERVER_DEFAULTS,
      inactivityTimeoutMs: Infinity,
      abortTimeoutMs: Infinity,
      name: handler,
      kind: "shared",
      isPublic: true,
      enableLazyState: false,
      input: undefined,
      output: { contentType: undefined, setContentTypeIfEmpty: false },
    },
  });

  open(request: AttemptRequest, events: AttemptEvents): AttemptChannel {
    let isAborted = false;
    let isPlaying = false;
    return {
      send: (bytes) => {
        const { start, input } = readRequest(bytes);
        const answer = (result: ValueOrFailure) => {
          if (!isAborted) events.onData(outputOf(result, request.version));
        };
        isPlaying = this.#answer(request, { start, input }, answer);
      },
      closeInput: () => {
        if (isPlaying) request.host.onBlocked?.();
      },
      abort: () => {
        isAborted = true;
      },
    };
  }

  /** Whether time may pass until there is an answer: only a promise of the test's own is work to wait for. */
  #answer(
    { service, handler, host }: AttemptRequest,
    { start, input }: Received,
    answer: (result: ValueOrFailure) => void,
  ): boolean {
    const script = this.#scriptOf(`${service}/${handler}`, start.debugId);
    const call: MockedCall = {
      key: start.key === "" ? undefined : start.key,
      invocationId: start.debugId,
      headers: new Map(input.headers.map(({ key, value }) => [key, value])),
    };
    const value = isFunction(script) ? this.#call(script, input.value, call) : script;
    play(this.#options.runtime(), value, answer);
    if (isThenable(value)) return false;
    host.onBlocked?.();
    return true;
  }

  #scriptOf(target: string, invocationId: string): ScriptedCall {
    const { calls, onUnscripted } = this.#options;
    if (Object.hasOwn(calls, target)) return calls[target];
    return this.#isAwaited(invocationId) ? onUnscripted(target) : undefined;
  }

  /** Nobody sees what becomes of a send. */
  #isAwaited(invocationId: string): boolean {
    const { invocations } = this.#options.runtime().world;
    const callee = invocations.get(invocationId);
    const parent = invocations.get(callee?.request.parentId ?? "");
    return callee !== undefined && parent?.callees.has(callee) === true;
  }

  #call(script: CallFunction, bytes: Uint8Array, call: MockedCall) {
    try {
      // Whoever writes the script says what the input is.
      const value = script(decodeValue(bytes) as never, call);
      if (!isThenable(value)) return value;
      return Promise.resolve(value).catch((error: unknown) => this.#thrown(error));
    } catch (error) {
      return this.#thrown(error);
    }
  }

  #thrown(thrown: unknown): Error {
    const error = toError(thrown);
    this.#options.onThrown(error);
    return error;
  }
}

function isFunction(script: unknown): script is CallFunction {
  return typeof script === "function";
}

interface Received {
  readonly start: MessageOf<"Start">;
  readonly input: MessageOf<"InputCommand">;
}

function readRequest(bytes: Uint8Array): Received {
  const decoder = new FrameDecoder();
  decoder.push(bytes);
  const next = () => {
    const frame = decoder.next();
    return frame === undefined ? undefined : decodeFrame(frame).message;
  };
  return {
    start: next() as MessageOf<"Start">,
    input: next() as MessageOf<"InputCommand">,
  };
}

function outputOf(result: ValueOrFailure, version: ProtocolVersion): Uint8Array {
  const output = encodeFrame({ type: "OutputCommand", result, name: "" }, version);
  const end = encodeFrame({ type: "End" }, version);
  const bytes = new Uint8Array(output.length + end.length);
  bytes.set(output);
  bytes.set(end, output.length);
  return bytes;
}
