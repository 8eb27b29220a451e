/** The attempts that run over each connection, so that a server that closes can let them suspend first. */
import type { AttemptReceiver } from "../endpoint/types.js";

/** What connections are told apart by: the HTTP/2 session, or the socket. */
export type Connection = object;

interface OpenAttempts {
  readonly receivers: Set<AttemptReceiver>;
  /** Set once the connection is to be closed: called whenever no attempt runs over it. */
  onIdle: (() => void) | undefined;
}

const byConnection = new WeakMap<Connection, OpenAttempts>();

/** @returns what to call when the attempt is over */
export function trackAttempt(
  connection: Connection | undefined,
  receiver: AttemptReceiver,
): () => void {
  if (connection === undefined) return ignore;
  const open = attemptsOf(connection);
  open.receivers.add(receiver);
  if (open.onIdle !== undefined) receiver.onShutdown?.();
  return () => {
    if (open.receivers.delete(receiver) && open.receivers.size === 0) open.onIdle?.();
  };
}

/**
 * Asks the attempts of the connection, and those that still come in, to suspend as soon as they wait for the server.
 * The connection must stay open until `onIdle`: on GOAWAY the Restate server may cut the attempts that it carries.
 */
export function drainAttempts(connection: Connection, onIdle: () => void): void {
  const open = attemptsOf(connection);
  open.onIdle = onIdle;
  if (open.receivers.size === 0) onIdle();
  for (const receiver of [...open.receivers]) receiver.onShutdown?.();
}

function attemptsOf(connection: Connection): OpenAttempts {
  let open = byConnection.get(connection);
  if (open === undefined) {
    open = { receivers: new Set(), onIdle: undefined };
    byConnection.set(connection, open);
  }
  return open;
}

function ignore(): void {
  // Deliberately empty.
}
