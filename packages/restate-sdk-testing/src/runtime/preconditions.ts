/**
 * Which commands a server takes from which kind of handler; it refuses the others (RT0017). It refuses promises outside
 * of workflows as well; here mocked contexts, which are objects whatever they stand for, need them.
 */
import type { CommandName } from "../codec.js";
import type { CommandRefusal } from "./attempt-runner.js";
import type { Invocation } from "./invocation.js";

export function refusalOf(
  { service, handler }: Invocation,
  command: CommandName,
): CommandRefusal | undefined {
  const writes = WRITES.has(command);
  if (service.kind === "service" && (writes || READS.has(command))) {
    return refusal("this service type doesn't have state access");
  }
  if (handler.kind === "shared" && writes) {
    return refusal("this handler type cannot write state");
  }
  return undefined;
}

const READS = new Set<CommandName>([
  "GetEagerStateCommand",
  "GetEagerStateKeysCommand",
  "GetLazyStateCommand",
  "GetLazyStateKeysCommand",
]);
const WRITES = new Set<CommandName>([
  "SetStateCommand",
  "ClearStateCommand",
  "ClearAllStateCommand",
]);

/** In the server's words. */
function refusal(reason: string): CommandRefusal {
  return { code: 500, message: `unsupported entry type, ${reason}` };
}
