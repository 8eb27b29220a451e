/** Handler programs as data: what is generated, shrunk and printed as the JavaScript that runs. */

export type CombineOp = "all" | "race" | "any" | "allSettled";

/** How the action of a `ctx.run` behaves. "driven" ends when the schedule says so, in any phase. */
export type RunMode =
  "sync" | "syncFailure" | "microtasks" | "driven" | "drivenFailure" | "abortable" | "flaky";

export type MapperMode = "value" | "throwing" | "async" | "commands";

/** An expression whose value is a RestatePromise. */
export type FutureExpr =
  | {
      readonly kind: "sleep" | "call" | "callId" | "send" | "awakeable" | "keys" | "attach";
    }
  | { readonly kind: "cancellation" | "cancelCalls" }
  | { readonly kind: "run"; readonly mode: RunMode }
  | { readonly kind: "promise"; readonly name: string; readonly op: PromiseOp }
  | { readonly kind: "signal"; readonly name: string }
  | { readonly kind: "get"; readonly key: string }
  | { readonly kind: "constant"; readonly rejected: boolean }
  | { readonly kind: "ref"; readonly name: string }
  | { readonly kind: "combine"; readonly op: CombineOp; readonly items: readonly FutureExpr[] }
  | { readonly kind: "select"; readonly items: readonly FutureExpr[] }
  | { readonly kind: "map"; readonly of: FutureExpr; readonly mode: MapperMode }
  | { readonly kind: "timeout"; readonly of: FutureExpr }
  | { readonly kind: "following"; readonly of: PromiseExpr };

export type PromiseOp = "get" | "peek" | "resolve" | "reject";

/** An expression that can be awaited: a RestatePromise or a native promise over some. */
export type PromiseExpr =
  | { readonly kind: "future"; readonly of: FutureExpr }
  | { readonly kind: "native"; readonly op: CombineOp; readonly items: readonly PromiseExpr[] }
  | { readonly kind: "branchRef"; readonly name: string }
  | { readonly kind: "branch"; readonly body: readonly Stmt[] }
  | { readonly kind: "then"; readonly of: PromiseExpr; readonly body: readonly Stmt[] }
  | { readonly kind: "thenBoth"; readonly of: PromiseExpr; readonly body: readonly Stmt[] }
  | { readonly kind: "finally"; readonly of: PromiseExpr; readonly body: readonly Stmt[] };

export type Stmt =
  | { readonly kind: "letFuture"; readonly name: string; readonly of: FutureExpr }
  | { readonly kind: "letBranch"; readonly name: string; readonly of: PromiseExpr }
  | { readonly kind: "detached"; readonly of: PromiseExpr }
  | { readonly kind: "await"; readonly of: PromiseExpr; readonly caught: boolean }
  | { readonly kind: "assign" }
  | { readonly kind: "state"; readonly op: "set" | "clear" | "clearAll"; readonly key: string }
  | { readonly kind: "hops"; readonly how: HopKind; readonly count: number }
  | {
      readonly kind: "if";
      readonly modulus: number;
      readonly then: readonly Stmt[];
      readonly otherwise: readonly Stmt[];
    }
  | { readonly kind: "loop"; readonly count: number; readonly body: readonly Stmt[] }
  | {
      readonly kind: "try";
      readonly body: readonly Stmt[];
      readonly handler: readonly Stmt[] | undefined;
      readonly finalizer: readonly Stmt[] | undefined;
    }
  | {
      readonly kind: "generator";
      readonly name: string;
      readonly produce: readonly Stmt[];
      readonly consume: readonly Stmt[];
      readonly count: number;
      readonly breaks: boolean;
    }
  | {
      readonly kind: "asCompleted";
      readonly items: readonly FutureExpr[];
      readonly body: readonly Stmt[];
      readonly breaks: boolean;
    }
  | { readonly kind: "throw"; readonly modulus: number }
  | { readonly kind: "return"; readonly modulus: number };

/** Ways to pass through the microtask queue (and Node's tick queue) without leaving user code. */
export type HopKind = "await" | "microtask" | "tick" | "thenChain";

export interface Program {
  /** With explicit cancellation the program sees the cancel signal as a promise. */
  readonly explicitCancellation: boolean;
  readonly body: readonly Stmt[];
}
