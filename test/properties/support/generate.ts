/** Generates random handler programs: everything legal that concurrent async code does with durable promises. */
import type {
  CombineOp,
  FutureExpr,
  HopKind,
  MapperMode,
  Program,
  PromiseExpr,
  RunMode,
  Stmt,
} from "./program.js";
import type { Rng } from "./rng.js";

export interface GeneratorOptions {
  /** About how many statements a program gets. */
  readonly size: number;
  readonly explicitCancellation: boolean;
}

export function generateProgram(rng: Rng, options: GeneratorOptions): Program {
  const generator = new Generator(rng, options);
  return {
    explicitCancellation: options.explicitCancellation,
    body: generator.block(emptyScope, { count: rng.between(2, Math.max(2, options.size)) }),
  };
}

/** The variables that a piece of code can see. */
interface Scope {
  readonly futures: readonly string[];
  readonly branches: readonly string[];
  readonly depth: number;
}

const emptyScope: Scope = { futures: [], branches: [], depth: 0 };

const COMBINE_OPS: readonly CombineOp[] = ["all", "race", "any", "allSettled"];
export const SIGNAL_NAMES = ["x", "y"];
export const PROMISE_NAMES = ["p", "q"];
export const STATE_KEYS = ["k1", "k2", "k3"];

class Generator {
  private names = 0;
  private budget: number;

  constructor(
    private readonly rng: Rng,
    private readonly options: GeneratorOptions,
  ) {
    this.budget = options.size * 2 + 4;
  }

  block(outer: Scope, { count }: { readonly count: number }): Stmt[] {
    const stmts: Stmt[] = [];
    let scope = outer;
    for (let i = 0; i < count && this.budget > 0; i++) {
      this.budget--;
      const stmt = this.stmt(scope);
      if (stmt.kind === "letFuture") scope = { ...scope, futures: [...scope.futures, stmt.name] };
      if (stmt.kind === "letBranch") scope = { ...scope, branches: [...scope.branches, stmt.name] };
      stmts.push(stmt);
    }
    return stmts;
  }

  private inner(scope: Scope, max = 3): Stmt[] {
    return this.block({ ...scope, depth: scope.depth + 1 }, { count: this.rng.between(1, max) });
  }

  private stmt(scope: Scope): Stmt {
    const { rng } = this;
    const nests = scope.depth < 3 ? 1 : 0;
    const kind = rng.weighted<Stmt["kind"]>({
      letFuture: 14,
      letBranch: 9 * nests,
      detached: 3 * nests,
      await: 24,
      assign: 4,
      state: 3,
      hops: 5,
      if: 3 * nests,
      loop: 3 * nests,
      try: 5 * nests,
      generator: 2 * nests,
      asCompleted: 3 * nests,
      throw: 1,
      return: 0.5,
    });
    switch (kind) {
      case "letFuture":
        return { kind, name: this.name("f"), of: this.future(scope, 2) };
      case "letBranch":
        return { kind, name: this.name("b"), of: this.promise(scope, 2) };
      case "detached":
        return { kind, of: this.promise(scope, 2) };
      case "await":
        return { kind, of: this.promise(scope, 2), caught: rng.chance(0.4) };
      case "assign":
        return { kind };
      case "state":
        return {
          kind,
          op: rng.weighted({ set: 6, clear: 2, clearAll: 1 }),
          key: rng.pick(STATE_KEYS),
        };
      case "hops":
        return { kind, how: this.hopKind(), count: rng.between(1, 6) };
      case "if":
        return {
          kind,
          modulus: rng.between(2, 3),
          then: this.inner(scope),
          otherwise: rng.chance(0.5) ? this.inner(scope) : [],
        };
      case "loop":
        return { kind, count: rng.between(1, 3), body: this.inner(scope) };
      case "try": {
        const body = this.inner(scope, 4);
        const form = rng.weighted({ catch: 4, finally: 2, both: 2 });
        return {
          kind,
          body,
          handler: form === "finally" ? undefined : rng.chance(0.5) ? this.inner(scope, 2) : [],
          finalizer: form === "catch" ? undefined : rng.chance(0.5) ? this.inner(scope, 2) : [],
        };
      }
      case "generator":
        return {
          kind,
          name: this.name("g"),
          produce: this.inner(scope, 2),
          consume: this.inner(scope, 2),
          count: rng.between(1, 3),
          breaks: rng.chance(0.4),
        };
      case "asCompleted":
        return {
          kind,
          items: this.futures(scope, 1),
          body: rng.chance(0.5) ? this.inner(scope, 2) : [],
          breaks: rng.chance(0.3),
        };
      case "throw":
        return { kind, modulus: rng.between(3, 6) };
      case "return":
        return { kind, modulus: rng.between(3, 6) };
    }
  }

  private hopKind(): HopKind {
    return this.rng.weighted({ await: 5, microtask: 2, thenChain: 2, tick: 1 });
  }

  private promise(scope: Scope, depth: number): PromiseExpr {
    const { rng } = this;
    const canNest = depth > 0 && this.budget > 0 ? 1 : 0;
    const kind = rng.weighted<PromiseExpr["kind"]>({
      future: 12,
      native: 5 * canNest,
      branchRef: scope.branches.length > 0 ? 4 : 0,
      branch: scope.depth < 3 ? 5 * canNest : 0,
      then: 2 * canNest,
      thenBoth: 1 * canNest,
      finally: 0.7 * canNest,
    });
    switch (kind) {
      case "future":
        return { kind, of: this.future(scope, depth) };
      case "native": {
        const count = rng.between(1, 4);
        const items = Array.from({ length: count }, () => this.promise(scope, depth - 1));
        return { kind, op: rng.pick(COMBINE_OPS), items };
      }
      case "branchRef":
        return { kind, name: rng.pick(scope.branches) };
      case "branch":
        this.budget--;
        return { kind, body: this.inner(scope) };
      case "then":
      case "thenBoth":
      case "finally": {
        const of = this.promise(scope, depth - 1);
        return { kind, of, body: rng.chance(0.5) ? this.inner(scope, 2) : [] };
      }
    }
  }

  private futures(scope: Scope, depth: number): FutureExpr[] {
    const count = this.rng.between(1, 4);
    return Array.from({ length: count }, () => this.future(scope, depth));
  }

  private future(scope: Scope, depth: number): FutureExpr {
    const { rng } = this;
    const canNest = depth > 0 ? 1 : 0;
    const explicit = this.options.explicitCancellation ? 1 : 0;
    const kind = rng.weighted<FutureExpr["kind"]>({
      sleep: 6,
      run: 6,
      call: 4,
      callId: 0.7,
      send: 0.7,
      awakeable: 2,
      keys: 0.4,
      attach: 0.5,
      cancellation: 1.5 * explicit,
      cancelCalls: explicit,
      promise: 2,
      signal: 3,
      get: 1.5,
      constant: 0.5,
      ref: scope.futures.length > 0 ? 9 : 0,
      combine: 5 * canNest,
      select: 1.5 * canNest,
      map: 3 * canNest,
      timeout: 1.2 * canNest,
      following: 0.8 * canNest,
    });
    switch (kind) {
      case "run":
        return { kind, mode: this.runMode() };
      case "promise":
        return {
          kind,
          name: rng.pick(PROMISE_NAMES),
          op: rng.weighted({ get: 5, peek: 1, resolve: 2, reject: 1 }),
        };
      case "signal":
        return { kind, name: rng.pick(SIGNAL_NAMES) };
      case "get":
        return { kind, key: rng.pick(STATE_KEYS) };
      case "constant":
        return { kind, rejected: rng.chance(0.3) };
      case "ref":
        return { kind, name: rng.pick(scope.futures) };
      case "combine":
        return { kind, op: rng.pick(COMBINE_OPS), items: this.futures(scope, depth - 1) };
      case "select":
        return { kind, items: this.futures(scope, depth - 1) };
      case "map":
        return { kind, of: this.future(scope, depth - 1), mode: this.mapperMode() };
      case "timeout":
        return { kind, of: this.future(scope, depth - 1) };
      case "following":
        return { kind, of: this.promise(scope, depth - 1) };
      default:
        return { kind };
    }
  }

  private runMode(): RunMode {
    return this.rng.weighted({
      sync: 3,
      syncFailure: 1,
      microtasks: 1,
      driven: 4,
      drivenFailure: 1.5,
      abortable: 1,
      flaky: 0.5,
    });
  }

  private mapperMode(): MapperMode {
    return this.rng.weighted({ value: 4, throwing: 2, async: 1, commands: 1 });
  }

  private name(prefix: string): string {
    return `${prefix}${String(this.names++)}`;
  }
}
