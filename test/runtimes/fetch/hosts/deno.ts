/** Deno.serve on a free port. Arguments: the identity key, and `bidirectional` or nothing. */
import { createEndpointHandler } from "@restatedev/restate-sdk/fetch";
import { services } from "../services.js";

declare const Deno: {
  readonly args: readonly string[];
  serve(
    options: { port: number; hostname: string; onListen: (address: { port: number }) => void },
    handler: (request: Request, info: unknown) => Promise<Response>,
  ): unknown;
};

const [identityKey = "", mode] = Deno.args;
const handler = createEndpointHandler({
  services,
  identityKeys: [identityKey],
  bidirectional: mode === "bidirectional",
});
const onListen = ({ port }: { port: number }): void => {
  console.log(`listening on ${port}`);
};
Deno.serve({ port: 0, hostname: "127.0.0.1", onListen }, handler);
