/** The attempts that run over each connection, so that a server that closes can let them suspend first. */
import type { AttemptReceiver } from "../endpoint/types.js";

/** What connections are told apart by: the HTTP/2 session, or the socket. */
export type Connection = object;

const running = new WeakMap<Connection, Set<AttemptReceiver>>();
/** Of connections that are to be closed: called whenever no attempt runs over them. */
const whenIdle = new WeakMap<Connection, () => void>();

/** @returns what to call when the attempt is over */
export function trackAttempt(connection: Connection, receiver: AttemptReceiver): () => void {
  const receivers = attemptsOf(connection).add(receiver);
  if (whenIdle.has(connection)) receiver.onShutdown?.();
  return () => {
    if (receivers.delete(receiver) && receivers.size === 0) whenIdle.get(connection)?.();
  };
}

/**
 * Asks the attempts of the connection, and those that still come in, to suspend as soon as they wait for the server.
 * The connection must stay open until `onIdle`: on GOAWAY the Restate server may cut the attempts that it carries.
 */
export function drainAttempts(connection: Connection, onIdle: () => void): void {
  const receivers = attemptsOf(connection);
  whenIdle.set(connection, onIdle);
  if (receivers.size === 0) onIdle();
  for (const receiver of [...receivers]) receiver.onShutdown?.();
}

function attemptsOf(connection: Connection): Set<AttemptReceiver> {
  const receivers = running.get(connection) ?? new Set();
  running.set(connection, receivers);
  return receivers;
}
