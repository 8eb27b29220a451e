/** Completing awakeables from outside. */
import type { Serde } from "@restatedev/restate-sdk-core";

import type { ConnectionOpts } from "./connection-options.js";
import { exchange } from "./exchange.js";
import { encode, mergeHeaders } from "./payloads.js";
import { pathOf } from "./paths.js";

export async function resolveAwakeable(
  connection: ConnectionOpts,
  id: string,
  { payload, serde }: { readonly payload: unknown; readonly serde: Serde<unknown> | undefined },
): Promise<void> {
  const { body, contentType } = encode(connection, payload, serde);
  await exchange(connection, {
    method: "POST",
    path: pathOf("restate", "a", id, "resolve"),
    headers: mergeHeaders(connection.headers, { "Content-Type": contentType }),
    body,
  });
}

export async function rejectAwakeable(
  connection: ConnectionOpts,
  id: string,
  reason: string,
): Promise<void> {
  await exchange(connection, {
    method: "POST",
    path: pathOf("restate", "a", id, "reject"),
    headers: mergeHeaders({ "Content-Type": "text/plain" }, connection.headers),
    body: reason,
  });
}
