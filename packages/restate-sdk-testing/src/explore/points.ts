/** The points at which an attempt can die or suspend: how they are numbered, named and told apart. */
import { isCommand, type Message } from "../codec.js";
import type { AttemptPoint } from "../runtime/attempt.js";
import type { World } from "../runtime/world.js";

/** A point of a run. The same id is the same point in every run of the scenario, up to the first disturbance. */
export interface ExploredPoint {
  /** Invocation, attempt, and the number of the point in it: `Checkout/ann/pay 1/17`. */
  readonly id: string;
  /** `Service/key/handler` of the invocation. */
  readonly target: string;
  readonly kind: "crash" | "suspension";
  /** For example `after the action of run "charge" was executed, before its result is recorded`. */
  readonly description: string;
}

/** What points call invocations: by their target; further invocations of the same one are numbered. */
export class InvocationNames {
  readonly #names = new Map<string, string>();
  readonly #targets = new Map<string, number>();

  of(invocationId: string, target: string): string {
    let name = this.#names.get(invocationId);
    if (name === undefined) {
      const count = (this.#targets.get(target) ?? 0) + 1;
      this.#targets.set(target, count);
      name = count === 1 ? target : `${target} (${count})`;
      this.#names.set(invocationId, name);
    }
    return name;
  }
}

/** @throws RangeError if no point has this id */
export function pointsWithId<T extends { readonly id: string }>(
  all: readonly T[],
  id: string,
  what: "point" | "wait",
): readonly T[] {
  const found = all.filter((point) => point.id === id);
  if (found.length > 0) return found;
  const known = all.map((point) => point.id).join(", ");
  throw new RangeError(`The scenario has no ${what} ${JSON.stringify(id)}. It has: ${known}`);
}

/** Numbers the points of one run. */
export class PointCounter {
  readonly #world: () => World;
  readonly #names = new InvocationNames();
  readonly #counts = new Map<string, number>();
  /** The last point of each attempt, as long as no other code could run. */
  #justBefore = new Map<string, AttemptPoint["kind"]>();

  constructor(world: () => World) {
    this.#world = world;
  }

  /** The point, and whether dying here is the same as dying at the point before. */
  next(point: AttemptPoint): { readonly id: string; readonly isNew: boolean } {
    const attempt = `${this.#nameOf(point.invocationId)} ${point.attempt}`;
    const number = (this.#counts.get(attempt) ?? 0) + 1;
    this.#counts.set(attempt, number);
    return { id: `${attempt}/${number}`, isNew: this.#isNew(attempt, point) };
  }

  describe({ id }: { readonly id: string }, point: AttemptPoint): ExploredPoint {
    const target = this.#world().invocations.get(point.invocationId)?.targetName ?? "";
    const kind = point.kind === "blocked" ? "suspension" : "crash";
    return { id, target, kind, description: describePoint(point) };
  }

  #nameOf(invocationId: string): string {
    const target = this.#world().invocations.get(invocationId)?.targetName ?? invocationId;
    return this.#names.of(invocationId, target);
  }

  #isNew(attempt: string, { kind, message }: AttemptPoint): boolean {
    // These say what an attempt waits for; nothing depends on them.
    if (message?.type === "AwaitingOn" || message?.type === "Suspension") return false;
    if (this.#justBefore.size === 0) {
      queueMicrotask(() => {
        this.#justBefore = new Map();
      });
    }
    const before = this.#justBefore.get(attempt);
    this.#justBefore.set(attempt, kind);
    // Nothing has happened between one message and the next of the same chunk, or while a message was passed on.
    return !(
      (before === "received" && kind === "receiving") ||
      (before === "sending" && kind === "sent")
    );
  }
}

function describePoint({ kind, message, run }: AttemptPoint): string {
  const what = message === undefined ? "" : describeMessage(message);
  const action = run?.name ? `the action of run "${run.name}"` : "the action of a run";
  switch (kind) {
    case "receiving":
      return `before the server has ${what}`;
    case "received":
      return `as soon as the server has ${what}`;
    case "sending":
      return `before the handler is told ${what}`;
    case "sent":
      return `as soon as the handler was told ${what}`;
    case "executing":
      return `before ${action} is executed`;
    case "executed":
      return `after ${action} was executed, before its result is recorded`;
    case "blocked":
      return "while it waits for the server";
  }
}

function describeMessage(message: Message): string {
  if (message.type === "ProposeRunCompletion") return "the result of a run";
  if (message.type === "OutputCommand") return "the result of the handler";
  if (message.type === "End") return "the end of the handler";
  if (!isCommand(message)) return `the ${words(message.type)}`;
  if ("serviceName" in message) {
    const { serviceName, key, handlerName } = message;
    return `its ${words(message.type)} of ${[serviceName, key, handlerName].filter((part) => part !== "").join("/")}`;
  }
  const name = message.name !== "" ? message.name : "key" in message ? keyText(message.key) : "";
  return `its ${words(message.type)}${name === "" ? "" : ` "${name}"`}`;
}

function words(type: string): string {
  return type
    .replace(/Command$|Notification$/, "")
    .replace("OneWayCall", "Send")
    .replace(/(?!^)[A-Z]/g, " $&")
    .toLowerCase();
}

function keyText(key: string | Uint8Array): string {
  return typeof key === "string" ? key : new TextDecoder().decode(key);
}
