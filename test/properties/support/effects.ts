/** The actions of `ctx.run`: executes them as their mode says and checks who may execute when. */
import { TerminalError } from "../../../packages/restate-sdk/src/errors/terminal-error.js";
import type { RunMode } from "./program.js";
import type { Rng } from "./rng.js";

interface OpenClosure {
  end(): void;
}

/** Shared by all attempts of one invocation. */
export class Effects {
  /** Closures that end when the schedule says so, also those of attempts that are over. */
  readonly open: OpenClosure[] = [];
  executions = 0;
  private failuresLeft: number;

  constructor(private readonly rng: Rng) {
    this.failuresLeft = rng.below(3);
  }

  endOne(rng: Rng): void {
    const [closure] = this.open.splice(rng.below(this.open.length), 1);
    closure?.end();
  }

  execute(mode: RunMode, signal: AbortSignal | undefined): unknown {
    const value = ++this.executions;
    switch (mode) {
      case "sync":
        return value;
      case "syncFailure":
        throw this.failure(value);
      case "microtasks":
        return this.afterMicrotasks(value);
      case "driven":
        return this.whenDriven((resolve) => resolve(value));
      case "drivenFailure":
        return this.whenDriven((_resolve, reject) => reject(this.failure(value)));
      case "abortable":
        return this.untilAborted(value, signal);
      case "flaky":
        if (this.failuresLeft <= 0) return value;
        this.failuresLeft--;
        throw new Error("flaky");
    }
  }

  private failure(value: number): TerminalError {
    return new TerminalError(`failed ${String(value)}`, { errorCode: 500 });
  }

  private async afterMicrotasks(value: number): Promise<number> {
    for (let i = this.rng.between(0, 6); i > 0; i--) await Promise.resolve();
    return value;
  }

  private whenDriven(
    end: (resolve: (value: number) => void, reject: (error: Error) => void) => void,
  ): Promise<number> {
    return new Promise((resolve, reject) => {
      this.open.push({ end: () => end(resolve, reject) });
    });
  }

  private untilAborted(value: number, signal: AbortSignal | undefined): Promise<number> {
    return new Promise((resolve, reject) => {
      const closure = { end: () => resolve(value) };
      this.open.push(closure);
      signal?.addEventListener("abort", () => {
        const index = this.open.indexOf(closure);
        if (index >= 0) this.open.splice(index, 1);
        reject(new Error("flaky: aborted"));
      });
    });
  }
}
