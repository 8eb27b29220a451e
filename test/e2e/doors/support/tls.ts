/** One port with TLS for HTTP/1.1 and HTTP/2, as `http2.createSecureServer` with `allowHTTP1` opens it. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createSecureServer } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EndpointHandler } from "../../../support/real-server/index.js";
import { createCertificates, type TestCertificates } from "./certificate.js";

export interface TlsHost extends TestCertificates {
  readonly url: string;
  readonly port: number;
  /** Makes a Restate server trust the certificate. */
  readonly serverEnv: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function serveTls(handler: EndpointHandler): Promise<TlsHost> {
  const { certificates, serverEnv, remove } = await trustedCertificates();
  const { key, cert } = certificates;
  const server = createSecureServer({ key, cert, allowHTTP1: true }, handler);
  const sockets = new Set<Socket>();
  server.on("secureConnection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...certificates,
    url: `https://localhost:${port}`,
    port,
    serverEnv,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
      await remove();
    },
  };
}

export async function trustedCertificates() {
  const certificates = createCertificates();
  const directory = await mkdtemp(join(tmpdir(), "restate-tls-"));
  const caFile = join(directory, "ca.pem");
  await writeFile(caFile, certificates.ca);
  return {
    certificates,
    directory,
    serverEnv: { SSL_CERT_FILE: caFile },
    remove: () => rm(directory, { recursive: true }),
  };
}
