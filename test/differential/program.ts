/** A handler written once, served by either SDK, together with the world it is run in. */
import type * as official from "official-sdk";
import type { ProtocolVersion } from "../support/scripted-server/invocation-state.js";
import type { Script } from "../support/scripted-server/script.js";

/** What a program may use: the API that both SDKs offer, with the official types. */
export type Sdk = typeof official;

export type AnyDefinition =
  | official.ServiceDefinition<string, unknown>
  | official.VirtualObjectDefinition<string, unknown>
  | official.WorkflowDefinition<string, unknown>;

/** What the process that serves a program offers to it. */
export interface ProgramHost {
  /** Notes that user code with a side effect ran; the report tells in which attempt. */
  effect(ctx: official.Context, label: string): void;
}

export interface Program {
  /** Also the name of the service. Its handler is called `run`. */
  readonly name: string;
  define(sdk: Sdk, host: ProgramHost): AnyDefinition;
  readonly cases: readonly ProgramCase[];
  /** Several runs are open at once. The official SDK executes them in an order that changes from run to run. */
  readonly unorderedRuns?: boolean;
}

export interface ProgramCase {
  readonly name: string;
  readonly input?: unknown;
  /** Takes the place of `input` where the bytes are no JSON. */
  readonly rawInput?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly key?: string;
  readonly idempotencyKey?: string;
  readonly scope?: string;
  readonly limitKey?: string;
  readonly script?: Script;
  readonly versions?: readonly ProtocolVersion[];
  /** User code looks at the attempt's number, so a crash may change the outcome. */
  readonly dependsOnAttempt?: boolean;
  /** The outcome depends on which notification comes first. */
  readonly dependsOnOrder?: boolean;
}

export const HOUR = { hours: 1 };

/** The number of the attempt that is running, as the scripted server tells it in a header. */
export function attemptNumber(ctx: official.Context): number {
  return Number(ctx.request().attemptHeaders.get("x-attempt"));
}

/** What a caught error looks like to user code. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { thrown: String(error) };
  const { name, message } = error;
  const { code, metadata } = error as { code?: unknown; metadata?: unknown };
  return { name, message, code, metadata: metadata ?? null };
}

/** What comes of a promise, as data. */
export async function settle(promise: Promise<unknown>): Promise<unknown> {
  try {
    return { value: await promise };
  } catch (error) {
    if (error instanceof AggregateError) return { aggregate: error.errors.map(describeError) };
    return describeError(error);
  }
}
