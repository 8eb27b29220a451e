/** Endpoints with identity keys behind fetch: what is not signed is refused. */
import { createEndpointHandler } from "@restatedev/restate-sdk/fetch";
import { describe } from "vitest";
import { refusesForgeries } from "./support/forgeries.js";

describe.each([true, false])("fetch, bidirectional: %s", (bidirectional) => {
  refusesForgeries(async (options) => {
    const handler = createEndpointHandler({ ...options, bidirectional });
    return {
      async send({ path, headers, body }) {
        const url = `http://localhost${path}`;
        const response = await handler(
          new Request(url, { method: "POST", headers, body: Uint8Array.from(body) }),
        );
        return { status: response.status, body: await response.text() };
      },
      close: async () => undefined,
    };
  });
});
