/** Stand-ins for the actions of `ctx.run`, by the name of the run. */
import type { RunExecution } from "../runtime/world.js";

/** What a stand-in is told about the run it stands in for. */
export interface MockedExecution {
  /** The name of the run. */
  readonly name: string;
  /** How often this run of this invocation has been executed, this time included. */
  readonly attempt: number;
  readonly invocationId: string;
  /** `Service/key/handler` of the invocation. */
  readonly target: string;
  /** The action that it stands in for. Call it to let the real thing happen. */
  readonly action: () => unknown;
}

/** Executed in place of the action, once for every real execution; what it returns or throws becomes of the run. */
export type RunStandIn<T = unknown> = (execution: MockedExecution) => T | PromiseLike<T>;

/** A mocked run, and what has been executed of it. */
export interface RunMock {
  /** The executions so far, in order. */
  readonly executions: readonly MockedExecution[];
  /** Lets the real action be executed again. */
  restore(): void;
}

/**
 * A stand-in that fails a number of times and then does something else: without a third argument, the real action.
 *
 * @example
 * ```ts
 * env.mockRun("charge", fails(2, new Error("no connection"), () => ({ receipt: "r1" })));
 * ```
 */
export function fails<T>(times: number, error: unknown, then?: RunStandIn<T>): RunStandIn {
  return (execution) => {
    if (execution.attempt <= times) throw error;
    return then === undefined ? execution.action() : then(execution);
  };
}

interface Mock {
  readonly standIn: RunStandIn;
  readonly executions: MockedExecution[];
}

export class RunMocks {
  readonly #mocks = new Map<string, Mock>();
  /** How often each run was executed, by invocation and completion id. */
  readonly #counts = new Map<string, number>();

  add(name: string, standIn: RunStandIn): RunMock {
    const mock = { standIn, executions: [] as MockedExecution[] };
    this.#mocks.set(name, mock);
    return {
      executions: mock.executions,
      restore: () => {
        if (this.#mocks.get(name) === mock) this.#mocks.delete(name);
      },
    };
  }

  /** Interceptors of the run see what stands in for its action as they would see the action. */
  execute({ invocation, run, execute }: RunExecution): unknown {
    const { name, completionId, action } = run;
    const { id: invocationId, targetName: target } = invocation;
    const attempt = this.#count(`${invocationId} ${completionId}`);
    const mock = this.#mocks.get(name);
    // A closure for every run would cost thousands of them a third of their time, for what it keeps alive.
    if (mock !== undefined) {
      run.action = mocked(mock, { name, attempt, invocationId, target, action });
    }
    return execute();
  }

  #count(run: string): number {
    const count = (this.#counts.get(run) ?? 0) + 1;
    this.#counts.set(run, count);
    return count;
  }
}

function mocked({ executions, standIn }: Mock, execution: MockedExecution): () => unknown {
  return () => {
    executions.push(execution);
    return standIn(execution);
  };
}
