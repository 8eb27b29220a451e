/** The paths of the ingress, old ones and new ones, as data. */
import type { InvocationTarget } from "../codec.js";
import { isInvocationId } from "../runtime/ids.js";
import type { ServiceInfo } from "../runtime/services.js";
import { IngressProblem, notFound } from "./responses.js";

export type IngressRoute =
  | { readonly kind: "health" }
  | {
      readonly kind: "invoke";
      readonly verb: "call" | "send";
      readonly service: string;
      readonly handler: string;
      readonly key: string | undefined;
      readonly scope: string | undefined;
    }
  | { readonly kind: "awakeable"; readonly id: string; readonly action: "resolve" | "reject" }
  | {
      readonly kind: "result";
      readonly verb: "attach" | "output";
      readonly target: InvocationTarget;
    }
  /** The target is in the body. */
  | { readonly kind: "result by target"; readonly verb: "attach" | "output" | "lookup" };

export type FindService = (name: string) => ServiceInfo | undefined;

/** @throws IngressProblem for paths that lead nowhere */
export function parseRoute(pathname: string, findService: FindService): IngressRoute {
  const [first = "", ...segments] = pathname.split("/").slice(1).map(decode);
  if (first !== "restate") return invokeRoute([first, ...segments], findService);
  const [verb = "", ...rest] = segments;
  switch (verb) {
    case "health":
      return { kind: "health" };
    case "awakeables":
    case "a":
      return awakeableRoute(rest);
    case "invocation":
      return invocationRoute(rest, findService);
    case "workflow":
      return workflowRoute(rest);
    case "call":
    case "send":
      return verbRoute(verb, rest, { findService, scope: undefined });
    case "scope": {
      const [scope, inner, ...target] = rest;
      if (inner !== "call" && inner !== "send") throw badPath();
      return verbRoute(inner, target, { findService, scope });
    }
    case "attach":
    case "output":
      return resultRoute(verb, rest);
    case "lookup":
      return { kind: "result by target", verb };
    default:
      throw notFound();
  }
}

function invokeRoute(segments: readonly string[], findService: FindService): IngressRoute {
  const [name = "", ...rest] = segments;
  const service = known(name, findService);
  const key = service.kind === "service" ? undefined : rest.shift();
  const [handler, last, ...more] = rest;
  if (handler === undefined || more.length > 0 || (last !== undefined && last !== "send")) {
    throw new IngressProblem(
      400,
      "bad path, expected either /:service-name/:handler or /:object-name/:object-key/:handler",
    );
  }
  const verb = last ?? "call";
  return { kind: "invoke", verb, service: name, handler, key, scope: undefined };
}

function verbRoute(
  verb: "call" | "send",
  segments: readonly string[],
  { findService, scope }: { readonly findService: FindService; readonly scope: string | undefined },
): IngressRoute {
  const [name, ...rest] = segments;
  if (name === undefined) throw badPath();
  const service = known(name, findService);
  const key = service.kind === "service" ? undefined : rest.shift();
  const [handler, ...more] = rest;
  if (handler === undefined || more.length > 0) throw badPath();
  return { kind: "invoke", verb, service: name, handler, key, scope };
}

function awakeableRoute([id, action]: readonly string[]): IngressRoute {
  if (id !== undefined && (action === "resolve" || action === "reject")) {
    return { kind: "awakeable", id, action };
  }
  throw new IngressProblem(
    400,
    "bad path, expected either /restate/awakeables/:id/resolve or /restate/awakeables/:id/reject",
  );
}

function resultRoute(verb: "attach" | "output", segments: readonly string[]): IngressRoute {
  const [id, ...more] = segments;
  if (id === undefined) return { kind: "result by target", verb };
  if (more.length > 0) throw badPath();
  return { kind: "result", verb, target: byId(id) };
}

function invocationRoute(segments: readonly string[], findService: FindService): IngressRoute {
  const verb = segments.at(-1);
  const target = segments.slice(0, -1);
  if (verb !== "attach" && verb !== "output")
    throw target.length === 0 ? badInvocationPath() : notFound();
  const [first = "", ...rest] = target;
  if (rest.length === 0) return { kind: "result", verb, target: byId(first) };
  const service = known(first, findService);
  const serviceKey = service.kind === "service" ? undefined : rest.shift();
  const [handlerName, idempotencyKey] = rest;
  if (handlerName === undefined || idempotencyKey === undefined) throw badInvocationPath();
  return {
    kind: "result",
    verb,
    target: {
      kind: "idempotentRequest",
      serviceName: first,
      serviceKey,
      handlerName,
      idempotencyKey,
      scope: undefined,
    },
  };
}

function workflowRoute([workflowName, workflowKey, verb]: readonly string[]): IngressRoute {
  if (
    workflowName !== undefined &&
    workflowKey !== undefined &&
    (verb === "attach" || verb === "output")
  ) {
    const target = { kind: "workflow", workflowName, workflowKey, scope: undefined } as const;
    return { kind: "result", verb, target };
  }
  throw new IngressProblem(
    400,
    "bad path, expected either /restate/workflow/:workflow_name/:workflow_key/output or /restate/workflow/:workflow_name/:workflow_key/attach",
  );
}

function byId(id: string): InvocationTarget {
  if (isInvocationId(id)) return { kind: "invocationId", invocationId: id };
  throw new IngressProblem(400, `bad invocation id '${id}': bad format`);
}

function known(name: string, findService: FindService): ServiceInfo {
  const service = findService(name);
  if (service !== undefined) return service;
  throw new IngressProblem(
    404,
    `service '${name}' not found, make sure to register the service before calling it.`,
  );
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new IngressProblem(400, `bad path, cannot decode key: ${segment}`);
  }
}

function badPath(): IngressProblem {
  return new IngressProblem(
    400,
    "bad path, expected /restate/call/:service/:handler, /restate/send/:service/:handler, /restate/scope/:scope/call/:service/:handler, /restate/attach/:invocation_id, /restate/output/:invocation_id, or /restate/lookup",
  );
}

function badInvocationPath(): IngressProblem {
  return new IngressProblem(
    400,
    "bad path, expected either /restate/invocation/:invocation_id/output or /restate/invocation/:invocation_id/attach",
  );
}
