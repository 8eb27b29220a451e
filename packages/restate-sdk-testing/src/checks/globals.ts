/** Check: handlers take time, randomness and the network from the context or from `ctx.run`, not from the process. */
import { userCode, type UserCode } from "../runtime/user-code.js";

/** Told of a use outside of `ctx.run`, in the middle of it. */
export type GlobalListener = (what: string, code: UserCode, stack: string) => void;

/**
 * Patches globals until the returned function is called. They go on to work as before; uses by handlers are told, those by
 * anybody else are not.
 */
export function watchGlobals(listener: GlobalListener): () => void {
  if (listeners.size === 0) restore = patchAll();
  listeners.add(listener);
  return () => {
    if (!listeners.delete(listener) || listeners.size > 0) return;
    restore?.();
    restore = undefined;
  };
}

const listeners = new Set<GlobalListener>();
let restore: (() => void) | undefined;

type AnyFunction = (...args: unknown[]) => unknown;

/** What differs from attempt to attempt, by the object that has it. */
const FUNCTIONS: readonly (readonly [
  owner: () => object | undefined,
  prefix: string,
  names: readonly string[],
])[] = [
  [() => Math, "Math.", ["random"]],
  [() => globalThis.performance, "performance.", ["now"]],
  [() => globalThis.crypto, "crypto.", ["randomUUID", "getRandomValues"]],
  [() => globalThis, "", ["setTimeout", "setInterval", "setImmediate", "fetch"]],
];

function patchAll(): () => void {
  const undo = [patchDate()];
  for (const [ownerOf, prefix, names] of FUNCTIONS) {
    const owner = ownerOf() as Record<string, unknown> | undefined;
    for (const name of owner === undefined ? [] : names) {
      if (typeof owner?.[name] === "function") undo.push(patch(owner, name, `${prefix}${name}()`));
    }
  }
  return () => {
    for (const each of undo) each();
  };
}

function patch(owner: Record<string, unknown>, name: string, what: string): () => void {
  const original = owner[name] as AnyFunction;
  const before = Object.getOwnPropertyDescriptor(owner, name);
  function patched(this: unknown, ...args: unknown[]): unknown {
    note(what);
    return Reflect.apply(original, this, args);
  }
  // setTimeout has a promisified form among its properties.
  Object.defineProperties(patched, Object.getOwnPropertyDescriptors(original));
  Object.defineProperty(owner, name, { value: patched, configurable: true, writable: true });
  return () => {
    if (before === undefined) Reflect.deleteProperty(owner, name);
    else Object.defineProperty(owner, name, before);
  };
}

function patchDate(): () => void {
  const Original = globalThis.Date;
  const Patched: DateConstructor = new Proxy(Original, {
    construct(target, args: unknown[], newTarget): Date {
      if (args.length === 0) note("new Date()");
      return Reflect.construct(target, args, newTarget === Patched ? target : newTarget) as Date;
    },
    apply(target, thisArg, args) {
      note("Date()");
      return Reflect.apply(target, thisArg, args) as string;
    },
  });
  const restoreNow = patch(Original as unknown as Record<string, unknown>, "now", "Date.now()");
  globalThis.Date = Patched;
  return () => {
    restoreNow();
    if (globalThis.Date === Patched) globalThis.Date = Original;
  };
}

function note(what: string): void {
  const code = userCode.getStore();
  if (code === undefined || code.run !== undefined) return;
  const place = stackAboveCaller();
  // Loggers and the like stamp what they write; that they are asked does not change what the handler does.
  if (CLOCKS.has(what) && isOfDependency(place)) return;
  for (const listener of listeners) listener(what, code, place);
}

const CLOCKS = new Set(["Date.now()", "new Date()", "Date()", "performance.now()"]);

/** Without ourselves and without the patched function. */
function stackAboveCaller(): string {
  const trace: { stack?: string } = {};
  Error.captureStackTrace(trace, note);
  return (trace.stack ?? "").split("\n").slice(2).join("\n");
}

/** Whether a file of an installed package, or of Node, asked. */
function isOfDependency(stack: string): boolean {
  const [first = ""] = stack.split("\n").filter((line) => !line.includes("<anonymous>"));
  return (
    first.includes("/node_modules/") ||
    first.includes("\\node_modules\\") ||
    first.includes("node:")
  );
}
