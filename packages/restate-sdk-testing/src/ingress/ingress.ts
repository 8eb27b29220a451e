/** The ingress: HTTP requests as clients of a real server send them, answered by the runtime. */
import type { Header, InvocationTarget } from "../codec.js";
import type { Invocation } from "../runtime/invocation.js";
import type { Runtime } from "../runtime/runtime.js";
import { turn } from "../runtime/scheduler.js";
import type { ResolvedHandler } from "../runtime/services.js";
import type { Submission } from "../runtime/submissions.js";
import { parseDuration } from "./durations.js";
import { checkInput } from "./input-rules.js";
import {
  emptyResponse,
  IngressProblem,
  invocationNotFound,
  jsonResponse,
  methodNotAllowed,
  notReady,
  problemResponse,
  resultResponse,
} from "./responses.js";
import { parseRoute, type IngressRoute } from "./routes.js";
import { parseTarget } from "./target-body.js";

/** Headers that are for the ingress alone. */
const OWN_HEADERS = new Set(["connection", "host", "idempotency-key", "idempotency-expires"]);

/** Answers a request to the ingress. Rejects only if the request is aborted while it waits. */
export async function handleIngress(runtime: Runtime, request: Request): Promise<Response> {
  await turn();
  try {
    const url = new URL(request.url);
    const route = parseRoute(url.pathname, (name) => runtime.world.services.get(name));
    return await answer(runtime, { request, url, body: await bodyOf(request) }, route);
  } catch (error) {
    if (error instanceof IngressProblem) return problemResponse(error);
    throw error;
  }
}

interface Incoming {
  readonly request: Request;
  readonly url: URL;
  readonly body: Uint8Array;
}

function answer(
  runtime: Runtime,
  incoming: Incoming,
  route: IngressRoute,
): Response | Promise<Response> {
  switch (route.kind) {
    case "health":
      return emptyResponse(200);
    case "invoke":
      return invoke(runtime, incoming, route);
    case "awakeable":
      return completeAwakeable(runtime, incoming, route);
    case "result":
      expectMethod(incoming, "GET");
      return result(runtime, incoming, { verb: route.verb, target: route.target });
    case "result by target": {
      expectMethod(incoming, "POST");
      const target = parseTarget(incoming.body);
      if (route.verb !== "lookup") return result(runtime, incoming, { verb: route.verb, target });
      const found = runtime.submissions.find(target) ?? raise(invocationNotFound());
      return jsonResponse(200, { invocationId: found.id });
    }
  }
}

async function invoke(runtime: Runtime, incoming: Incoming, route: InvokeRoute): Promise<Response> {
  const { request, url, body } = incoming;
  const { service, handler, key, scope, verb } = route;
  const resolved = resolve(runtime, route);
  const idempotencyKey = idempotencyKeyOf(request, resolved);
  if (request.method !== "GET" && request.method !== "POST") throw methodNotAllowed();
  checkInput(resolved.handler.input, request.headers.get("content-type") ?? undefined, body);
  const delayMs = delayOf(url, verb);
  const limitKey = limitKeyOf(incoming, scope);
  const headers = headersOf(request, url);
  const details = { service, handler, key, scope, limitKey, idempotencyKey, delayMs };
  const submission = runtime.submit({ ...details, headers, body }, resolved);
  return verb === "call"
    ? resultOf(runtime, submission.invocation, request.signal)
    : accepted(submission);
}

type InvokeRoute = IngressRoute & { kind: "invoke" };

function resolve(runtime: Runtime, { service, handler }: InvokeRoute): ResolvedHandler {
  const resolved = runtime.submissions.resolve(service, handler);
  if (resolved === undefined) {
    throw new IngressProblem(
      404,
      `the service '${service}' exists, but the handler '${handler}' was not found, check that the handler exists in the latest registered service version.`,
    );
  }
  if (resolved.handler.isPublic) return resolved;
  throw new IngressProblem(400, "the invoked service is not public");
}

function idempotencyKeyOf(request: Request, { handler }: ResolvedHandler): string | undefined {
  const key = request.headers.get("idempotency-key") ?? undefined;
  if (key === undefined || handler.kind !== "workflow") return key;
  throw new IngressProblem(
    400,
    "cannot use the idempotency key with workflow handlers. The handler invocation will already be idempotent by the workflow key itself.",
  );
}

function limitKeyOf({ request, url }: Incoming, scope: string | undefined): string | undefined {
  const header = request.headers.get("x-restate-limit-key");
  const limitKey = header ?? url.searchParams.get("limit-key") ?? undefined;
  if (limitKey === undefined || scope !== undefined) return limitKey;
  throw new IngressProblem(400, "limit-key requires a scope to be set");
}

function accepted({ invocation, isNew }: Submission): Response {
  const { id: invocationId, status: now } = invocation;
  const status = isNew ? "Accepted" : "PreviouslyAccepted";
  const executionTime =
    now.kind === "scheduled" ? { executionTime: new Date(now.at).toISOString() } : {};
  const headers = { "x-restate-id": invocationId };
  return jsonResponse(202, { invocationId, ...executionTime, status }, headers);
}

function completeAwakeable(
  runtime: Runtime,
  incoming: Incoming,
  { id, action }: IngressRoute & { kind: "awakeable" },
): Response {
  expectMethod(incoming, "POST");
  const { body } = incoming;
  const result =
    action === "resolve"
      ? ({ kind: "value", value: body } as const)
      : ({
          kind: "failure",
          failure: { code: 500, message: new TextDecoder().decode(body), metadata: [] },
        } as const);
  if (!runtime.commands.completeAwakeable(id, result, "ingress")) {
    throw new IngressProblem(400, `bad awakeable id '${id}': bad format`);
  }
  return emptyResponse(202);
}

function result(
  runtime: Runtime,
  { request }: Incoming,
  { verb, target }: { readonly verb: "attach" | "output"; readonly target: InvocationTarget },
): Response | Promise<Response> {
  const found = runtime.submissions.find(target);
  if (found === undefined) throw invocationNotFound();
  if (verb === "attach") return resultOf(runtime, found, request.signal);
  const { status } = found;
  if (status.kind !== "completed") throw notReady();
  return resultResponse(found, status.result, "was there");
}

async function resultOf(
  runtime: Runtime,
  invocation: Invocation,
  signal: AbortSignal,
): Promise<Response> {
  const wasThere = invocation.status.kind === "completed" ? "was there" : "came";
  signal.throwIfAborted();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
  const result = await Promise.race([runtime.result(invocation), aborted]);
  return resultResponse(invocation, result, wasThere);
}

function headersOf(request: Request, url: URL): Header[] {
  const headers: Header[] = [{ key: "x-restate-ingress-path", value: url.pathname + url.search }];
  request.headers.forEach((value, key) => {
    if (!OWN_HEADERS.has(key)) headers.push({ key, value });
  });
  return headers;
}

function delayOf(url: URL, verb: "call" | "send"): number | undefined {
  const delay = url.searchParams.get("delay");
  if (delay === null) return undefined;
  const millis = parseDuration(delay);
  if (millis === undefined) {
    throw new IngressProblem(
      400,
      `bad delay query parameter, must be a ISO8601 duration: ${delay}`,
    );
  }
  if (verb === "send") return millis;
  throw new IngressProblem(
    400,
    "cannot use the delay query parameter with calls. The delay is supported only with sends",
  );
}

async function bodyOf(request: Request): Promise<Uint8Array> {
  return new Uint8Array(await request.arrayBuffer());
}

function expectMethod({ request }: Incoming, method: string): void {
  if (request.method !== method) throw methodNotAllowed();
}

function raise(error: Error): never {
  throw error;
}
