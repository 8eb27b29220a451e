/** The admin API of a Restate server: deployments, invocations, SQL introspection, limits. */
import { request, type Fetch } from "./request.js";

export interface RegisterOptions {
  /** Talk HTTP/1.1 to the deployment, request-response only. */
  readonly useHttp11?: boolean;
}

/** The columns of sys_invocation that tests look at. Columns without a value are left out by the server. */
export interface InvocationRow {
  readonly id: string;
  readonly target: string;
  readonly status:
    | "pending"
    | "scheduled"
    | "ready"
    | "running"
    | "paused"
    | "backing-off"
    | "suspended"
    | "completed";
  readonly completion_result?: "success" | "failure";
  readonly completion_failure?: string;
  readonly retry_count?: number;
  readonly last_failure?: string;
  readonly last_failure_error_code?: string;
  readonly last_failure_related_command_name?: string;
  readonly last_failure_related_command_index?: number;
  readonly last_failure_related_command_type?: string;
  readonly pinned_deployment_id?: string;
  readonly pinned_service_protocol_version?: number;
  readonly last_attempt_server?: string;
  readonly invoked_by_id?: string;
  readonly scope?: string;
  readonly limit_key?: string;
}

export interface JournalRow {
  readonly index: number;
  readonly entry_type: string;
  readonly name?: string;
  readonly invoked_id?: string;
  readonly entry_json?: string;
}

export interface Deployment {
  readonly id: string;
  readonly services: readonly { readonly name: string; readonly ty: string }[];
  readonly min_protocol_version?: number;
  readonly max_protocol_version?: number;
}

export class AdminClient {
  constructor(
    readonly url: string,
    private readonly fetch?: Fetch,
  ) {}

  /** Discovers the services at `uri` and makes it their newest deployment. Overwrites a deployment at the same address. */
  async register(uri: string, { useHttp11 = false }: RegisterOptions = {}): Promise<Deployment> {
    return this.#json("POST", "/deployments", { uri, use_http_11: useHttp11, force: true });
  }

  /** The same for a Lambda function; `arn` names a version of it. */
  async registerLambda(arn: string): Promise<Deployment> {
    return this.#json("POST", "/deployments", { arn, force: true });
  }

  service(name: string): Promise<Record<string, unknown>> {
    return this.#json("GET", `/services/${name}`);
  }

  patchService(name: string, change: Record<string, unknown>): Promise<unknown> {
    return this.#json("PATCH", `/services/${name}`, change);
  }

  version(): Promise<{ readonly version: string; readonly features: Record<string, boolean> }> {
    return this.#json("GET", "/version");
  }

  async query<Row>(sql: string): Promise<Row[]> {
    return (await this.#json<{ rows: Row[] }>("POST", "/query", { query: sql })).rows;
  }

  async invocation(id: string): Promise<InvocationRow> {
    const [row] = await this.query<InvocationRow>(
      `SELECT * FROM sys_invocation WHERE id = '${id}'`,
    );
    if (row === undefined) throw new Error(`The server knows no invocation ${id}`);
    return row;
  }

  journal(id: string): Promise<JournalRow[]> {
    return this.query(`SELECT * FROM sys_journal WHERE id = '${id}' ORDER BY index`);
  }

  cancel(id: string): Promise<void> {
    return this.#change("PATCH", `/invocations/${id}/cancel`);
  }

  kill(id: string): Promise<void> {
    return this.#change("PATCH", `/invocations/${id}/kill`);
  }

  purge(id: string): Promise<void> {
    return this.#change("PATCH", `/invocations/${id}/purge`);
  }

  pause(id: string): Promise<void> {
    return this.#change("PATCH", `/invocations/${id}/pause`);
  }

  resume(id: string, deployment?: string): Promise<void> {
    const query = deployment === undefined ? "" : `?deployment=${deployment}`;
    return this.#change("PATCH", `/invocations/${id}/resume${query}`);
  }

  /** Starts a new invocation with the input of a finished one and returns its id. */
  async restartAsNew(id: string, { from = 0 }: { from?: number } = {}): Promise<string> {
    const answer = await this.#json<{ new_invocation_id: string }>(
      "PATCH",
      `/invocations/${id}/restart-as-new?from=${from}`,
    );
    return answer.new_invocation_id;
  }

  /** At most `concurrency` invocations at a time for a scope ("tenant") or a limit key in it ("tenant/user"). */
  async limitConcurrency(pattern: string, concurrency: number): Promise<void> {
    await this.#json("PUT", "/limits/rules", [{ pattern, limits: { concurrency } }]);
  }

  async #change(method: string, path: string): Promise<void> {
    await (await this.#request(method, path)).arrayBuffer();
  }

  async #json<T>(method: string, path: string, body?: unknown): Promise<T> {
    return (await (await this.#request(method, path, body)).json()) as T;
  }

  async #request(method: string, path: string, body?: unknown): Promise<Response> {
    const init = {
      method,
      headers: { accept: "application/json", "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    };
    const response = await request(this.url + path, init, this.fetch);
    if (response.ok) return response;
    throw new Error(`${method} ${path} answers ${response.status}: ${await response.text()}`);
  }
}
