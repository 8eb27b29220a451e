/** Says what an invocation waits for, in words: for reports of tests that hang, and for assertions. */
import {
  encodeAwakeableId,
  FIRST_AWAKEABLE_SIGNAL,
  type CommandMessage,
  type FutureTree,
} from "../codec.js";
import { awaitedKeys } from "../runtime/await-point.js";
import type { Invocation } from "../runtime/invocation.js";
import { targetId } from "../runtime/keyed-stores.js";
import type { World } from "../runtime/world.js";

/** One line for each thing the invocation waits for; empty once it has completed. */
export function describeWaits(world: World, invocation: Invocation): string[] {
  const { status } = invocation;
  switch (status.kind) {
    case "completed":
      return [];
    case "scheduled":
      return [`its start at ${time(status.at)}`];
    case "ready":
      return ["its turn to run"];
    case "pending":
      return [
        status.waitsFor === "key"
          ? describeLock(world, invocation)
          : "a free slot of its scope or limit key",
      ];
    case "running":
      return describeRunning(world, invocation);
    case "backing-off":
      return [`its retry at ${time(status.until)}, after: ${lastFailure(invocation)}`];
    case "paused":
      return [`somebody to resume it, after: ${lastFailure(invocation)}`];
    case "suspended":
      return describeAwaited(world, invocation, status.awaiting);
  }
}

/** Ids of the awakeables that the invocation waits for. */
export function awaitedAwakeables({ status, rawId }: Invocation): string[] {
  if (status.kind !== "suspended") return [];
  return awaitedKeys(status.awaiting).flatMap((key) => {
    const index = signalIndex(key);
    return index === undefined ? [] : [encodeAwakeableId(rawId, index)];
  });
}

function describeLock(world: World, { keyed }: Invocation): string {
  const holder = keyed === undefined ? undefined : world.locks.holder(targetId(keyed));
  const key = `${keyed?.service ?? ""}/${keyed?.key ?? ""}`;
  if (holder === undefined) return `the key ${key}`;
  return `the key ${key}, which ${holder.targetName} (${holder.id}) holds`;
}

function describeRunning(world: World, invocation: Invocation): string[] {
  const { status } = invocation;
  if (status.kind !== "running") return [];
  const { attempt } = status;
  const runs = [...attempt.executing.values()].map(
    (name) => `the action of run "${name}", which is being executed`,
  );
  if (runs.length > 0) return runs;
  const told = attempt.isBlocked ? describeAwaited(world, invocation, attempt.awaiting) : [];
  if (told.length > 0) return told;
  if (attempt.isBlocked)
    return ["something that only the server can give (its connection is open)"];
  return ["something that is not Restate's, such as a timer or I/O outside of ctx.run"];
}

/** One line for each thing that an attempt which rests waits for. */
export function describeAwaited(
  world: World,
  invocation: Invocation,
  tree: FutureTree | undefined,
): string[] {
  if (tree === undefined) return [];
  return awaitedKeys(tree).flatMap((key) => {
    // What an open attempt has said it waits for may have come since.
    if (key.startsWith("c") && invocation.journal.has(key)) return [];
    const index = signalIndex(key);
    if (index !== undefined) return [`the awakeable ${encodeAwakeableId(invocation.rawId, index)}`];
    if (key.startsWith("n:")) return [`the signal "${key.slice(2)}"`];
    if (key.startsWith("s")) return [];
    const id = Number(key.slice(1));
    const command = invocation.journal.commandOf(id);
    return command === undefined ? [] : [describeCommand(world, { invocation, command, id })];
  });
}

function describeCommand(
  world: World,
  {
    invocation,
    command,
    id,
  }: { readonly invocation: Invocation; readonly command: CommandMessage; readonly id: number },
): string {
  // All others are answered at once.
  // eslint-disable-next-line @typescript-eslint/switch-exhaustiveness-check
  switch (command.type) {
    case "SleepCommand":
      return `${named("sleep", command.name)} until ${time(command.wakeUpTime)}`;
    case "RunCommand":
      return `the result of ${named("run", command.name)}`;
    case "GetPromiseCommand":
      return `the promise "${command.key}"`;
    case "CallCommand": {
      const callee = [...invocation.callees].find(
        ({ request }) => request.handler === command.handlerName,
      );
      const target = `${command.serviceName}${command.key === "" ? "" : `/${command.key}`}/${command.handlerName}`;
      const what = id === command.resultCompletionId ? "the result of" : "the invocation id of";
      return `${what} its call of ${target}${callee === undefined ? "" : ` (${callee.id}, ${callee.status.kind})`}`;
    }
    case "AttachInvocationCommand": {
      const { target } = command;
      const shown = target.kind === "invocationId" ? target.invocationId : JSON.stringify(target);
      const found = target.kind === "invocationId" ? world.invocations.get(shown) : undefined;
      return `the result of ${shown}${found === undefined ? "" : ` (${found.targetName}, ${found.status.kind})`}`;
    }
    default:
      return `the answer to ${command.type.replace(/Command$/, "")}`;
  }
}

function signalIndex(key: string): number | undefined {
  if (!key.startsWith("s")) return undefined;
  const index = Number(key.slice(1));
  return index >= FIRST_AWAKEABLE_SIGNAL ? index : undefined;
}

function lastFailure({ lastFailure: failure }: Invocation): string {
  return failure === undefined ? "no failure" : `[${failure.code}] ${failure.message}`;
}

function named(what: string, name: string): string {
  return name === "" ? `a ${what}` : `${what} "${name}"`;
}

function time(millis: number): string {
  return new Date(millis).toISOString();
}
