/** Uses the ingress client and returns what it saw. Bun and Deno run this file; Node and workerd have it in a bundle. */
import * as restate from "@restatedev/restate-sdk-clients";
import type { Greeter } from "../clients.test.js";

export async function useClient(url: string): Promise<object> {
  const rs = restate.connect({ url, retry: true });
  const greeter = rs.serviceClient<Greeter>({ name: "Greeter" });
  const sent = await rs
    .serviceSendClient<Greeter>({ name: "Greeter" })
    .greet("Bob", restate.rpc.sendOpts({ idempotencyKey: crypto.randomUUID() }));
  const error = await failureOf(greeter.greet(""));
  const signal = AbortSignal.abort(new Error("no time"));
  return {
    called: await greeter.greet("Ada"),
    sent: await rs.result(sent),
    failed: error instanceof restate.HttpCallError && [error.code, error.body?.message],
    aborted: String(await failureOf(greeter.greet("Eve", restate.rpc.opts({ signal })))),
  };
}

async function failureOf(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    return await promise;
  } catch (error) {
    return error;
  }
}
