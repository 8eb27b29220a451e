/** What an attempt is told about its invocation before the journal. */
import type { MessageOf, ProtocolVersion, StateEntry } from "../codec.js";
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
    ...knownTo(world.options.version, { ...request, randomSeed }),
  };
}

type LaterFields = Pick<MessageOf<"Start">, "randomSeed" | "scope" | "limitKey" | "idempotencyKey">;

/** The fields that not every version has, as this one knows them. */
export function knownTo(
  version: ProtocolVersion,
  { randomSeed, scope, limitKey, idempotencyKey }: LaterFields,
): LaterFields {
  const known = version >= 7 ? { scope, limitKey, idempotencyKey } : NOTHING;
  return { randomSeed: version >= 6 ? randomSeed : 0n, ...known };
}

const NOTHING = { scope: undefined, limitKey: undefined, idempotencyKey: undefined };

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
