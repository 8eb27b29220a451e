/** Bun.serve on a free port. Arguments: the identity key, and `bidirectional` or nothing. */
import { createEndpointHandler } from "@restatedev/restate-sdk/fetch";
import { services } from "../services.js";

declare const Bun: {
  readonly argv: readonly string[];
  serve(options: {
    port: number;
    idleTimeout: number;
    fetch: (request: Request, server: unknown) => Promise<Response>;
  }): { readonly port: number };
};

const [identityKey = "", mode] = Bun.argv.slice(2);
const { port } = Bun.serve({
  port: 0,
  idleTimeout: 0,
  fetch: createEndpointHandler({
    services,
    identityKeys: [identityKey],
    bidirectional: mode === "bidirectional",
  }),
});
console.log(`listening on ${port}`);
