/** Asks the admin API of a Restate server, and says what is wrong when it is none, or refuses. */
import { ReplayError, reasonOf } from "./replay-error.js";

export interface AdminApiOptions {
  /** For example `http://localhost:9070`. */
  readonly adminUrl: string;
  /** Sent along with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as `Authorization: Bearer …`, for servers behind a gateway and for Restate Cloud. */
  readonly token?: string;
  /** In place of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
  /** How long to wait for an answer. Default: 30 seconds. */
  readonly timeoutMs?: number;
}

export type Row = Readonly<Record<string, unknown>>;

export interface ServerVersion {
  readonly version: string;
  readonly features: Readonly<Record<string, boolean>>;
}

export class AdminApi {
  /** The address without a slash at its end. */
  readonly url: string;
  readonly #options: AdminApiOptions;

  /** @throws ReplayError for an address that is none */
  constructor(options: AdminApiOptions) {
    const { adminUrl } = options;
    if (!/^https?:\/\//.test(adminUrl) || !URL.canParse(adminUrl)) {
      throw new ReplayError(
        `"${adminUrl}" is no address of an admin API: it looks like http://localhost:9070`,
      );
    }
    this.url = adminUrl.replace(/\/+$/, "");
    this.#options = options;
  }

  /** @throws ReplayError if the server cannot be reached, is no admin API, or refuses */
  async query(sql: string): Promise<readonly Row[]> {
    const body = JSON.stringify({ query: sql });
    const { rows } = await this.#ask("POST", "/query", body);
    if (Array.isArray(rows)) return rows as Row[];
    throw this.#notAdmin("POST /query", "it has no rows");
  }

  /** @throws ReplayError as {@link query} does */
  async version(): Promise<ServerVersion> {
    const { version, features } = await this.#ask("GET", "/version");
    if (typeof version !== "string") throw this.#notAdmin("GET /version", "it has no version");
    return { version, features: (features ?? {}) as Record<string, boolean> };
  }

  async #ask(method: string, path: string, body?: string): Promise<Record<string, unknown>> {
    const { headers, token, timeoutMs = 30_000, fetch = globalThis.fetch } = this.#options;
    const what = `${method} ${path}`;
    let status: number;
    let text: string;
    try {
      const response = await fetch(this.url + path, {
        method,
        headers: {
          accept: "application/json",
          ...(body !== undefined && { "content-type": "application/json" }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...headers,
        },
        ...(body !== undefined && { body }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      status = response.status;
      text = await response.text();
    } catch (error) {
      throw new ReplayError(
        `The admin API at ${this.url} cannot be reached: ${reasonOf(error)}. Is the server running, and is this its admin address (port 9070 unless configured otherwise)?`,
        { cause: error },
      );
    }
    if (status === 401 || status === 403) {
      throw new ReplayError(
        `The admin API at ${this.url} refuses ${what} with ${status}: give a token that may read it (option token, --token or RESTATE_AUTH_TOKEN)`,
      );
    }
    return this.#read({ what, status, text });
  }

  #read({ what, status, text }: Answer): Record<string, unknown> {
    let answer: unknown;
    try {
      answer = JSON.parse(text);
    } catch {
      throw this.#notAdmin(what, `${status}, ${shorten(text)}`);
    }
    const fields = Object(answer) as Record<string, unknown>;
    if (status >= 200 && status < 300) return fields;
    const message = typeof fields["message"] === "string" ? fields["message"] : shorten(text);
    if (status === 400 || status === 404 || status === 405) throw this.#notAdmin(what, message);
    throw new ReplayError(
      `The admin API at ${this.url} answers ${what} with ${status}: ${message}`,
    );
  }

  #notAdmin(what: string, answer: string): ReplayError {
    return new ReplayError(
      `${this.url} does not answer ${what} as the admin API of a Restate server does (${answer}). ` +
        "Is this the admin address? Its port is 9070 unless configured otherwise; 8080 is the ingress.",
    );
  }
}

interface Answer {
  readonly what: string;
  readonly status: number;
  readonly text: string;
}

const MAX_SHOWN = 200;

function shorten(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text || "an empty answer";
}
