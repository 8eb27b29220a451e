/** Registers a running example with a real server and makes the requests that are known for it. */
import { isDeepStrictEqual } from "node:util";

import { IngressError, RestateServer, type IngressClient } from "../support/real-server/index.js";
import { CannotHost, start } from "./host.js";
import type { Program, Step } from "./known.js";

export interface Outcome {
  readonly file: string;
  readonly serves: Verdict;
  readonly invoked: Verdict;
}

export interface Verdict {
  readonly kind: "passed" | "failed" | "not tried";
  readonly note: string;
}

const REQUEST_MS = 60_000;

/** A server of its own for each: what another example left behind has no influence. */
export async function tryProgram(folder: string, program: Program): Promise<Outcome> {
  const { file, needs } = program;
  if (needs !== undefined) return { file, ...bothNotTried(`needs ${needs}`) };
  let server: RestateServer | undefined;
  try {
    const running = await start(folder, program);
    try {
      server = await RestateServer.start();
      const { services } = await server.admin.register(running.uri, running);
      const names = services.map(({ name }) => name);
      const missing = program.services.filter((name) => !names.includes(name));
      if (missing.length > 0) return { file, ...failed(`${missing.join(", ")} not discovered`) };
      const serves = { kind: "passed", note: names.join(", ") } as const;
      return { file, serves, invoked: await invoke(server.ingress, program, running.output) };
    } finally {
      await running.stop();
    }
  } catch (error) {
    if (error instanceof CannotHost) return { file, ...bothNotTried(error.message) };
    return { file, ...failed(error instanceof Error ? error.message : String(error)) };
  } finally {
    await server?.stop();
  }
}

async function invoke(
  ingress: IngressClient,
  { steps = [] }: Program,
  output: () => string,
): Promise<Verdict> {
  if (steps.length === 0) return { kind: "not tried", note: "" };
  for (const step of steps) {
    const fault = await faultOf(ingress, step);
    if (fault !== undefined) {
      return { kind: "failed", note: `${step.target}: ${fault}\n${output()}` };
    }
  }
  return { kind: "passed", note: steps.map(({ target }) => target).join(", ") };
}

async function faultOf(ingress: IngressClient, step: Step): Promise<string | undefined> {
  const answer = await answerTo(ingress, step);
  const expected = step.answer;
  if (answer instanceof Error && !(answer instanceof IngressError)) return String(answer);
  if (step.verb === "send" && !(answer instanceof Error)) return undefined;
  if (isRight(answer, expected)) return undefined;
  return `answers ${show(answer)}, expected ${show(expected)}`;
}

function isRight(answer: unknown, expected: unknown): boolean {
  if (expected instanceof RegExp) return typeof answer === "string" && expected.test(answer);
  if (typeof expected === "function")
    return (expected as (it: unknown) => unknown)(answer) === true;
  if (expected instanceof Error) {
    return answer instanceof IngressError && answer.message.includes(expected.message);
  }
  return isDeepStrictEqual(answer, expected);
}

async function answerTo(ingress: IngressClient, step: Step): Promise<unknown> {
  const { verb, target, input } = step;
  try {
    return await Promise.race([
      verb === "call" ? ingress.call(target, input) : ingress.send(target, input),
      timeout(),
    ]);
  } catch (error) {
    return error;
  }
}

function timeout(): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`no answer in ${REQUEST_MS} ms`)), REQUEST_MS).unref();
  });
}

function show(value: unknown): string {
  return value instanceof Error ? `the error "${value.message}"` : JSON.stringify(value ?? null);
}

function failed(note: string): Pick<Outcome, "serves" | "invoked"> {
  return { serves: { kind: "failed", note }, invoked: { kind: "not tried", note: "" } };
}

function bothNotTried(note: string): Pick<Outcome, "serves" | "invoked"> {
  return { serves: { kind: "not tried", note }, invoked: { kind: "not tried", note: "" } };
}
