/** What matchers are applied to: invocations, what mocked contexts end with, and state. */
import type { EntryView, CommandView } from "../environment/journal-view.js";
import type { TestInvocation } from "../environment/test-invocation.js";

/** The invocation that a test looks at, whatever form it has it in. */
export function invocationOf(received: unknown): TestInvocation {
  if (isInvocation(received)) return received;
  const { invocation } = Object(received) as { invocation?: unknown };
  if (isInvocation(invocation)) return invocation;
  throw new TypeError(
    `This matcher is for invocations (what env.send(...) returns, or env.invocation(id)) ` +
      `and for what mockContext(...) ends with, but got ${describe(received)}`,
  );
}

/** The state of an invocation's key, or of `env.stateOf(...)`. */
export function stateOf(received: unknown): Record<string, unknown> {
  const { getAll } = Object(received) as { getAll?: unknown };
  if (typeof getAll === "function") {
    return (getAll as () => Record<string, unknown>).call(received);
  }
  return invocationOf(received).state();
}

/** For the end of a message; state on its own has none. */
export function timelineOf(received: unknown): string {
  try {
    return invocationOf(received).timeline();
  } catch {
    return "";
  }
}

export function commandsOf(received: unknown, type: string): CommandView[] {
  return invocationOf(received)
    .journal()
    .filter((entry: EntryView): entry is CommandView => {
      return entry.kind === "command" && entry.type === type;
    });
}

/** Another copy of the package may have made it, so its class says nothing. */
function isInvocation(value: unknown): value is TestInvocation {
  const { journal, timeline } = Object(value) as Partial<Record<keyof TestInvocation, unknown>>;
  return typeof journal === "function" && typeof timeline === "function";
}

function describe(value: unknown): string {
  if (value instanceof Promise) return "a promise: await it first";
  return value === null ? "null" : typeof value;
}
