/** The fetch handler behind Node's own servers, as web frameworks put it there. */
import { createEndpointHandler } from "@restatedev/restate-sdk/fetch";
import { afterAll, describe, expect, test } from "vitest";
import { services } from "./services.js";
import { serveFetch } from "./support/node-bridge.js";
import { prove, stopServer } from "./support/proof.js";

afterAll(stopServer);

const cases = [
  { protocol: "HTTP/1.1", bidirectional: false, path: "" },
  { protocol: "HTTP/1.1", bidirectional: true, path: "" },
  { protocol: "HTTP/2", bidirectional: false, path: "/api/restate" },
  { protocol: "HTTP/2", bidirectional: true, path: "/api/restate" },
] as const;

describe.each(cases)("$protocol, bidirectional: $bidirectional", (it) => {
  const errors: (readonly unknown[])[] = [];
  prove({
    mode: it.bidirectional ? "BidiStream" : "RequestResponse",
    extraArgs: [],
    async start(identityKey) {
      const { bidirectional } = it;
      const handler = createEndpointHandler({
        services,
        identityKeys: [identityKey],
        bidirectional,
      });
      const bridge = await serveFetch(handler, it.protocol);
      errors.push(bridge.errors);
      return {
        url: bridge.url + it.path,
        useHttp11: it.protocol === "HTTP/1.1",
        stop: () => bridge.close(),
      };
    },
  });
  test("nothing went wrong in between", () => {
    expect(errors).toEqual([[]]);
  });
});
