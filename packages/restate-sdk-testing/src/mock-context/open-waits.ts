/** What a mocked handler waits for in vain: how to script it, and how to let the handler know. */
import { FIRST_AWAKEABLE_SIGNAL, type FutureTree, type NotificationName } from "../codec.js";
import { toFailure } from "../environment/test-invocation.js";
import { awaitedKeys } from "../runtime/await-point.js";
import type { Invocation } from "../runtime/invocation.js";
import type { Runtime } from "../runtime/runtime.js";

export interface OpenWait {
  /** The option to add, for example `promises: { "clicked": result }`. */
  readonly hint: string;
  /** Makes the wait reject. */
  readonly fail: (runtime: Runtime, error: Error) => void;
}

export function openWaits(invocation: Invocation): OpenWait[] {
  const tree = awaitedTree(invocation);
  if (tree === undefined) return [];
  return awaitedKeys(tree)
    .filter((key) => !invocation.journal.has(key))
    .flatMap((key) => {
      if (key.startsWith("n:")) return [namedSignal(invocation, key.slice(2))];
      const id = Number(key.slice(1));
      if (key.startsWith("c")) return completion(invocation, id);
      return id < FIRST_AWAKEABLE_SIGNAL ? [] : [awakeable(invocation, id)];
    });
}

/** Suspended attempts have said it when they ended, open ones in between. */
function awaitedTree({ status }: Invocation): FutureTree | undefined {
  if (status.kind === "suspended") return status.awaiting;
  return status.kind === "running" ? status.attempt.awaiting : undefined;
}

function awakeable(invocation: Invocation, idx: number): OpenWait {
  const number = idx - FIRST_AWAKEABLE_SIGNAL;
  const before = "…, ".repeat(number);
  return {
    hint: `awakeables: [${before}result]`,
    fail: signalFailure(invocation, { kind: "signal", idx }),
  };
}

function namedSignal(invocation: Invocation, name: string): OpenWait {
  return {
    hint: `signals: { ${JSON.stringify(name)}: result }`,
    fail: signalFailure(invocation, { kind: "namedSignal", name }),
  };
}

function signalFailure(
  invocation: Invocation,
  id:
    | { readonly kind: "signal"; readonly idx: number }
    | { readonly kind: "namedSignal"; readonly name: string },
): OpenWait["fail"] {
  return ({ commands }, error) => {
    const result = { kind: "failure", failure: toFailure(error) } as const;
    commands.signal(invocation, { id, result }, "script");
  };
}

function completion(invocation: Invocation, id: number): OpenWait[] {
  const command = invocation.journal.commandOf(id);
  // All others are answered at once, or when their time has come.
  // eslint-disable-next-line @typescript-eslint/switch-exhaustiveness-check
  switch (command?.type) {
    case "GetPromiseCommand": {
      const hint = `promises: { ${JSON.stringify(command.key)}: result }`;
      return [{ hint, fail: fails(invocation, id, "GetPromiseCompletionNotification") }];
    }
    case "CallCommand": {
      const target = `${command.serviceName}/${command.handlerName}`;
      const hint = `calls: { ${JSON.stringify(target)}: result }`;
      return [{ hint, fail: fails(invocation, id, "CallCompletionNotification") }];
    }
    case "AttachInvocationCommand": {
      const hint = "a call that ends to the services, for the handler to attach to";
      return [{ hint, fail: fails(invocation, id, "AttachInvocationCompletionNotification") }];
    }
    default:
      return [];
  }
}

function fails(invocation: Invocation, id: number, type: NotificationName): OpenWait["fail"] {
  return ({ commands }, error) => {
    commands.complete(invocation, {
      type,
      id,
      result: { kind: "failure", failure: toFailure(error) },
    });
  };
}
