/** The attempts that run over each connection, so that a server that closes can let them suspend first. */
import type { AttemptReceiver } from "../endpoint/types.js";

/** What connections are told apart by: the HTTP/2 session, or the socket. */
export type Connection = object;

/**
 * Lists, and no sets: the table of a set that is added to and deleted from all the time is replaced every so often, and
 * each table leads to the next. Once one of them has grown old, it keeps all that follow, with their attempts, from being
 * collected while they are young.
 */
const running = new WeakMap<Connection, AttemptReceiver[]>();
/** Of connections that are to be closed: called whenever no attempt runs over them. */
const whenIdle = new WeakMap<Connection, () => void>();

export function trackAttempt(connection: Connection, receiver: AttemptReceiver): void {
  attemptsOf(connection).push(receiver);
  if (whenIdle.has(connection)) receiver.onShutdown?.();
}

/** To be called once, when the attempt is over. */
export function untrackAttempt(connection: Connection, receiver: AttemptReceiver): void {
  const receivers = attemptsOf(connection);
  receivers.splice(receivers.indexOf(receiver), 1);
  if (receivers.length === 0) whenIdle.get(connection)?.();
}

/**
 * Asks the attempts of the connection, and those that still come in, to suspend as soon as they wait for the server.
 * The connection must stay open until `onIdle`: on GOAWAY the Restate server may cut the attempts that it carries.
 */
export function drainAttempts(connection: Connection, onIdle: () => void): void {
  const receivers = attemptsOf(connection);
  whenIdle.set(connection, onIdle);
  if (receivers.length === 0) onIdle();
  for (const receiver of [...receivers]) receiver.onShutdown?.();
}

function attemptsOf(connection: Connection): AttemptReceiver[] {
  const receivers = running.get(connection) ?? [];
  running.set(connection, receivers);
  return receivers;
}
