/** Check: no invocations wait for each other in a circle, through calls and the keys of exclusive handlers. */
import { awaitedKeys, isResolved } from "../runtime/await-point.js";
import type { Invocation } from "../runtime/invocation.js";
import { targetId } from "../runtime/keyed-stores.js";
import type { World } from "../runtime/world.js";

/** A circle of invocations: each waits for the next one, the last one for the first. */
export type Cycle = readonly Invocation[];

/**
 * A circle that only a cancellation can break. Whoever may yet be woken by something else, a timer, an awakeable, another
 * call, is not in it.
 */
export function findDeadlock(world: World): Cycle | undefined {
  const waits = new Map<Invocation, readonly Invocation[]>();
  for (const waiting of world.locks.waiting()) collect(world, waiting, waits);
  let hasChanged = true;
  while (hasChanged) {
    hasChanged = false;
    for (const [invocation, others] of waits) {
      if (others.every((other) => waits.has(other))) continue;
      waits.delete(invocation);
      hasChanged = true;
    }
  }
  return circleIn(waits);
}

/**
 * Attempts that keep their connection open do not say what they wait for: those that take part in what may be a deadlock
 * are asked to suspend, as the server does after a while, and then they say. Answers whether any was asked.
 */
export function askSuspects(world: World): boolean {
  let hasAsked = false;
  const known = new Set<Invocation>();
  const ask = (invocation: Invocation | undefined): void => {
    if (invocation === undefined || known.has(invocation)) return;
    known.add(invocation);
    ask(holderOf(world, invocation));
    for (const callee of invocation.callees) ask(callee);
    if (invocation.status.kind !== "running" || invocation.callees.size === 0) return;
    const { attempt } = invocation.status;
    if (!attempt.isBlocked || !attempt.isInputOpen) return;
    attempt.closeInput();
    hasAsked = true;
  };
  for (const waiting of world.locks.waiting()) ask(waiting);
  return hasAsked;
}

export function describeDeadlock(cycle: Cycle): string {
  const lines = cycle.map((invocation, index) => {
    const next = cycle[(index + 1) % cycle.length]?.targetName ?? "";
    const { service, key = "" } = invocation.request;
    const what =
      invocation.status.kind === "pending"
        ? `waits for the key ${service}/${key}, which ${next} holds`
        : `waits for the result of ${next}`;
    return `- ${invocation.targetName} (${invocation.id}) ${what}`;
  });
  return (
    `Deadlock: ${cycle.length} invocations wait for each other, and none of them can ever go on.\n${lines.join("\n")}\n` +
    "An exclusive handler keeps its key until it ends, so nothing that it awaits may need the same key. Use a send where no " +
    "result is needed, a shared handler where nothing is written, a plain function within one object, and take several " +
    "keys in one order everywhere."
  );
}

/** Everybody reachable who waits for others alone. */
function collect(
  world: World,
  invocation: Invocation,
  waits: Map<Invocation, readonly Invocation[]>,
): void {
  if (waits.has(invocation)) return;
  const others = waitsOf(world, invocation);
  if (others === undefined || others.length === 0) return;
  waits.set(invocation, others);
  for (const other of others) collect(world, other, waits);
}

/** Those of whom one must go on before this one can; undefined if something else may wake it. */
function waitsOf(world: World, invocation: Invocation): readonly Invocation[] | undefined {
  const { status, journal } = invocation;
  if (status.kind === "pending" && status.waitsFor === "key") {
    const holder = holderOf(world, invocation);
    return holder && [holder];
  }
  if (status.kind !== "suspended" || isResolved(status.awaiting, journal, status.seen)) {
    return undefined;
  }
  const others: Invocation[] = [];
  for (const key of awaitedKeys(status.awaiting)) {
    if (key === CANCELLATION) continue;
    const other = key.startsWith("c")
      ? invocation.resultsFrom.get(Number(key.slice(1)))
      : undefined;
    if (other === undefined) return undefined;
    others.push(other);
  }
  return others;
}

function circleIn(waits: ReadonlyMap<Invocation, readonly Invocation[]>): Cycle | undefined {
  const path: Invocation[] = [];
  let current = [...waits.keys()][0];
  while (current !== undefined) {
    const start = path.indexOf(current);
    if (start >= 0) return path.slice(start);
    path.push(current);
    current = waits.get(current)?.[0];
  }
  return undefined;
}

function holderOf(world: World, { keyed, status }: Invocation): Invocation | undefined {
  if (keyed === undefined || status.kind !== "pending") return undefined;
  return world.locks.holder(targetId(keyed));
}

const CANCELLATION = "s1";
