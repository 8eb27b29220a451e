/** Makes a failed case smaller: fewer statements, simpler expressions, the same kind of failure. */
import type { FutureExpr, Program, PromiseExpr, Stmt } from "./program.js";
import { FailedCase, runCase, type CaseOptions } from "./run-case.js";

export interface ShrinkOptions {
  /** How many cases may be run for it. */
  readonly maxCases: number;
}

const DEFAULTS: ShrinkOptions = { maxCases: 1500 };
/** A smaller program has another schedule under the same seed; one of several may fail, too. */
const SEEDS_PER_PROGRAM = 8;

export async function shrink(failed: FailedCase, options = DEFAULTS): Promise<FailedCase> {
  let smallest = failed;
  let casesLeft = options.maxCases;
  for (let hasShrunk = true; hasShrunk;) {
    hasShrunk = false;
    for (const program of smallerPrograms(smallest.program)) {
      for (let i = 0; i < SEEDS_PER_PROGRAM && !hasShrunk; i++) {
        if (casesLeft-- <= 0) return smallest;
        const smaller = await failureOf({
          ...failed.options,
          program,
          seed: smallest.options.seed + i,
        });
        if (smaller === undefined || smaller.kind !== failed.kind) continue;
        smallest = smaller;
        hasShrunk = true;
      }
      if (hasShrunk) break;
    }
  }
  return smallest;
}

async function failureOf(options: CaseOptions): Promise<FailedCase | undefined> {
  try {
    await runCase(options);
    return undefined;
  } catch (error) {
    return error instanceof FailedCase ? error : undefined;
  }
}

function* smallerPrograms(program: Program): Generator<Program> {
  for (const body of smallerBlocks(program.body)) yield { ...program, body };
}

function* smallerBlocks(stmts: readonly Stmt[]): Generator<readonly Stmt[]> {
  for (let i = 0; i < stmts.length; i++) {
    const stmt = stmts[i];
    if (stmt === undefined) continue;
    const replace = (...by: readonly Stmt[]) => [
      ...stmts.slice(0, i),
      ...by,
      ...stmts.slice(i + 1),
    ];
    yield replace();
    for (const block of blocksOf(stmt)) yield replace(...block);
    for (const smaller of smallerStmts(stmt)) yield replace(smaller);
  }
}

function blocksOf(stmt: Stmt): (readonly Stmt[])[] {
  switch (stmt.kind) {
    case "if":
      return [stmt.then, stmt.otherwise];
    case "loop":
    case "asCompleted":
      return [stmt.body];
    case "try":
      return [stmt.body];
    case "generator":
      return [stmt.produce, stmt.consume];
    default:
      return [];
  }
}

function* smallerStmts(stmt: Stmt): Generator<Stmt> {
  switch (stmt.kind) {
    case "letFuture":
      for (const of of smallerFutures(stmt.of)) yield { ...stmt, of };
      break;
    case "letBranch":
    case "detached":
    case "await":
      for (const of of smallerPromises(stmt.of)) yield { ...stmt, of };
      break;
    case "if":
      for (const then of smallerBlocks(stmt.then)) yield { ...stmt, then };
      for (const otherwise of smallerBlocks(stmt.otherwise)) yield { ...stmt, otherwise };
      break;
    case "loop":
      for (const body of smallerBlocks(stmt.body)) yield { ...stmt, body };
      break;
    case "try":
      for (const body of smallerBlocks(stmt.body)) yield { ...stmt, body };
      for (const handler of smallerBlocks(stmt.handler ?? [])) yield { ...stmt, handler };
      for (const finalizer of smallerBlocks(stmt.finalizer ?? [])) yield { ...stmt, finalizer };
      break;
    case "generator":
      for (const produce of smallerBlocks(stmt.produce)) yield { ...stmt, produce };
      for (const consume of smallerBlocks(stmt.consume)) yield { ...stmt, consume };
      break;
    case "asCompleted":
      for (const items of smallerLists(stmt.items, smallerFutures)) yield { ...stmt, items };
      for (const body of smallerBlocks(stmt.body)) yield { ...stmt, body };
      break;
    default:
  }
}

function* smallerPromises(expr: PromiseExpr): Generator<PromiseExpr> {
  if (expr.kind !== "future") yield { kind: "future", of: { kind: "sleep" } };
  switch (expr.kind) {
    case "future":
      for (const of of smallerFutures(expr.of)) yield { ...expr, of };
      break;
    case "native":
      yield* expr.items;
      for (const items of smallerLists(expr.items, smallerPromises)) yield { ...expr, items };
      break;
    case "branch":
      for (const body of smallerBlocks(expr.body)) yield { ...expr, body };
      break;
    case "then":
    case "thenBoth":
    case "finally":
      yield expr.of;
      for (const of of smallerPromises(expr.of)) yield { ...expr, of };
      for (const body of smallerBlocks(expr.body)) yield { ...expr, body };
      break;
    case "branchRef":
  }
}

function* smallerFutures(expr: FutureExpr): Generator<FutureExpr> {
  if (expr.kind !== "sleep") yield { kind: "sleep" };
  switch (expr.kind) {
    case "combine":
    case "select":
      yield* expr.items;
      for (const items of smallerLists(expr.items, smallerFutures)) yield { ...expr, items };
      break;
    case "map":
    case "timeout":
      yield expr.of;
      for (const of of smallerFutures(expr.of)) yield { ...expr, of };
      break;
    case "following":
      for (const of of smallerPromises(expr.of)) yield { ...expr, of };
      break;
    default:
  }
}

function* smallerLists<T>(
  items: readonly T[],
  smallerItems: (item: T) => Iterable<T>,
): Generator<readonly T[]> {
  for (let i = 0; i < items.length; i++) {
    const replace = (...by: readonly T[]) => [...items.slice(0, i), ...by, ...items.slice(i + 1)];
    if (items.length > 1) yield replace();
    for (const smaller of smallerItems(items[i] as T)) yield replace(smaller);
  }
}
