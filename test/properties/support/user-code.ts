/** What generated programs use besides the context: a trace, shared variables, and tags that betray their order. */
import { Script } from "node:vm";
import { serde } from "@restatedev/restate-sdk-core";
import type { RestatePromiseConstructor } from "../../../packages/restate-sdk/src/api/promise.js";
import { TerminalError } from "../../../packages/restate-sdk/src/errors/terminal-error.js";
import { printProgram } from "./print.js";
import type { Program, RunMode } from "./program.js";

/** The part of the context that programs use; the oracle implements it, too. */
export interface ProgramContext {
  sleep(millis: number, name: string): PromiseLike<void>;
  run(name: string, action: (options: { signal: AbortSignal }) => unknown): PromiseLike<unknown>;
  genericCall(call: CallRequest): PromiseLike<unknown> & { invocationId: PromiseLike<unknown> };
  genericSend(call: CallRequest): { invocationId: PromiseLike<unknown> };
  awakeable(): { id: string; promise: PromiseLike<unknown> };
}

export interface CallRequest {
  readonly service: string;
  readonly method: string;
  readonly parameter: unknown;
  readonly inputSerde: unknown;
  readonly outputSerde: unknown;
  readonly name: string;
}

/** What happens to a program, as seen by the simulation it runs in. */
export interface ProgramHost {
  /** User code passed a point. */
  onTrace(event: string): void;
  /** Something that must not happen has happened. */
  onViolation(message: string): void;
  onAwakeable(id: string): void;
  /** Runs the action of a `ctx.run`. */
  execute(name: string, mode: RunMode, signal: AbortSignal | undefined): unknown;
}

type ProgramFunction = (
  ctx: unknown,
  combinators: unknown,
  toolkit: Toolkit,
  shared: Shared,
) => Promise<unknown>;

export interface CompiledProgram {
  readonly program: Program;
  readonly source: string;
  run(
    ctx: ProgramContext,
    combinators: RestatePromiseConstructor,
    host: ProgramHost,
  ): Promise<unknown>;
}

export function compileProgram(program: Program): CompiledProgram {
  const source = printProgram(program);
  const script = new Script(`(async function (ctx, R, t, s) {\n${source}\n})`);
  const main = script.runInThisContext() as ProgramFunction;
  return {
    program,
    source,
    run(ctx, combinators, host) {
      const shared = { a: 1, b: 2, h: 17 };
      return main(ctx, combinators, new Toolkit(host, shared), shared);
    },
  };
}

/** Variables that all branches of a program read and write. `h` is a hash of everything that happened so far. */
interface Shared {
  a: number;
  b: number;
  h: number;
}

/** A program that loops for ever would never be done. */
const MAX_OPERATIONS = 120;

export class Toolkit {
  private operations = 0;

  constructor(
    private readonly host: ProgramHost,
    private readonly shared: Shared,
  ) {}

  /** Names the next operation after everything that happened before it: another order gives another name. */
  tag(): string {
    if (++this.operations > MAX_OPERATIONS) throw this.terminal("too many operations");
    return `${String(this.operations)}-${String(this.shared.h % 10_000)}`;
  }

  got(label: string, value: unknown): unknown {
    this.log(`${label}=${show(value)}`);
    return value;
  }

  err(label: string, error: unknown): void {
    if (!(error instanceof TerminalError) && !(error instanceof AggregateError)) {
      this.host.onViolation(`User code caught ${String(error)}`);
    }
    this.log(`${label}!${show(error)}`);
  }

  mapped(label: string, value: unknown, failure: unknown): unknown {
    this.log(`${label}~${show(failure ?? value)}`);
    return this.shared.h % 100;
  }

  log(event: string): void {
    this.host.onTrace(event);
    this.shared.h = hash(this.shared.h, event);
    this.shared.a = (this.shared.a * 7 + this.shared.h) % 11;
  }

  terminal(message: string): TerminalError {
    return new TerminalError(message, { errorCode: 400 });
  }

  /** Keeps a promise that may be awaited later, or never, from counting as an unhandled rejection. */
  own<T>(promise: Promise<T>): Promise<T> {
    promise.catch(() => {});
    return promise;
  }

  run(ctx: ProgramContext, mode: RunMode): unknown {
    const name = this.tag();
    return ctx.run(name, (options) =>
      this.host.execute(name, mode, mode === "abortable" ? options.signal : undefined),
    );
  }

  call(ctx: ProgramContext): unknown {
    return ctx.genericCall(this.request());
  }

  send(ctx: ProgramContext): unknown {
    return ctx.genericSend(this.request());
  }

  awakeable(ctx: ProgramContext): unknown {
    const { id, promise } = ctx.awakeable();
    this.host.onAwakeable(id);
    return promise;
  }

  private request(): CallRequest {
    const tag = this.tag();
    return {
      service: "Other",
      method: "method",
      name: tag,
      parameter: this.shared.h % 1000,
      inputSerde: serde.json,
      outputSerde: serde.json,
    };
  }
}

function hash(seed: number, text: string): number {
  let h = seed ^ 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

function show(value: unknown): string {
  if (value instanceof AggregateError) return `Aggregate(${value.errors.map(show).join(",")})`;
  if (value instanceof TerminalError) return `${value.name}(${value.code}:${value.message})`;
  if (value instanceof Error) return `${value.name}(${value.message})`;
  if (Array.isArray(value)) return `[${value.map(show).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    return `{${Object.entries(value)
      .map(([key, field]) => `${key}:${show(field)}`)
      .join(",")}}`;
  }
  return String(value);
}
