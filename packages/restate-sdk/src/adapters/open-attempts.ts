/** The attempts that run over each connection, so that a server that closes can let them suspend first. */
import type { AttemptReceiver } from "../endpoint/types.js";

/** What connections are told apart by: the HTTP/2 session, or the socket. */
export type Connection = object;

interface OpenAttempt {
  readonly receiver: AttemptReceiver;
  /** Where it is in the list. */
  position: number;
}

/**
 * Lists, and no sets: the table of a set that is added to and deleted from all the time is replaced every so often, and
 * the tables that it had before lead to each other. Once one of them has grown old, each keeps the next one and its
 * attempts from being collected while they are young, which is what garbage collection costs most for.
 */
const running = new WeakMap<Connection, OpenAttempt[]>();
/** Of connections that are to be closed: called whenever no attempt runs over them. */
const whenIdle = new WeakMap<Connection, () => void>();

/** @returns what to call when the attempt is over */
export function trackAttempt(connection: Connection, receiver: AttemptReceiver): () => void {
  const attempts = attemptsOf(connection);
  const attempt: OpenAttempt = { receiver, position: attempts.length };
  attempts.push(attempt);
  if (whenIdle.has(connection)) receiver.onShutdown?.();
  return () => {
    const last = attempts.pop();
    if (last && last !== attempt) {
      attempts[attempt.position] = last;
      last.position = attempt.position;
    }
    if (attempts.length === 0) whenIdle.get(connection)?.();
  };
}

/**
 * Asks the attempts of the connection, and those that still come in, to suspend as soon as they wait for the server.
 * The connection must stay open until `onIdle`: on GOAWAY the Restate server may cut the attempts that it carries.
 */
export function drainAttempts(connection: Connection, onIdle: () => void): void {
  const attempts = attemptsOf(connection);
  whenIdle.set(connection, onIdle);
  if (attempts.length === 0) onIdle();
  for (const { receiver } of [...attempts]) receiver.onShutdown?.();
}

function attemptsOf(connection: Connection): OpenAttempt[] {
  const attempts = running.get(connection) ?? [];
  running.set(connection, attempts);
  return attempts;
}
