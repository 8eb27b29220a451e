/** Requests of an example that are told about. */
import { HttpCallError } from "@restatedev/restate-sdk-clients";
import type { Narrator } from "./narrator.js";

export interface Ask {
  /** Tells about a request and its answer, which it returns. */
  ask<T>(what: string, send: () => PromiseLike<T>): Promise<T>;
  /** The same for a request that is to be refused. */
  refused(what: string, send: () => PromiseLike<unknown>): Promise<Refusal>;
}

export interface Refusal {
  readonly status: number;
  readonly message: string;
}

export function askWith(narrator: Narrator): Ask {
  const tell = async <T>(
    what: string,
    send: () => PromiseLike<T>,
    show: (answer: T) => string,
  ): Promise<T> => {
    narrator.request(what);
    const startedAt = Date.now();
    const answer = await send();
    narrator.answer(show(answer), Date.now() - startedAt);
    return answer;
  };
  return {
    ask: (what, send) => tell(what, send, describe),
    refused: (what, send) =>
      tell(
        what,
        () => refusalOf(send),
        ({ status, message }) => `${status} ${message}`,
      ),
  };
}

async function refusalOf(send: () => PromiseLike<unknown>): Promise<Refusal> {
  let answer: unknown;
  try {
    answer = await send();
  } catch (error) {
    if (!(error instanceof HttpCallError)) throw error;
    return { status: error.status, message: error.body?.message ?? error.responseText };
  }
  throw new Error(`This should have been refused, but gave ${describe(answer)}`);
}

function describe(answer: unknown): string {
  return answer === undefined ? "done" : JSON.stringify(answer);
}
