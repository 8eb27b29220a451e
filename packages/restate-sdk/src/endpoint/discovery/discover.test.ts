import { describe, expect, test } from "vitest";
import { handlers } from "../../define/handlers.js";
import { service } from "../../define/service.js";
import { workflow } from "../../define/workflow.js";
import { buildCatalog } from "../service-catalog.js";
import { discover } from "./discover.js";
import { buildManifest, type TransportFields } from "./manifest.js";
import { manifestContentType, negotiateManifestVersion } from "./negotiate.js";

const nothing = async (): Promise<void> => {};

function ask(
  definitions: unknown[],
  accept: string | undefined,
  transport?: Partial<TransportFields>,
) {
  const manifest = buildManifest(buildCatalog(definitions), {
    protocolMode: "BIDI_STREAM",
    ...transport,
  });
  const { status, headers, body } = discover(manifest, accept);
  const json = JSON.parse(new TextDecoder().decode(body)) as Record<string, unknown>;
  return { status, contentType: headers["content-type"], json };
}

const upTo = (newest: number): string =>
  [1, 2, 3, 4]
    .slice(0, newest)
    .map((version) => `application/vnd.restate.endpointmanifest.v${version}+json`)
    .join(", ");

describe("negotiation", () => {
  test.each([
    [upTo(4), 4],
    [upTo(3), 3],
    [upTo(2), 2],
    [upTo(1), undefined],
    [upTo(4).toUpperCase(), 4],
    [`${manifestContentType(3)};q=0.5`, 3],
    [`application/vnd.restate.endpointmanifest.v99+json, ${manifestContentType(4)}`, 4],
    ["*/*", undefined],
    ["", undefined],
  ])("%s", (accept, version) => {
    expect(negotiateManifestVersion(accept)).toBe(version);
  });

  test("a server that knows no version of ours is told which ones those are", () => {
    const { status, json } = ask([], "application/json");
    expect(status).toBe(415);
    expect(json["message"]).toMatch(
      /'application\/json'.*manifest\.v4\+json.*v2\+json.*[Uu]pgrade/,
    );
  });

  test("a request without accept header is told so", () => {
    const { status, json } = ask([], undefined);
    expect(status).toBe(415);
    expect(json["message"]).toMatch(/^Missing accept header/);
  });
});

test("protocol versions 5 to 7 are offered", () => {
  expect(ask([], upTo(4)).json).toEqual({
    minProtocolVersion: 5,
    maxProtocolVersion: 7,
    protocolMode: "BIDI_STREAM",
    services: [],
  });
});

test("compression on Lambda is announced to servers that know it, and not to others", () => {
  const transport = { lambdaCompression: "zstd" } as const;
  expect(ask([], upTo(4), transport).json).toHaveProperty("lambdaCompression", "zstd");
  expect(ask([], upTo(3), transport).json).not.toHaveProperty("lambdaCompression");
  expect(ask([], upTo(3), transport).status).toBe(200);
});

describe("options that the server is too old for", () => {
  test.each([
    [{ journalRetention: 1 }, "journalRetention", 3, "1.4"],
    [{ idempotencyRetention: 1 }, "idempotencyRetention", 3, "1.4"],
    [{ inactivityTimeout: 1 }, "inactivityTimeout", 3, "1.4"],
    [{ abortTimeout: 1 }, "abortTimeout", 3, "1.4"],
    [{ enableLazyState: false }, "enableLazyState", 3, "1.4"],
    [{ ingressPrivate: false }, "ingressPrivate", 3, "1.4"],
    [{ retryPolicy: { initialInterval: 1 } }, "retryPolicy.initialInterval", 4, "1.5"],
    [{ retryPolicy: { maxInterval: 1 } }, "retryPolicy.maxInterval", 4, "1.5"],
    [{ retryPolicy: { exponentiationFactor: 1 } }, "retryPolicy.exponentiationFactor", 4, "1.5"],
    [{ retryPolicy: { maxAttempts: 1 } }, "retryPolicy.maxAttempts", 4, "1.5"],
    [{ retryPolicy: { onMaxAttempts: "kill" } }, "retryPolicy.onMaxAttempts", 4, "1.5"],
  ])(
    "%j: named with service, handler and the server it needs",
    (options, option, since, server) => {
      const ofService = service({
        name: "s",
        handlers: { a: nothing },
        options: options as object,
      });
      const ofHandler = service({
        name: "s",
        handlers: { a: handlers.handler(options as object, nothing) },
      });
      for (const [definition, where] of [
        [ofService, 'service "s" uses'],
        [ofHandler, 'service "s", handler "a" uses'],
      ] as const) {
        const refused = ask([definition], upTo(since - 1));
        expect(refused.status).toBe(500);
        expect(refused.json["message"]).toContain(`${where} the option '${option}'`);
        expect(refused.json["message"]).toContain(`supports from ${server} on`);
        expect(ask([definition], upTo(since)).status).toBe(200);
      }
    },
  );

  test("workflow retention", () => {
    const flow = workflow({
      name: "w",
      handlers: { run: nothing },
      options: { workflowRetention: 1 },
    });
    expect(ask([flow], upTo(2)).json["message"]).toContain(
      `workflow "w", handler "run" uses the option 'workflowRetention'`,
    );
    expect(ask([flow], upTo(3)).status).toBe(200);
  });
});
