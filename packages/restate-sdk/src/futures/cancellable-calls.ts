/** The calls that are to be cancelled along with the invocation that made them. */
import type { InvocationMachine } from "../machine/machine.js";
import type { AwaitLeaf } from "./await-tree.js";
import type { SingleFuture } from "./single.js";

type CompletionLeaf = Extract<AwaitLeaf, { kind: "completion" }>;

export class CancellableCalls {
  readonly #machine: InvocationMachine;
  #calls: SingleFuture<string>[] = [];
  /** The ids of so many calls, from the first on, are known to be there. */
  #knownIds = 0;

  constructor(machine: InvocationMachine) {
    this.#machine = machine;
  }

  /** @param invocationId the future of the id of the called invocation */
  add(invocationId: SingleFuture<string>): void {
    this.#calls.push(invocationId);
  }

  /** Hands over the calls made so far; a later cancellation leaves them alone. */
  take(): SingleFuture<string>[] {
    this.#knownIds = 0;
    return this.#calls.splice(0);
  }

  /** The ids of the calls made so far, taken, or undefined while one of them has not arrived. */
  takeIds(): string[] | undefined {
    return this.#hasAllIds() ? this.take().flatMap((call) => this.#idOf(call) ?? []) : undefined;
  }

  /** The calls whose id has not arrived. */
  missingIds(): SingleFuture<string>[] {
    return this.#calls.filter((call) => this.#idOf(call) === undefined);
  }

  #hasAllIds(): boolean {
    for (; this.#knownIds < this.#calls.length; this.#knownIds++) {
      const call = this.#calls[this.#knownIds];
      if (call && this.#idOf(call) === undefined) return false;
    }
    return true;
  }

  #idOf(call: SingleFuture<string>): string | undefined {
    const { id } = call.options.leaf as CompletionLeaf;
    const result = call.result ?? this.#machine.notifications.lookAhead(id);
    return result?.kind === "invocationId" ? result.invocationId : undefined;
  }
}
