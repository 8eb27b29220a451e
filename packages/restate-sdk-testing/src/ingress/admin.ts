/** The part of the admin API that acts on invocations and tells about them. */
import { isInvocationId } from "../runtime/ids.js";
import type { Invocation } from "../runtime/invocation.js";
import type { RestartRefusal } from "../runtime/restart.js";
import type { Runtime } from "../runtime/runtime.js";
import { turn } from "../runtime/scheduler.js";
import { answerQuery } from "./query.js";
import { emptyResponse, jsonResponse } from "./responses.js";
import { viewService } from "./service-view.js";

/** Answers a request to the admin API. */
export async function handleAdmin(runtime: Runtime, request: Request): Promise<Response> {
  await turn();
  const { pathname, searchParams: search } = new URL(request.url);
  const [collection, id = "", action = ""] = pathname.split("/").slice(1);
  const route = `${request.method} ${collection ?? ""}`;
  switch (route) {
    case "GET health":
      return emptyResponse(200);
    case "GET version":
      return jsonResponse(200, { version: "restate-sdk-testing", features: {} });
    case "POST query":
      return query(runtime, request);
    case "GET services":
      return service(runtime, id);
    case "PUT limits":
      return setLimits(runtime, request);
    case "DELETE invocations":
      return act(runtime, { id, action: search.get("mode") ?? "cancel", search });
    case "PATCH invocations":
      return act(runtime, { id, action, search });
    default:
      return problem(404, `${request.method} ${pathname} is not part of the admin API here`);
  }
}

type Action = (runtime: Runtime, invocation: Invocation, search: URLSearchParams) => Response;

const RESTART_REFUSALS: Readonly<
  Record<RestartRefusal, { readonly status: number; readonly says: string }>
> = {
  "still running": { status: 409, says: "The invocation '{id}' is still running." },
  "a workflow": {
    status: 422,
    says: "Restarting the invocation '{id}' is not supported: it is a workflow.",
  },
  "old protocol": {
    status: 422,
    says: "Restarting the invocation '{id}' is not supported: its service protocol is older than 6.",
  },
  "out of range": {
    status: 400,
    says: "The journal of the invocation '{id}' has no entry with the index in 'from'.",
  },
  "incomplete commands": {
    status: 400,
    says: "The journal of the invocation '{id}' up to 'from' has commands without a result.",
  },
};

const ACTIONS: Readonly<Record<string, Action>> = {
  cancel({ lifecycle }, invocation) {
    switch (lifecycle.cancel(invocation)) {
      case "cancelled":
        return emptyResponse(200);
      case "requested":
        return emptyResponse(202);
      case "over":
        return alreadyCompleted(invocation);
    }
  },

  kill({ lifecycle }, invocation) {
    if (invocation.status.kind === "completed") return alreadyCompleted(invocation);
    lifecycle.kill(invocation);
    return emptyResponse(200);
  },

  pause({ lifecycle }, invocation) {
    const { kind } = invocation.status;
    if (kind === "paused") return emptyResponse(200);
    if (kind !== "running" && kind !== "backing-off" && kind !== "suspended") {
      return problem(409, `The invocation '${invocation.id}' is not running, cannot be paused.`);
    }
    lifecycle.pause(invocation);
    return emptyResponse(202);
  },

  resume({ lifecycle }, invocation, search) {
    const { kind } = invocation.status;
    const deployment = search.get("deployment") ?? "keep";
    if (deployment !== "keep" && deployment !== "latest") {
      return problem(400, "The query parameter 'deployment' has to be 'keep' or 'latest' here.");
    }
    if (kind === "completed") {
      return problem(409, `The invocation '${invocation.id}' is completed, cannot be resumed.`);
    }
    if (kind === "scheduled" || kind === "pending") {
      return problem(
        409,
        `The invocation '${invocation.id}' is either inboxed or scheduled, cannot be resumed.`,
      );
    }
    lifecycle.resume(invocation, { deployment });
    return emptyResponse(200);
  },

  purge({ lifecycle }, invocation) {
    if (invocation.status.kind !== "completed") {
      return problem(409, `The invocation '${invocation.id}' is not yet completed.`);
    }
    lifecycle.purge(invocation);
    return emptyResponse(200);
  },

  "restart-as-new"(runtime, invocation, search) {
    const from = Number(search.get("from") ?? 0);
    const submission = runtime.restartAsNew(invocation, from);
    if (typeof submission !== "string") {
      return jsonResponse(200, { new_invocation_id: submission.invocation.id });
    }
    const { status, says } = RESTART_REFUSALS[submission];
    return problem(status, says.replace("{id}", invocation.id));
  },
};

interface RequestedAction {
  readonly id: string;
  readonly action: string;
  readonly search: URLSearchParams;
}

function act(runtime: Runtime, { id, action, search }: RequestedAction): Response {
  if (!isInvocationId(id)) {
    return problem(400, `The request field 'invocation_id' is invalid. Reason: bad format`);
  }
  const invocation = runtime.world.invocations.get(id);
  if (invocation === undefined) {
    return problem(404, `The requested invocation '${id}' does not exist`);
  }
  return (
    ACTIONS[action]?.(runtime, invocation, search) ?? problem(404, `There is no action '${action}'`)
  );
}

function alreadyCompleted({ id }: Invocation): Response {
  return problem(409, `The invocation '${id}' was already completed.`);
}

async function query(runtime: Runtime, request: Request): Promise<Response> {
  const { query: sql } = (await request.json()) as { query: string };
  try {
    return jsonResponse(200, { rows: answerQuery(runtime.world, sql) });
  } catch (error) {
    return problem(400, (error as Error).message);
  }
}

function service(runtime: Runtime, name: string): Response {
  const info = runtime.world.services.get(name);
  if (info === undefined) return problem(404, `The requested service '${name}' does not exist`);
  return jsonResponse(200, viewService(info));
}

async function setLimits(runtime: Runtime, request: Request): Promise<Response> {
  const rules = (await request.json()) as {
    pattern: string;
    limits: { concurrency?: number };
  }[];
  for (const { pattern, limits } of rules) {
    runtime.world.limits.setRule(pattern, limits.concurrency ?? Infinity);
  }
  return jsonResponse(200, rules);
}

function problem(status: number, message: string): Response {
  return jsonResponse(status, { message });
}
