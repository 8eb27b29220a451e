/** Which version of a service an invocation runs on: the latest at its first attempt, and that one to its end. */
import type { Invocation } from "./invocation.js";
import type { World } from "./world.js";

/** Moves an invocation to the latest version of its service. */
export function pinToLatest({ services }: World, invocation: Invocation): void {
  const { handler, request, service } = invocation;
  const latest = services.get(request.service);
  if (latest === undefined || latest === service) return;
  invocation.service = latest;
  const found = latest.handlers.get(request.handler);
  // Without such a handler, attempts fail until there is one.
  if (found === undefined) return;
  const { retryPolicy, inactivityTimeoutMs, abortTimeoutMs, enableLazyState } = found;
  // How it is queued and how long it is kept was decided when it came in.
  invocation.handler = {
    ...handler,
    retryPolicy,
    inactivityTimeoutMs,
    abortTimeoutMs,
    enableLazyState,
  };
}
