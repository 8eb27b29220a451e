/** An nginx in front of replicas of an endpoint, configured as docs/serving-node.md says. */
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "../../../support/real-server/index.js";
import { freePorts } from "../../../../packages/restate-sdk-testcontainers/src/free-ports.js";
import { SupervisedProcess } from "../../../support/real-server/supervised-process.js";

const cached = new URL("../../../../node_modules/.cache/nginx/usr/sbin/nginx", import.meta.url);

/** The binary, if there is one. */
export const nginxBinary = [
  process.env["NGINX"] ?? "",
  ...[...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin"].map((it) => join(it, "nginx")),
  fileURLToPath(cached),
].find((path) => path !== "" && existsSync(path));

/** Why the suites are skipped, if they are. */
export const noNginx =
  nginxBinary === undefined && "there is no nginx; get one with: bash test/e2e/doors/get-nginx.sh";

export interface NginxOptions {
  /** Ports of the replicas. */
  readonly replicas: readonly number[];
  /** How requests reach the replicas: HTTP/2 in both directions at once, or HTTP/1.1. */
  readonly upstream: "h2c" | "HTTP/1.1";
  /** Files of certificate and key. Without them, nginx expects HTTP/2 without TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

export interface Nginx {
  readonly port: number;
  stop(): Promise<void>;
}

export async function startNginx(options: NginxOptions): Promise<Nginx> {
  const [port] = (await freePorts(1)) as [number];
  const directory = await mkdtemp(join(tmpdir(), "restate-nginx-"));
  const file = join(directory, "nginx.conf");
  await writeFile(file, configuration(options, port, directory));
  const nginx = new SupervisedProcess({
    command: nginxBinary ?? "nginx",
    args: ["-p", directory, "-c", file, "-e", "stderr"],
    env: process.env,
    scratchDir: directory,
  });
  await Promise.race([
    eventually(() => connects(port)),
    nginx.exited.then(() => Promise.reject(new Error(`nginx ended:\n${nginx.output}`))),
  ]);
  return {
    port,
    async stop() {
      if (process.env["E2E_LOG"] !== undefined) console.log(nginx.output);
      await nginx.kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function configuration(
  { replicas, upstream, tls }: NginxOptions,
  port: number,
  directory: string,
): string {
  const scratch = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${directory}/${kind};`,
  );
  return `
    daemon off;
    master_process off;
    pid ${directory}/nginx.pid;
    error_log stderr warn;
    events { worker_connections 4096; }
    http {
      access_log off;
      ${scratch.join("\n")}
      upstream replicas {
        ${replicas.map((it) => `server 127.0.0.1:${it} fail_timeout=1s;`).join("\n")}
        keepalive 100;
      }
      server {
        listen 127.0.0.1:${port} ${tls ? "ssl" : ""} http2;
        ${tls ? `ssl_certificate ${tls.cert}; ssl_certificate_key ${tls.key};` : ""}
        client_max_body_size 0;
        client_body_timeout 10m;
        keepalive_requests 1000000;
        http2_max_concurrent_streams 1000;
        location / {
          ${upstream === "h2c" ? GRPC : PROXY}
        }
      }
    }
  `;
}

const GRPC = `
  grpc_pass grpc://replicas;
  grpc_read_timeout 10m;
`;

const PROXY = `
  proxy_pass http://replicas;
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_read_timeout 10m;
`;

function connects(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve();
    }).on("error", reject);
  });
}
