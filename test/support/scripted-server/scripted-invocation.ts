/** Runs one invocation to its end as the Restate server would: attempts, suspensions, retries and crashes. */
import {
  ErrorSchema,
  Error_Behavior as Behavior,
  type Error as ErrorMessage,
} from "../protocol/gen/restate-protocol_pb.js";
import { create } from "@bufbuild/protobuf";
import { Attempt, type AttemptPlan, type AttemptRecord } from "./attempt.js";
import { awaitedKeys, describeAwaitPoint, isResolved, type AwaitPoint } from "./future-tree.js";
import { InvocationState, type InvocationSpec } from "./invocation-state.js";
import { notificationKey, type Journal } from "./journal.js";
import type { MessageOf } from "./message-types.js";
import type { Transport } from "./transport.js";

export interface InvocationRun extends InvocationSpec {
  /** Where each attempt goes; attempts are counted from 1. */
  readonly transport: Transport | ((attempt: number) => Transport);
  readonly plan?: (attempt: number) => AttemptPlan;
  /** Failed attempts in a row, without a new journal entry, before the server gives up. Default 6. */
  readonly maxRetries?: number;
  /** A bound on all attempts together, so that nothing runs forever. Default 300. */
  readonly maxAttempts?: number;
  /**
   * "hasty" resumes as soon as the awaited set is satisfied. "stubborn" first journals everything that does
   * not satisfy it and resumes in between, to see that user code really was waiting. Default "hasty".
   */
  readonly wakeUp?: "hasty" | "stubborn";
}

export type InvocationOutcome =
  | { readonly kind: "output"; readonly result: MessageOf<"OutputCommand">["result"] }
  | { readonly kind: "paused"; readonly error: ErrorMessage }
  | { readonly kind: "killed"; readonly error: ErrorMessage }
  | { readonly kind: "exhausted"; readonly error: ErrorMessage }
  | { readonly kind: "stuck"; readonly awaiting: AwaitPoint };

export interface InvocationResult {
  readonly id: string;
  readonly outcome: InvocationOutcome;
  readonly journal: Journal;
  readonly attempts: readonly AttemptRecord[];
  /**
   * Suspensions from which the server resumed at once although nothing had changed: the endpoint named a
   * signal that is in the journal already. The real server spins in this case until something else happens.
   */
  readonly spins: number;
  readonly state: ReadonlyMap<string, Uint8Array>;
}

export async function runInvocation(run: InvocationRun): Promise<InvocationResult> {
  const invocation = new ScriptedInvocation(run);
  const outcome = await invocation.run();
  const { journal, debugId: id, world } = invocation.state;
  const { attempts, spins } = invocation;
  return { id, outcome, journal, attempts, spins, state: world.state };
}

class ScriptedInvocation {
  readonly state: InvocationState;
  readonly attempts: AttemptRecord[] = [];
  spins = 0;

  constructor(private readonly options: InvocationRun) {
    this.state = new InvocationState(options);
  }

  async run(): Promise<InvocationOutcome> {
    for (;;) {
      const attempt = await this.attempt(this.options.plan?.(this.state.attempts + 1) ?? {});
      const outcome = await this.conclude(attempt);
      if (outcome !== undefined) return outcome;
    }
  }

  private async attempt(plan: AttemptPlan): Promise<AttemptRecord> {
    const { state, options } = this;
    state.attempts++;
    if (state.attempts > (options.maxAttempts ?? 300)) throw state.problem("too many attempts");
    const { service, handler } = options.target;
    const { transport } = options;
    const mime = `application/vnd.restate.invocation.v${state.version}`;
    const stream = (typeof transport === "function" ? transport(state.attempts) : transport).open({
      path: `/invoke/${service}/${handler}`,
      headers: {
        "content-type": mime,
        accept: mime,
        "x-restate-invocation-id": state.debugId,
        "x-attempt": String(state.attempts),
      },
      fragile: plan.cutAfterReceived !== undefined || plan.cutAfterSent !== undefined,
    });
    try {
      const record = await new Attempt(state, stream, plan).run();
      this.attempts.push(record);
      return record;
    } catch (error) {
      stream.cut();
      const message = error instanceof Error ? error.message : String(error);
      throw message.includes("\n") ? error : state.problem(message);
    }
  }

  /** What becomes of the invocation after an attempt; undefined means another attempt. */
  private async conclude(attempt: AttemptRecord): Promise<InvocationOutcome | undefined> {
    const { end } = attempt;
    switch (end.kind) {
      case "ended":
        return this.output();
      case "cut":
        return undefined;
      case "suspended":
        return this.sleepUntilAwake(end.awaiting, attempt.knownEntries);
      case "failed":
        return this.retryOrGiveUp(end.error);
      case "rejected":
        return this.retryOrGiveUp(transportError(`the endpoint answered ${end.status}`));
      case "disconnected":
        return this.retryOrGiveUp(transportError("the endpoint closed the stream"));
    }
  }

  private output(): InvocationOutcome {
    const output = this.state.journal.commands.find((entry) => entry.type === "OutputCommand");
    if (output === undefined) throw this.state.problem("ended without an output");
    return { kind: "output", result: output.message.result };
  }

  private retryOrGiveUp(error: ErrorMessage): InvocationOutcome | undefined {
    if (error.behavior === Behavior.PAUSE) return { kind: "paused", error };
    if (error.behavior === Behavior.FAIL) return { kind: "killed", error };
    this.state.retriesSinceProgress++;
    const exhausted = this.state.retriesSinceProgress > (this.options.maxRetries ?? 6);
    return exhausted ? { kind: "exhausted", error } : undefined;
  }

  private async sleepUntilAwake(
    awaiting: AwaitPoint,
    entriesBefore: number,
  ): Promise<InvocationOutcome | undefined> {
    const { journal, pool } = this.state;
    if (isResolved(awaiting, journal)) {
      return journal.entries.length > entriesBefore ? undefined : this.spin(awaiting);
    }
    if (this.options.wakeUp === "stubborn") await this.tryToDisturb(awaiting);
    while (!isResolved(awaiting, journal)) {
      const next = pool.take(journal);
      if (next === undefined) {
        await this.expectNoProgress(awaiting, "lost wake-up");
        return { kind: "stuck", awaiting };
      }
      journal.appendNotification(next);
    }
    return undefined;
  }

  /** The attempt ran into the suspension it came from. Time passes meanwhile, so something else may happen. */
  private spin(awaiting: AwaitPoint): InvocationOutcome | undefined {
    this.spins++;
    const next = this.state.pool.take(this.state.journal);
    if (next === undefined) return { kind: "stuck", awaiting };
    this.state.journal.appendNotification(next);
    return undefined;
  }

  /** Journals what the endpoint does not wait for, and checks that it indeed does not move. */
  private async tryToDisturb(awaiting: AwaitPoint): Promise<void> {
    const { journal, pool } = this.state;
    const awaited = new Set(awaitedKeys(awaiting));
    const before = journal.entries.length;
    for (;;) {
      const next = pool.take(journal, ({ message }) => !awaited.has(notificationKey(message)));
      if (next === undefined) break;
      journal.appendNotification(next);
    }
    if (journal.entries.length > before) {
      await this.expectNoProgress(awaiting, "the awaited set is too small");
    }
  }

  /** Resumes although the server would not: whatever user code does then, it should have been woken up for. */
  private async expectNoProgress(awaiting: AwaitPoint, problem: string): Promise<void> {
    const probe = await this.attempt({ closeInput: "after-replay" });
    const moved = probe.received.some((name) => name !== "Suspension" && name !== "AwaitingOn");
    if (moved || probe.end.kind !== "suspended") {
      throw this.state.problem(
        `${problem}: suspended on ${describeAwaitPoint(awaiting)}, ` +
          `yet a resumed attempt sends ${probe.received.join(", ") || "nothing"} (${probe.end.kind})`,
      );
    }
  }
}

function transportError(message: string): ErrorMessage {
  return create(ErrorSchema, { code: 0, message });
}
