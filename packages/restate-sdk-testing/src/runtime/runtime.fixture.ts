/** A runtime with services for tests, and JSON in and out. */
import type { EndpointOptions } from "@restatedev/restate-sdk/transport";
import type { ProtocolVersion } from "../codec.js";
import { inProcess } from "./in-process.js";
import type { Invocation } from "./invocation.js";
import { Runtime, type ExternalRequest, type RuntimeOptions } from "./runtime.js";

export type Services = EndpointOptions["services"];

export interface Variant {
  readonly protocol: ProtocolVersion;
  readonly mode: "suspend" | "stream";
}

/** Every protocol version, in both modes. */
export const VARIANTS: readonly Variant[] = ([5, 6, 7] as const).flatMap((protocol) => [
  { protocol, mode: "suspend" as const },
  { protocol, mode: "stream" as const },
]);

export class TestRuntime {
  static async start(services: Services, options: RuntimeOptions = {}): Promise<TestRuntime> {
    const runtime = new Runtime({ startAt: 0, ...options });
    await runtime.register(inProcess({ services, logger: () => undefined }));
    return new TestRuntime(runtime);
  }

  static of(runtime: Runtime): TestRuntime {
    return new TestRuntime(runtime);
  }

  private constructor(readonly runtime: Runtime) {}

  /** `"Service/handler"` or `"Object/key/handler"`. */
  send(target: string, input?: unknown, options: Partial<ExternalRequest> = {}): Invocation {
    const parts = target.split("/");
    const [service = "", handler = ""] = [parts[0], parts.at(-1)];
    const key = parts.length > 2 ? parts[1] : undefined;
    const resolved = this.runtime.submissions.resolve(service, handler);
    if (resolved === undefined) throw new Error(`There is no ${target}`);
    const body = input === undefined ? new Uint8Array() : encode(JSON.stringify(input));
    return this.runtime.submit({ service, handler, key, body, ...options }, resolved).invocation;
  }

  async call(
    target: string,
    input?: unknown,
    options: Partial<ExternalRequest> = {},
  ): Promise<unknown> {
    return this.result(this.send(target, input, options));
  }

  async result(invocation: Invocation): Promise<unknown> {
    const result = await this.runtime.result(invocation);
    if (result.kind === "value") return decode(result.value);
    throw new InvocationFailed(result.failure.code, result.failure.message);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.runtime.stop();
    return Promise.resolve();
  }
}

export class InvocationFailed extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function decode(bytes: Uint8Array): unknown {
  const text = new TextDecoder().decode(bytes);
  return text === "" ? undefined : JSON.parse(text);
}
