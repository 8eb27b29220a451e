/** Prints a program as the JavaScript that runs: a counterexample can be read, and pasted into a handler. */
import type { FutureExpr, MapperMode, Program, PromiseExpr, Stmt } from "./program.js";

/** The body of an async function of `ctx`, `R` (RestatePromise), `t` (the toolkit) and `s` (shared variables). */
export function printProgram(program: Program): string {
  return new Printer().block(program.body, "") + "\nreturn s.h;";
}

class Printer {
  private labels = 0;

  block(stmts: readonly Stmt[], indent: string): string {
    return stmts.map((stmt) => this.stmt(stmt, indent)).join("\n");
  }

  private label(): string {
    return `"L${String(this.labels++)}"`;
  }

  private body(stmts: readonly Stmt[], indent: string): string {
    return stmts.length === 0 ? "{}" : `{\n${this.block(stmts, `${indent}  `)}\n${indent}}`;
  }

  private stmt(stmt: Stmt, indent: string): string {
    switch (stmt.kind) {
      case "letFuture":
        return `${indent}const ${stmt.name} = ${this.future(stmt.of, indent)};`;
      case "letBranch":
        return `${indent}const ${stmt.name} = t.own(${this.promise(stmt.of, indent)});`;
      case "detached":
        return `${indent}void t.own(${this.promise(stmt.of, indent)});`;
      case "await": {
        const label = this.label();
        const line = `t.got(${label}, await ${this.promise(stmt.of, indent)});`;
        return indent + (stmt.caught ? `try { ${line} } catch (e) { t.err(${label}, e); }` : line);
      }
      case "assign":
        return `${indent}s.a = (s.a * 5 + s.b + 3) % 11; s.b = (s.b + s.h) % 7;`;
      case "state":
        if (stmt.op === "set") return `${indent}ctx.set("${stmt.key}", s.h % 1000);`;
        return `${indent}ctx.${stmt.op}(${stmt.op === "clear" ? `"${stmt.key}"` : ""});`;
      case "hops":
        return indent + hops(stmt);
      case "if": {
        const otherwise =
          stmt.otherwise.length === 0 ? "" : ` else ${this.body(stmt.otherwise, indent)}`;
        return `${indent}if (s.a % ${String(stmt.modulus)} === 0) ${this.body(stmt.then, indent)}${otherwise}`;
      }
      case "loop": {
        const limit = `${String(stmt.count)} + s.b % 2`;
        return `${indent}for (let i = 0, n = ${limit}; i < n; i++) ${this.body(stmt.body, indent)}`;
      }
      case "try":
        return this.tryStatement(stmt, indent);
      case "generator":
        return this.generator(stmt, indent);
      case "asCompleted": {
        const items = stmt.items.map((item) => this.future(item, indent)).join(", ");
        const label = this.label();
        const inner = `${indent}  t.got(${label}, done);\n${this.block(stmt.body, `${indent}  `)}`;
        const leave = stmt.breaks ? `\n${indent}  if (s.a % 2 === 0) break;` : "";
        return `${indent}for await (const done of R.asCompleted([${items}])) {\n${inner}${leave}\n${indent}}`;
      }
      case "throw":
        return `${indent}if (s.a % ${String(stmt.modulus)} === 0) throw t.terminal(${this.label()});`;
      case "return":
        return `${indent}if (s.a % ${String(stmt.modulus)} === 0) return s.h;`;
    }
  }

  private tryStatement(stmt: Extract<Stmt, { kind: "try" }>, indent: string): string {
    const inner = `${indent}  `;
    let text = `${indent}try ${this.body(stmt.body, indent)}`;
    if (stmt.handler !== undefined) {
      const caught = `${inner}t.err(${this.label()}, e);`;
      text += ` catch (e) {\n${caught}\n${this.block(stmt.handler, inner)}\n${indent}}`;
    }
    if (stmt.finalizer !== undefined || stmt.handler === undefined) {
      const seen = `${inner}t.log(${this.label()});`;
      text += ` finally {\n${seen}\n${this.block(stmt.finalizer ?? [], inner)}\n${indent}}`;
    }
    return text;
  }

  private generator(stmt: Extract<Stmt, { kind: "generator" }>, indent: string): string {
    const inner = `${indent}    `;
    const produce = `${this.block(stmt.produce, inner)}\n${inner}yield t.got(${this.label()}, s.a);`;
    const label = this.label();
    const consume = this.block(stmt.consume, `${indent}  `);
    const leave = stmt.breaks ? `\n${indent}  if (s.a % 2 === 0) break;` : "";
    return [
      `${indent}async function* ${stmt.name}() {`,
      `${indent}  for (let i = 0; i < ${String(stmt.count)}; i++) {\n${produce}\n${indent}  }`,
      `${indent}}`,
      `${indent}for await (const x of ${stmt.name}()) {\n${indent}  t.got(${label}, x);\n${consume}${leave}\n${indent}}`,
    ].join("\n");
  }

  private promise(expr: PromiseExpr, indent: string): string {
    switch (expr.kind) {
      case "future":
        return this.future(expr.of, indent);
      case "native": {
        const items = expr.items.map((item) => this.promise(item, indent)).join(", ");
        return `Promise.${expr.op}([${items}])`;
      }
      case "branchRef":
        return expr.name;
      case "branch": {
        const result = `${indent}  return s.h % 100;`;
        return `(async () => {\n${this.block(expr.body, `${indent}  `)}\n${result}\n${indent}})()`;
      }
      case "then":
        return `${this.promise(expr.of, indent)}.then(${this.callback(expr.body, indent, "got")})`;
      case "thenBoth": {
        const onFulfilled = this.callback([], indent, "got");
        const onRejected = this.callback(expr.body, indent, "err");
        return `${this.promise(expr.of, indent)}.then(${onFulfilled}, ${onRejected})`;
      }
      case "finally":
        return `${this.promise(expr.of, indent)}.finally(${this.callback(expr.body, indent, "log")})`;
    }
  }

  private callback(body: readonly Stmt[], indent: string, note: "got" | "err" | "log"): string {
    const call = note === "log" ? `t.log(${this.label()})` : `t.${note}(${this.label()}, v)`;
    const parameter = note === "log" ? "" : "v";
    if (body.length === 0) return `(${parameter}) => ${call}`;
    return `async (${parameter}) => {\n${indent}  ${call};\n${this.block(body, `${indent}  `)}\n${indent}}`;
  }

  private future(expr: FutureExpr, indent: string): string {
    const list = (items: readonly FutureExpr[]) =>
      items.map((item) => this.future(item, indent)).join(", ");
    switch (expr.kind) {
      case "sleep":
        return "ctx.sleep(1, t.tag())";
      case "call":
        return "t.call(ctx)";
      case "callId":
        return "t.call(ctx).invocationId";
      case "send":
        return "t.send(ctx).invocationId";
      case "awakeable":
        return "t.awakeable(ctx)";
      case "keys":
        return "ctx.stateKeys()";
      case "attach":
        return "ctx.attach(t.tag())";
      case "cancellation":
        return "ctx.cancellation()";
      case "cancelCalls":
        return "ctx.cancelPreviousCalls()";
      case "run":
        return `t.run(ctx, "${expr.mode}")`;
      case "promise": {
        const argument = { get: "", peek: "", resolve: "s.h % 1000", reject: "t.tag()" }[expr.op];
        return `ctx.promise("${expr.name}").${expr.op}(${argument})`;
      }
      case "signal":
        return `ctx.signal("${expr.name}")`;
      case "get":
        return `ctx.get("${expr.key}")`;
      case "constant":
        return expr.rejected ? `R.reject(t.terminal(${this.label()}))` : "R.resolve(7)";
      case "ref":
        return expr.name;
      case "combine":
        return `R.${expr.op}([${list(expr.items)}])`;
      case "select": {
        const branches = expr.items.map(
          (item, index) => `${String.fromCharCode(97 + index)}: ${this.future(item, indent)}`,
        );
        return `R.select({ ${branches.join(", ")} })`;
      }
      case "map":
        return `${this.future(expr.of, indent)}.map(${this.mapper(expr.mode)})`;
      case "timeout":
        return `${this.future(expr.of, indent)}.orTimeout(1)`;
      case "following":
        return `R.resolve(${this.promise(expr.of, indent)})`;
    }
  }

  private mapper(mode: MapperMode): string {
    const label = this.label();
    switch (mode) {
      case "value":
        return `(v, f) => t.mapped(${label}, v, f)`;
      case "throwing":
        return `(v, f) => { if (f !== undefined) throw f; return t.mapped(${label}, v); }`;
      case "async":
        return `async (v, f) => { t.mapped(${label}, v, f); await ctx.sleep(1, t.tag()); return s.a; }`;
      case "commands":
        return `(v, f) => { ctx.set("k1", s.h % 1000); return t.mapped(${label}, v, f); }`;
    }
  }
}

function hops({ how, count }: Extract<Stmt, { kind: "hops" }>): string {
  const times = String(count);
  switch (how) {
    case "await":
      return `for (let i = 0; i < ${times}; i++) await null;`;
    case "microtask":
      return `await new Promise((resolve) => queueMicrotask(resolve));`;
    case "tick":
      return `await new Promise((resolve) => process.nextTick(resolve));`;
    case "thenChain":
      return `await Promise.resolve()${".then(() => 0)".repeat(count)};`;
  }
}
