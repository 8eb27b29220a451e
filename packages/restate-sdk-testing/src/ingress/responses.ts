/** Answers in the words and forms of the server's ingress, so that clients see no difference. */
import type { Failure, ValueOrFailure } from "../codec.js";
import type { Invocation } from "../runtime/invocation.js";

/** An error that is the ingress's own, not an invocation's. */
export class IngressProblem extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "IngressProblem";
  }
}

export const notFound = (): IngressProblem => new IngressProblem(404, "not found");
export const invocationNotFound = (): IngressProblem =>
  new IngressProblem(404, "invocation not found");
export const methodNotAllowed = (): IngressProblem => new IngressProblem(405, "method not allowed");
export const notReady = (): IngressProblem =>
  new IngressProblem(470, "the invocation exists but has not completed yet");

export function problemResponse({ status, message }: IngressProblem): Response {
  return errorResponse(status, { code: status, message, source: "ingress" });
}

/**
 * A result as the answer to a call, attach or output.
 *
 * @param wasThere only of a result that was there before it was asked for is it told until when it is kept
 */
export function resultResponse(
  invocation: Invocation,
  result: ValueOrFailure,
  wasThere: WasThere,
): Response {
  const headers = resultHeaders(invocation, wasThere);
  if (result.kind === "failure") return failureResponse(result.failure, headers);
  const { contentType, setContentTypeIfEmpty } = invocation.handler.output;
  if (contentType !== undefined && (result.value.length > 0 || setContentTypeIfEmpty)) {
    headers["content-type"] = contentType;
  }
  return new Response(result.value.slice(), { status: 200, headers });
}

export type WasThere = "was there" | "came";

export function jsonResponse(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, "content-type": "application/json" },
  });
}

/** An answer without a body. */
export function emptyResponse(status: number): Response {
  return new Response(null, { status });
}

function failureResponse(
  { code, message, metadata }: Failure,
  headers: Record<string, string>,
): Response {
  const fields = Object.fromEntries(metadata.map(({ key, value }) => [key, value]));
  const body = {
    code,
    message,
    ...(metadata.length > 0 && { metadata: fields }),
    source: "invocation" as const,
  };
  // Response takes no other status; the code is in the body all the same.
  return errorResponse(code >= 200 && code <= 599 ? code : 500, body, headers);
}

function errorResponse(
  status: number,
  body: { readonly source: "ingress" | "invocation"; readonly [field: string]: unknown },
  headers: Record<string, string> = {},
): Response {
  return jsonResponse(status, body, { ...headers, "x-restate-error-source": body.source });
}

function resultHeaders(invocation: Invocation, wasThere: WasThere): Record<string, string> {
  const headers: Record<string, string> = { "x-restate-id": invocation.id };
  const { handler, request, status } = invocation;
  if (request.idempotencyKey === undefined || status.kind !== "completed") return headers;
  if (wasThere === "came") return headers;
  headers["idempotency-expires"] = new Date(
    status.at + handler.idempotencyRetentionMs,
  ).toISOString();
  return headers;
}
