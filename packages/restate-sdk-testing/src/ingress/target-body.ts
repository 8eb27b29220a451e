/** Targets of attach, output and lookup that travel in a body instead of in the path. */
import type { InvocationTarget } from "../codec.js";
import { IngressProblem } from "./responses.js";

/** @throws IngressProblem if the body names no target */
export function parseTarget(body: Uint8Array): InvocationTarget {
  const fields = parseFields(body);
  const text = (name: string): string => {
    const value = fields[name];
    if (typeof value === "string") return value;
    throw invalid(`missing field \`${name}\``);
  };
  const optional = (name: string): string | undefined =>
    typeof fields[name] === "string" ? fields[name] : undefined;
  const scope = optional("scope");
  switch (fields["target"]) {
    case "workflow":
      return {
        kind: "workflow",
        workflowName: text("workflowName"),
        workflowKey: text("workflowKey"),
        scope,
      };
    case "idempotentInvocation":
      return {
        kind: "idempotentRequest",
        serviceName: text("service"),
        serviceKey: optional("key"),
        handlerName: text("handler"),
        idempotencyKey: text("idempotencyKey"),
        scope,
      };
    case "invocation":
      return { kind: "invocationId", invocationId: text("invocationId") };
    default:
      throw invalid("the target must be workflow, idempotentInvocation or invocation");
  }
}

function parseFields(body: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(body));
    if (typeof parsed === "object" && parsed !== null) return parsed as Record<string, unknown>;
  } catch (error) {
    throw invalid((error as Error).message);
  }
  throw invalid("expected an object");
}

function invalid(why: string): IngressProblem {
  return new IngressProblem(500, `cannot read body: invalid request body: ${why}`);
}
