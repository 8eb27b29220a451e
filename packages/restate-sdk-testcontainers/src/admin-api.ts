/** The part of a server's admin API that a test environment needs. */

/** Makes an error's message longer by what helps to understand it. */
export type Explain = (message: string) => Promise<string>;

const ANSWER_DEADLINE_MS = 30_000;

export class AdminApi {
  readonly #explain: Explain;

  constructor(
    readonly url: string,
    explain: Explain = (message) => Promise.resolve(message),
  ) {
    this.#explain = explain;
  }

  /** Discovers and registers the services at `uri`, and returns their names. */
  async register(uri: string): Promise<string[]> {
    const doing = `Registering the services at ${uri}`;
    const { services = [] } = (await this.#post("/deployments", { uri }, doing)) as {
      services?: { name: string }[];
    };
    return services.map(({ name }) => name);
  }

  async query<TRow>(sql: string, doing: string): Promise<TRow[]> {
    return ((await this.#post("/query", { query: sql }, doing)) as { rows: TRow[] }).rows;
  }

  async replaceState(
    service: string,
    key: string,
    state: ReadonlyMap<string, Uint8Array>,
  ): Promise<void> {
    const newState = Object.fromEntries([...state].map(([name, bytes]) => [name, [...bytes]]));
    await this.#post(
      `/services/${encodeURIComponent(service)}/state`,
      { object_key: key, new_state: newState },
      `Changing the state of ${service}/${key}`,
    );
  }

  async #post(path: string, body: unknown, doing: string): Promise<unknown> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(this.url + path, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(ANSWER_DEADLINE_MS),
      });
      text = await response.text();
    } catch (error) {
      const message = `${doing} failed, the admin API of the server gave no answer: ${reasonOf(error)}`;
      throw new Error(await this.#explain(message), { cause: error });
    }
    if (response.ok) return text === "" ? undefined : JSON.parse(text);
    const message = `${doing} failed, the admin API of the server answers ${response.status}: ${text}`;
    throw new Error(await this.#explain(message));
  }
}

/** fetch hides why it failed in the cause of its error. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
}
