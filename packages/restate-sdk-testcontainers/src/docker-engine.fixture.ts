/** A Docker engine on a socket, as far as Testcontainers needs one: its containers are a stand-in for a Restate server. */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a container was created with. */
export interface ContainerDefinition {
  readonly Image: string;
  readonly Env?: readonly string[];
  readonly ExposedPorts: Readonly<Record<string, object>>;
  readonly HostConfig: {
    readonly Tmpfs?: Readonly<Record<string, string>>;
    readonly ExtraHosts?: readonly string[];
  };
}

/** How the stand-in answers when services are registered: a status and a body. */
export interface Registration {
  readonly status: number;
  readonly body: object;
}

export class FakeDockerEngine {
  readonly created: ContainerDefinition[] = [];
  readonly removed: string[] = [];
  /** The URIs that were registered. */
  readonly registered: string[] = [];
  registration: Registration = { status: 201, body: { services: [] } };
  /** Whether a started container is found to have crashed. */
  crashes = false;

  readonly socket: string;
  readonly #directory: string;
  readonly #engine: Server;
  readonly #restate: Server;

  static async start(): Promise<FakeDockerEngine> {
    const directory = await mkdtemp(join(tmpdir(), "fake-docker-"));
    const engine = new FakeDockerEngine(directory);
    await listen(engine.#engine, { path: engine.socket });
    await listen(engine.#restate, { port: 0 });
    return engine;
  }

  private constructor(directory: string) {
    this.#directory = directory;
    this.socket = join(directory, "docker.sock");
    this.#engine = createServer((request, response) => void this.#serveEngine(request, response));
    this.#restate = createServer((request, response) => void this.#serveRestate(request, response));
  }

  /** The one port of the machine that the stand-in has. Ingress and admin API share it. */
  get port(): number {
    return (this.#restate.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const server of [this.#engine, this.#restate]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    await rm(this.#directory, { recursive: true });
  }

  async #serveEngine(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "", "http://docker");
    const route = `${request.method ?? ""} ${url.pathname.replace(/^\/v[\d.]+/, "")}`;
    const body = await readBody(request);
    if (route === "GET /info") reply(response, 200, { OperatingSystem: "Linux", OSType: "linux" });
    else if (route === "GET /containers/json") reply(response, 200, []);
    else if (route.startsWith("GET /images/")) reply(response, 200, { Id: "sha256:image" });
    else if (route === "POST /containers/create") {
      this.created.push(JSON.parse(body) as ContainerDefinition);
      reply(response, 201, { Id: "restate" });
    } else if (route.endsWith("/start") || route.endsWith("/stop")) reply(response, 204);
    else if (route === "GET /containers/restate/json") reply(response, 200, this.#inspect());
    else if (route === "GET /containers/restate/logs") {
      response.writeHead(200, { "content-type": "application/vnd.docker.raw-stream" });
      // Open until the client has enough, as a followed log is.
      response.write(logFrame("INFO the server says something\n"));
    } else if (route === "DELETE /containers/restate") {
      this.removed.push("restate");
      reply(response, 204);
    } else reply(response, 404, { message: `the fake engine does not know ${route}` });
  }

  #inspect(): object {
    const binding = [{ HostIp: "0.0.0.0", HostPort: String(this.port) }];
    return {
      Id: "restate",
      Name: "/restate",
      Config: { Hostname: "restate", Labels: {} },
      State: {
        Status: this.crashes ? "exited" : "running",
        Running: !this.crashes,
        StartedAt: new Date().toISOString(),
        FinishedAt: "",
      },
      NetworkSettings: { Ports: { "8080/tcp": binding, "9070/tcp": binding }, Networks: {} },
    };
  }

  async #serveRestate(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    if (request.url === "/health" || request.url === "/restate/health") {
      reply(response, this.crashes ? 500 : 200, {});
    } else if (request.url === "/query") reply(response, 200, { rows: [] });
    else if (request.url === "/deployments") {
      this.registered.push((JSON.parse(body) as { uri: string }).uri);
      reply(response, this.registration.status, this.registration.body);
    } else reply(response, 404);
  }
}

/** Docker multiplexes stdout and stderr: a header with the stream and the length comes before each piece. */
function logFrame(text: string): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(1, 0);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

function listen(server: Server, where: { path: string } | { port: number }): Promise<void> {
  return new Promise((resolve) => {
    server.listen(where, resolve);
  });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function reply(response: ServerResponse, status: number, body?: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(body && JSON.stringify(body));
}
