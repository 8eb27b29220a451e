/** What an attempt is told about its invocation before the journal. */
import type { MessageOf, StateEntry } from "../codec.js";
import type { Invocation } from "./invocation.js";
import type { World } from "./world.js";

export function startMessage(world: World, invocation: Invocation): MessageOf<"Start"> {
  const { id, rawId, journal, keyed, request, randomSeed } = invocation;
  return {
    type: "Start",
    id: rawId,
    debugId: id,
    knownEntries: journal.entries.length,
    ...stateOf(world, invocation),
    key: keyed?.key ?? "",
    retryCountSinceLastStoredEntry: invocation.failuresSinceLastEntry,
    durationSinceLastStoredEntry:
      invocation.failuresSinceLastEntry === 0 ? 0 : world.now - invocation.lastEntryAt,
    randomSeed: world.options.version >= 6 ? randomSeed : 0n,
    scope: world.options.version >= 7 ? request.scope : undefined,
    limitKey: world.options.version >= 7 ? request.limitKey : undefined,
    idempotencyKey: world.options.version >= 7 ? request.idempotencyKey : undefined,
  };
}

function stateOf(
  world: World,
  { keyed, handler }: Invocation,
): Pick<MessageOf<"Start">, "stateMap" | "partialState"> {
  if (keyed === undefined) return { stateMap: [], partialState: false };
  const mode = handler.enableLazyState ? "lazy" : world.options.state;
  if (mode === "lazy") return { stateMap: [], partialState: true };
  const stateMap: StateEntry[] = [];
  for (const [key, value] of world.state.of(keyed)) {
    stateMap.push({ key: new TextEncoder().encode(key), value });
  }
  if (mode === "eager") return { stateMap, partialState: false };
  return { stateMap: stateMap.filter((_, index) => index % 2 === 0), partialState: true };
}
