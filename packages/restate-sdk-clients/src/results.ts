/** Results of invocations that somebody else started, or that were sent. */
import type { Serde } from "@restatedev/restate-sdk-core";

import type { RequestOptions } from "./call-options.js";
import type { Output } from "./client-types.js";
import type { ConnectionOpts } from "./connection-options.js";
import { exchange, type IngressRequest } from "./exchange.js";
import { HttpCallError } from "./http-call-error.js";
import { decode, mergeHeaders } from "./payloads.js";
import { pathOf, type Target } from "./paths.js";
import { retryDecisions } from "./retry-policy.js";

/** Whose result is meant. */
export type Whose = (
  | { readonly invocationId: string }
  | (Pick<Target, "scope"> & { readonly workflow: string; readonly workflowKey: string })
) & {
  /** What the interface says, if there is one. */
  readonly outputSerde: Serde<unknown> | undefined;
};

/** Waits for a result. */
export async function attach(
  connection: ConnectionOpts,
  whose: Whose,
  options: RequestOptions,
): Promise<unknown> {
  const bytes = await ask(connection, lookUp(whose, "attach"), options);
  return decode(connection, bytes, options.output ?? whose.outputSerde);
}

/** The result, if there is one already. */
export async function output(
  connection: ConnectionOpts,
  whose: Whose,
  options: RequestOptions,
): Promise<Output<unknown>> {
  let bytes: Uint8Array;
  try {
    bytes = await ask(connection, lookUp(whose, "output"), options);
  } catch (error) {
    if (error instanceof HttpCallError && error.status === NOT_READY) return notReady();
    throw error;
  }
  return {
    ready: true,
    result: await decode(connection, bytes, options.output ?? whose.outputSerde),
  };
}

const NOT_READY = 470;

function notReady(): Output<unknown> {
  // Not enumerable, so that the output can be copied, compared and logged.
  return Object.defineProperty({ ready: false } as Output<unknown>, "result", {
    get() {
      throw new Error("There is no result yet: look at `ready` first.");
    },
  });
}

type LookUp = Pick<IngressRequest, "method" | "path" | "body">;

function lookUp(whose: Whose, verb: "attach" | "output"): LookUp {
  if ("invocationId" in whose) {
    return { method: "GET", path: pathOf("restate", "invocation", whose.invocationId, verb) };
  }
  const { workflow, workflowKey, scope } = whose;
  if (scope === undefined) {
    return { method: "GET", path: pathOf("restate", "workflow", workflow, workflowKey, verb) };
  }
  // The path has no place for a scope: without it, the result would be that of another workflow.
  const body = JSON.stringify({ target: "workflow", workflowName: workflow, workflowKey, scope });
  return { method: "POST", path: pathOf("restate", verb), body };
}

/** Asking changes nothing, so it may be repeated. */
function ask(
  connection: ConnectionOpts,
  question: LookUp,
  options: RequestOptions,
): Promise<Uint8Array> {
  const own = question.body === undefined ? undefined : { "Content-Type": "application/json" };
  const request = {
    ...question,
    headers: mergeHeaders(connection.headers, options.headers, own),
    options,
  };
  return exchange(connection, request, retryDecisions(connection.retry));
}
