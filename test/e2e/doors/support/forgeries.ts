/** Requests that an endpoint with identity keys must refuse, whatever it is served by, before any code of its user runs. */
import { createHmac, sign } from "node:crypto";
import * as restate from "@restatedev/restate-sdk";
import type { EndpointOptions } from "@restatedev/restate-sdk";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { encodeFrame, encodePayload } from "../../../support/scripted-server/frames.js";
import { sdkUnderTest } from "../../../support/real-server/sdk-under-test.js";
import {
  createIdentityKey,
  signatureHeaders,
  tokenFor,
  unsigned,
} from "../../support/identity-keys.js";

export interface GuardedRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface GuardedAnswer {
  readonly status: number;
  readonly body: string;
}

export interface GuardedEndpoint {
  send(request: GuardedRequest): Promise<GuardedAnswer>;
  close(): Promise<void>;
}

const INVOKE = "/invoke/Guarded/enter";
const PREVIEW = "/serdes/Guarded/encode/enter/input";
const DISCOVER = "/discover";

const trusted = createIdentityKey();
const previous = createIdentityKey();
const stranger = createIdentityKey();
const now = () => Math.floor(Date.now() / 1000);
const splice = (token: string, part: number, replacement: string): string =>
  token.split(".").with(part, replacement).join(".");
const signatureOf = (token: string): Buffer => Buffer.from(token.split(".")[2] ?? "", "base64url");

/** Tokens for a path, by what is wrong with them. */
const forgedTokens: Readonly<Record<string, (path: string) => string>> = {
  "signed by a stranger": (path) => tokenFor(path, stranger),
  "signed by a stranger in the name of our key": (path) =>
    tokenFor(path, stranger, { header: { kid: trusted.text } }),
  "with the algorithm none": (path) =>
    splice(tokenFor(path, trusted, { header: { alg: "none" } }), 2, ""),
  "signed, but naming the algorithm none": (path) =>
    tokenFor(path, trusted, { header: { alg: "none" } }),
  "signed, but naming no algorithm": (path) =>
    tokenFor(path, trusted, { header: { alg: undefined } }),
  "signed with HMAC and our public key as the secret": (path) =>
    withHmac(path, Buffer.from(trusted.text)),
  "signed with HMAC and the bytes of our public key": (path) => withHmac(path, trusted.raw),
  "with other claims than were signed": (path) =>
    splice(tokenFor("/elsewhere", trusted), 1, tokenFor(path, stranger).split(".")[1] ?? ""),
  "with another header than was signed": (path) =>
    splice(tokenFor(path, trusted), 0, tokenFor(path, stranger).split(".")[0] ?? ""),
  "with the signature of another token": (path) =>
    splice(tokenFor(path, trusted), 2, tokenFor("/elsewhere", trusted).split(".")[2] ?? ""),
  "without a signature": (path) => splice(tokenFor(path, trusted), 2, ""),
  "with a signature of zeros": (path) =>
    splice(tokenFor(path, trusted), 2, Buffer.alloc(64).toString("base64url")),
  "with a signature that is cut off": (path) => {
    const token = tokenFor(path, trusted);
    return splice(token, 2, signatureOf(token).subarray(0, 63).toString("base64url"));
  },
  "with a signature that goes on": (path) => {
    const token = tokenFor(path, trusted);
    const longer = Buffer.concat([signatureOf(token), Buffer.alloc(1)]);
    return splice(token, 2, longer.toString("base64url"));
  },
  "that is signed without its dot": (path) => {
    const text = unsigned({ alg: "EdDSA" }, { aud: path, exp: now() + 60, nbf: now() - 60 });
    const signature = sign(null, Buffer.from(text.replace(".", "")), trusted.privateKey);
    return `${text}.${signature.toString("base64url")}`;
  },
  "that has expired": (path) => tokenFor(path, trusted, { claims: { exp: now() - 5 } }),
  "that is not yet valid": (path) => tokenFor(path, trusted, { claims: { nbf: now() + 60 } }),
  "that never expires": (path) => tokenFor(path, trusted, { claims: { exp: undefined } }),
  "that expires at no number": (path) => tokenFor(path, trusted, { claims: { exp: "9999999999" } }),
  "that says nothing of its beginning": (path) =>
    tokenFor(path, trusted, { claims: { nbf: undefined } }),
  "for nobody": (path) => tokenFor(path, trusted, { claims: { aud: undefined } }),
  "for everybody": (path) => tokenFor(path, trusted, { claims: { aud: "" } }),
  "for everything below": (path) => tokenFor(path, trusted, { claims: { aud: "/" } }),
  "for another handler": () => tokenFor("/invoke/Guarded/leave", trusted),
  "for another service": () => tokenFor("/invoke/Other/enter", trusted),
  "for another kind of request": (path) => tokenFor(path === DISCOVER ? INVOKE : DISCOVER, trusted),
  "for several others": (path) =>
    tokenFor(path, trusted, { claims: { aud: ["/invoke/Other/enter", "/health"] } }),
  "whose claims are no object": () => {
    const text = unsigned({ alg: "EdDSA" }, null);
    return `${text}.${sign(null, Buffer.from(text), trusted.privateKey).toString("base64url")}`;
  },
  "that is empty": () => "",
  "that is cut off": (path) => tokenFor(path, trusted).slice(0, 40),
  "with a part too many": (path) => `${tokenFor(path, trusted)}.`,
  "with a part missing": (path) => tokenFor(path, trusted).split(".").slice(0, 2).join("."),
  "that is no base64": () => "!!!.???.***",
  "that is very long": () => `${"A".repeat(4000)}.${"A".repeat(4000)}.`,
};

/** Headers for a path, by what is wrong with them. */
const forgedHeaders: Readonly<Record<string, (path: string) => Record<string, string>>> = {
  "no signature at all": () => ({}),
  "no token": () => ({ "x-restate-signature-scheme": "v1" }),
  "no scheme": (path) => ({ "x-restate-jwt-v1": tokenFor(path, trusted) }),
  "a scheme that says unsigned": (path) => ({
    ...signatureHeaders(tokenFor(path, trusted)),
    "x-restate-signature-scheme": "unsigned",
  }),
  "an unknown scheme": (path) => ({
    ...signatureHeaders(tokenFor(path, trusted)),
    "x-restate-signature-scheme": "v2",
  }),
  "the token in another header": (path) => ({
    authorization: `Bearer ${tokenFor(path, trusted)}`,
    "x-restate-signature-scheme": "v1",
  }),
  ...Object.fromEntries(
    Object.entries(forgedTokens).map(([what, token]) => [
      `a token ${what}`,
      (path: string) => signatureHeaders(token(path)),
    ]),
  ),
};

/** Paths on which a token for {@link INVOKE} is worth nothing. */
const otherPaths = [
  "/invoke/Guarded/leave",
  "/invoke/guarded/enter",
  "/invoke/Guarded/enter/",
  "/invoke/Guarded/enter%20",
  "/invoke/Guarded/%65nter",
  "/invoke/Guarded/enter/../leave",
  "/invoke/Guarded/enter/invoke/Guarded/leave",
  "/invoke/Guarded/leave?path=/invoke/Guarded/enter",
  PREVIEW,
  `${INVOKE}${PREVIEW}`,
  DISCOVER,
  `${INVOKE}${DISCOVER}`,
];

/** Every refusal, demanded of an endpoint that `open` serves. */
export function refusesForgeries(open: (options: EndpointOptions) => Promise<GuardedEndpoint>) {
  const events: string[] = [];
  const logged: string[] = [];
  let endpoint: GuardedEndpoint;

  beforeAll(async () => {
    const logger: EndpointOptions["logger"] = (_metadata, ...line) => {
      logged.push(line.map(String).join(" "));
    };
    const identityKeys = [previous.text, trusted.text];
    endpoint = await open({ services: [guarded(events)], identityKeys, logger });
    return () => endpoint.close();
  });

  beforeEach(() => {
    events.length = 0;
    logged.length = 0;
  });

  const send = async (path: string, headers: Readonly<Record<string, string>>) =>
    endpoint.send({ ...requestFor(path), headers: { ...requestFor(path).headers, ...headers } });

  describe.each([INVOKE, DISCOVER, PREVIEW])("%s", (path) => {
    it.each(Object.entries(forgedHeaders))("refuses %s", async (_what, headersFor) => {
      const headers = headersFor(path);
      const { status, body } = await send(path, headers);
      expect(status).toBe(401);
      // Whoever tries to get in learns nothing about why it failed.
      expect(JSON.parse(body)).toEqual({ message: "Unauthorized" });
      expect(events).toEqual([]);
      const token = headers["x-restate-jwt-v1"] || "no token at all";
      expect(logged.join("\n")).not.toContain(token);
    });

    it.each([
      ["the newest key", trusted],
      ["a key that is being replaced", previous],
    ])("accepts %s", async (_which, key) => {
      expect((await send(path, signatureHeaders(tokenFor(path, key)))).status).toBe(200);
      if (path !== DISCOVER) expect(events).not.toEqual([]);
    });

    it.each([-50, 50])("accepts a server whose clock is off by %i seconds", async (seconds) => {
      const at = now() + seconds;
      const claims = { nbf: at - 60, iat: at, exp: at + 60 };
      const token = tokenFor(path, trusted, { claims });
      expect((await send(path, signatureHeaders(token))).status).toBe(200);
    });

    // The official SDK compares previews with the whole path.
    const seesPrefix = path === PREVIEW && sdkUnderTest === "official";
    it.skipIf(seesPrefix)("accepts requests below a prefix, which is not signed", async () => {
      const headers = signatureHeaders(tokenFor(path, trusted));
      expect((await send(`/some/prefix${path}`, headers)).status).toBe(200);
    });
  });

  it.each(otherPaths)(`a token for ${INVOKE} is worth nothing for %s`, async (path) => {
    const { status } = await send(path, signatureHeaders(tokenFor(INVOKE, trusted)));
    // The official SDK tells everybody which paths there are.
    const isKnown = !path.endsWith("/") || sdkUnderTest === "ours";
    expect(status).toBe(isKnown ? 401 : 404);
    expect(events).toEqual([]);
  });

  it("answers health checks to everybody", async () => {
    expect(await send("/health", {})).toEqual({ status: 200, body: "OK" });
  });
}

/** A service that tells whenever code of its user runs. */
function guarded(events: string[]) {
  const number: restate.Serde<number> = {
    contentType: "application/json",
    serialize: (value) => {
      events.push("serialized");
      return Buffer.from(JSON.stringify(value));
    },
    deserialize: (bytes) => {
      events.push("deserialized");
      return JSON.parse(Buffer.from(bytes).toString()) as number;
    },
    preview: {
      toJsonString: (value) => JSON.stringify(value),
      fromJsonString: (json) => {
        events.push("previewed");
        return JSON.parse(json) as number;
      },
    },
  };
  const enter = async () => {
    events.push("handled");
    return 1;
  };
  return restate.service({
    name: "Guarded",
    handlers: {
      enter: restate.handlers.handler({ input: number, output: number }, enter),
      leave: restate.handlers.handler({ input: number, output: number }, enter),
    },
    options: {
      hooks: [
        () => {
          events.push("hooked");
          return {};
        },
      ],
    },
  });
}

/** A request that is served, but for its signature. */
function requestFor(path: string): GuardedRequest {
  if (path.includes("/discover")) {
    const accept = "application/vnd.restate.endpointmanifest.v3+json";
    return { path, headers: { accept }, body: new Uint8Array() };
  }
  const value = Buffer.from("7");
  if (path.includes("/serdes/")) return { path, headers: {}, body: value };
  const start = { id: Buffer.from("abc"), debugId: "inv_1", knownEntries: 1, randomSeed: 1n };
  return {
    path,
    headers: { "content-type": "application/vnd.restate.invocation.v6" },
    body: Buffer.concat([
      encodeFrame("Start", encodePayload("Start", start)),
      encodeFrame(
        "InputCommand",
        encodePayload("InputCommand", { result: undefined, value: { content: value } } as never),
      ),
    ]),
  };
}

function withHmac(path: string, secret: Uint8Array): string {
  const text = unsigned({ alg: "HS256" }, { aud: path, exp: now() + 60, nbf: now() - 60 });
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}
