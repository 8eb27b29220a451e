/** Matchers for `expect` of Vitest and Jest. */
import { millisOrDurationToMillis, type Duration } from "@restatedev/restate-sdk-core";
import type { CommandView } from "../environment/journal-view.js";
import { commandsOf, invocationOf, stateOf, timelineOf } from "./subject.js";

/** What an invocation failed with: its code, its message or a part of it, or both. */
export type ExpectedFailure =
  number | string | RegExp | { readonly code?: number; readonly message?: string | RegExp };

/** The matchers as methods of what `expect` returns. */
export interface RestateMatchers<R = void> {
  /** It has a `ctx.run` of that name in its journal; with `times`, exactly so many. */
  toHaveRun(name: string, times?: number): R;
  /** It has called `Service/handler`, or `Service/key/handler`; with an input, with that one. */
  toHaveCalled(target: string, input?: unknown): R;
  /** It has sent a message to `Service/handler`, or `Service/key/handler`. */
  toHaveSent(target: string, input?: unknown): R;
  /** It has slept; with a duration, that long. */
  toHaveSlept(duration?: Duration | number): R;
  /** The state of its key has this value; with a record, all of these and no other. Also for `env.stateOf(...)`. */
  toHaveState(name: string, value?: unknown): R;
  toHaveState(state: Readonly<Record<string, unknown>>): R;
  /** One of the things it waits for, as `invocation.waitsFor()` puts it, contains the text or matches. */
  toBeWaitingFor(what: string | RegExp): R;
  /** It has completed; with a value, with that one. */
  toHaveCompletedWith(value?: unknown): R;
  /** It has failed with a TerminalError; with a code or message, with that one. */
  toHaveFailedWith(failure?: ExpectedFailure): R;
}

/** What Vitest and Jest bind matchers to. */
interface MatcherContext {
  readonly isNot?: boolean;
  readonly equals: (a: unknown, b: unknown) => boolean;
}

interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

type Matchers = {
  readonly [K in keyof RestateMatchers]: (
    this: MatcherContext,
    received: unknown,
    ...expected: never[]
  ) => MatcherResult;
};

/**
 * Adds the matchers of {@link RestateMatchers}: `expect.extend(restateMatchers)`. For their types in Vitest,
 * `import "@restatedev/restate-sdk-testing/vitest"`; those for Jest come along.
 */
export const restateMatchers = {
  toHaveRun(received: unknown, name: string, times?: number) {
    const found = commandsOf(received, "Run").filter((run) => run.name === name).length;
    const wanted = times === undefined ? "" : ` ${count(times)}`;
    return verdict(received, {
      pass: times === undefined ? found > 0 : found === times,
      expected: `have run "${name}"${wanted}`,
      actual: found === 0 ? ran(received) : `It has run it ${count(found)}.`,
    });
  },

  toHaveCalled(received: unknown, target: string, ...input: [unknown?]) {
    return sent(this, received, {
      type: "Call",
      verb: "called",
      target,
      input,
    });
  },

  toHaveSent(received: unknown, target: string, ...input: [unknown?]) {
    return sent(this, received, {
      type: "OneWayCall",
      verb: "sent",
      target,
      input,
    });
  },

  toHaveSlept(received: unknown, duration?: Duration | number) {
    const slept = commandsOf(received, "Sleep").map(({ value, at }) => Number(value) - at);
    const millis = duration === undefined ? undefined : millisOrDurationToMillis(duration);
    return verdict(received, {
      pass: millis === undefined ? slept.length > 0 : slept.includes(millis),
      expected: millis === undefined ? "have slept" : `have slept ${millis} ms`,
      actual: slept.length === 0 ? "It has not slept." : `It has slept ${slept.join(", ")} ms.`,
    });
  },

  toHaveState(received: unknown, ...expected: [string | object, unknown?]) {
    const { equals } = this;
    const state = stateOf(received);
    const [wanted] = expected;
    const actual = `The state is ${show(state)}.`;
    if (typeof wanted !== "string") {
      const pass = equals(state, wanted);
      return verdict(received, { pass, expected: `have the state ${show(wanted)}`, actual });
    }
    const has = Object.hasOwn(state, wanted);
    if (expected.length === 1) {
      return verdict(received, { pass: has, expected: `have the state "${wanted}"`, actual });
    }
    const pass = has && equals(state[wanted], expected[1]);
    const value = show(expected[1]);
    return verdict(received, { pass, expected: `have the state "${wanted}" = ${value}`, actual });
  },

  toBeWaitingFor(received: unknown, what: string | RegExp) {
    const waits = invocationOf(received).waitsFor();
    return verdict(received, {
      pass: waits.some((wait) => contains(wait, what)),
      expected: `be waiting for ${typeof what === "string" ? what : String(what)}`,
      actual:
        waits.length === 0
          ? `It waits for nothing: it is ${invocationOf(received).status}.`
          : `It waits for ${waits.join(", and for ")}.`,
    });
  },

  toHaveCompletedWith(received: unknown, ...expected: [unknown?]) {
    const { equals } = this;
    const { outcome } = invocationOf(received);
    const isCompleted = outcome?.kind === "completed";
    return verdict(received, {
      pass: isCompleted && (expected.length === 0 || equals(outcome.value, expected[0])),
      expected:
        expected.length === 0 ? "have completed" : `have completed with ${show(expected[0])}`,
      actual: ended(received),
    });
  },

  toHaveFailedWith(received: unknown, failure?: ExpectedFailure) {
    const { outcome } = invocationOf(received);
    return verdict(received, {
      pass: outcome?.kind === "failed" && isFailure(outcome.error, failure),
      expected: failure === undefined ? "have failed" : `have failed with ${show(failure)}`,
      actual: ended(received),
    });
  },
} satisfies Matchers;

interface ExpectedMessage {
  readonly type: "Call" | "OneWayCall";
  readonly verb: "called" | "sent";
  readonly target: string;
  /** Empty if any will do. */
  readonly input: readonly unknown[];
}

function sent(
  { equals }: MatcherContext,
  received: unknown,
  { type, verb, target, input }: ExpectedMessage,
): MatcherResult {
  const all = commandsOf(received, type);
  const found = all.filter((command) => isTo(command, target));
  const shown = (found.length > 0 ? found : all).map(
    ({ target: to = "", value }) => `${to}(${value === undefined ? "" : show(value)})`,
  );
  const wanted = input.length === 0 ? "" : ` with ${show(input[0])}`;
  return verdict(received, {
    pass: found.some(({ value }) => input.length === 0 || equals(value, input[0])),
    expected: `have ${verb} ${target}${wanted}`,
    actual: shown.length === 0 ? `It has ${verb} nothing.` : `It has ${verb} ${shown.join(", ")}.`,
  });
}

/** `Service/handler` means any key. */
function isTo({ target = "" }: CommandView, wanted: string): boolean {
  if (target === wanted) return true;
  const service = target.slice(0, target.indexOf("/"));
  const handler = target.slice(target.lastIndexOf("/") + 1);
  return `${service}/${handler}` === wanted;
}

function isFailure(
  { code, message }: { readonly code: number; readonly message: string },
  expected: ExpectedFailure | undefined,
): boolean {
  if (expected === undefined) return true;
  if (typeof expected === "number") return code === expected;
  if (typeof expected === "string" || expected instanceof RegExp)
    return contains(message, expected);
  return (
    (expected.code === undefined || expected.code === code) &&
    (expected.message === undefined || contains(message, expected.message))
  );
}

function contains(text: string, wanted: string | RegExp): boolean {
  return typeof wanted === "string" ? text.includes(wanted) : wanted.test(text);
}

function ran(received: unknown): string {
  const names = commandsOf(received, "Run").map(({ name }) => (name === "" ? "(no name)" : name));
  return names.length === 0 ? "It has run nothing." : `It has run ${names.join(", ")}.`;
}

function ended(received: unknown): string {
  const { outcome, status } = invocationOf(received);
  if (outcome === undefined) return `It is ${status}.`;
  if (outcome.kind === "completed") return `It has completed with ${show(outcome.value)}.`;
  return `It has failed with [${outcome.error.code}] ${outcome.error.message}.`;
}

function verdict(
  received: unknown,
  { pass, expected, actual }: { pass: boolean; expected: string; actual: string },
): MatcherResult {
  return {
    pass,
    message: () => {
      const timeline = timelineOf(received);
      const sentence = `Expected it ${pass ? "not " : ""}to ${expected}. ${actual}`;
      return timeline === "" ? sentence : `${sentence}\n\n${timeline}`;
    },
  };
}

function count(times: number): string {
  return times === 1 ? "once" : `${times} times`;
}

function show(value: unknown): string {
  if (value instanceof RegExp || value === undefined) return String(value);
  const text = JSON.stringify(value, (_key, each: unknown) =>
    each instanceof RegExp ? String(each) : each,
  );
  return text;
}

declare global {
  // The one way to add to the matchers of @types/jest; who does not have it gets an interface that nothing uses.
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace jest {
    // Its own declaration names and defaults them so.
    // eslint-disable-next-line @typescript-eslint/no-unused-vars, @typescript-eslint/no-empty-object-type
    interface Matchers<R, T = {}> extends RestateMatchers<R> {}
  }
}
