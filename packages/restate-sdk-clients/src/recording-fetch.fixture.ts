/** A fetch that answers from a list and remembers what it was asked. */

export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
}

export interface Recorded {
  readonly method: string | undefined;
  readonly url: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal | null | undefined;
}

export interface RecordingFetch {
  readonly fetch: typeof globalThis.fetch;
  readonly requests: readonly Recorded[];
}

/** Answers in order, the last one for good. An `Error` is thrown, as for a broken network. */
export function recordingFetch(...answers: readonly (Answer | Error)[]): RecordingFetch {
  const requests: Recorded[] = [];
  return {
    requests,
    fetch: async (input, init = {}) => {
      requests.push({
        method: init.method,
        url: input instanceof Request ? input.url : input.toString(),
        headers: Object.fromEntries(new Headers(init.headers)),
        body: textOf(init.body),
        signal: init.signal,
      });
      init.signal?.throwIfAborted();
      const answer = answers[Math.min(requests.length, answers.length) - 1] ?? {};
      if (answer instanceof Error) throw answer;
      const { status = 200, headers = {}, body } = answer;
      return Promise.resolve(new Response(body as BodyInit | undefined, { status, headers }));
    },
  };
}

/** What Restate answers to a send. */
export const accepted: Answer = {
  status: 202,
  body: '{"invocationId":"inv_1","status":"Accepted"}',
};

/** The ingress' own error. */
export function ingressError(status: number, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { "x-restate-error-source": "ingress", ...headers },
    body: JSON.stringify({ code: status, message: "no", source: "ingress" }),
  };
}

function textOf(body: BodyInit | null | undefined): string {
  if (body == null || typeof body === "string") return body ?? "";
  return new TextDecoder().decode(body as Uint8Array);
}
