/** The recipe of docs/encryption.md: what it encrypts is nowhere in the server, and keys can be rotated. */
import { randomBytes } from "node:crypto";
import * as restate from "@restatedev/restate-sdk";
import * as clients from "@restatedev/restate-sdk-clients";
import { RestateTestEnvironment } from "@restatedev/restate-sdk-testcontainers";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aesGcmCodec } from "../../../examples/encryption/src/aes-gcm-codec.js";
import { keysFrom } from "../../../examples/encryption/src/keys.js";
import { vault } from "../../../examples/encryption/src/vault.js";
import { quietUnlessAsked } from "../support/world.js";

const keys = { old: randomBytes(32), new: randomBytes(32) };
const utf8 = (text: string) => new TextEncoder().encode(text);

describe("the codec", () => {
  const codec = aesGcmCodec({ keys, current: "old" });

  it("gives back what it was given, whatever that is", async () => {
    const bytes = fc.uint8Array({ maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(bytes, async (value) => {
        const encoded = codec.encode(value);
        expect(Buffer.compare(await codec.decode(encoded), value)).toBe(0);
      }),
    );
  });

  it("never writes the same twice, not even for nothing", () => {
    expect(codec.encode(utf8(""))).not.toEqual(codec.encode(utf8("")));
  });

  it("notices every change", async () => {
    const encoded = codec.encode(utf8("a secret"));
    for (let at = 0; at < encoded.length; at++) {
      const changed = Uint8Array.from(encoded);
      changed[at]! ^= 1;
      await expect(codec.decode(changed), `byte ${at}`).rejects.toThrow();
      if (at > 0) await expect(codec.decode(encoded.subarray(0, at))).rejects.toThrow();
    }
  });

  it("refuses what is not encrypted, except for nothing, unless told otherwise", async () => {
    await expect(codec.decode(utf8('"a"'))).rejects.toThrow("This value is not encrypted.");
    expect(await codec.decode(utf8(""))).toEqual(utf8(""));
    const tolerant = aesGcmCodec({ keys, current: "old", acceptPlaintext: true });
    expect(await tolerant.decode(utf8('"a"'))).toEqual(utf8('"a"'));
  });

  it("reads what an older key encrypted, as long as it has that key", async () => {
    const encoded = codec.encode(utf8("a"));
    const rotated = aesGcmCodec({ keys, current: "new" });
    expect(Buffer.from(await rotated.decode(encoded)).toString()).toBe("a");
    await expect(codec.decode(rotated.encode(utf8("a")))).resolves.toBeDefined();
    const without = aesGcmCodec({ keys: { new: keys.new }, current: "new" });
    await expect(without.decode(encoded)).rejects.toThrow(restate.RetryableError);
    await expect(without.decode(encoded)).rejects.toThrow('There is no key "old".');
  });

  it("explains keys that are none", () => {
    expect(() => aesGcmCodec({ keys, current: "newer" })).toThrow('There is no key "newer".');
    expect(() => aesGcmCodec(keysFrom("2026=abcd"))).toThrow('The key "2026" has not 32 bytes.');
    expect(() => aesGcmCodec(keysFrom())).toThrow('The key "" has not 32 bytes.');
    const hex = keys.old.toString("hex");
    expect(aesGcmCodec(keysFrom(`2025=${hex},2026=${hex}`))).toBeDefined();
  });
});

const SECRET = "swordfish";

/** Puts the secret everywhere it can be put. */
const keeper = restate.workflow({
  name: "Keeper",
  handlers: {
    run: async (ctx: restate.WorkflowContext, input: string): Promise<string> => {
      const stepped = await ctx.run("step-name", () => `step ${input}`);
      ctx.set("state-key", `state ${stepped}`);
      const state = await ctx.get<string>("state-key");
      const answer = await ctx
        .workflowClient<Keeper>({ name: "Keeper" }, ctx.key)
        .ask(`call ${state}`);
      ctx.workflowSendClient<Keeper>({ name: "Keeper" }, ctx.key).ask("send swordfish");
      await ctx.promise<string>("promise-name").resolve(`promise ${SECRET}`);
      const promised = await ctx.promise<string>("promise-name");
      const { id, promise } = ctx.awakeable<string>();
      ctx.resolveAwakeable(id, `awakeable ${SECRET}`);
      return [answer, promised, await promise].join();
    },
    ask: async (_ctx: restate.WorkflowSharedContext, question: string) => `answer ${question}`,
    fail: async () => {
      throw new restate.TerminalError("error-message", { metadata: { why: "error-metadata" } });
    },
  },
});
type Keeper = typeof keeper;

describe("a server", () => {
  /** What the server stores of the keeper, as its SQL interface shows it, bytes in hexadecimal. */
  async function storedBy(codec: restate.JournalValueCodec | undefined): Promise<string> {
    const environment = await RestateTestEnvironment.start({
      services: [keeper],
      runtime: "binary",
      ...quietUnlessAsked(),
      // Every wait suspends: replay reads and compares all of the journal.
      alwaysReplay: true,
      ...(codec && { journalValueCodecProvider: async () => codec }),
    });
    try {
      const ingress = clients.connect({
        url: environment.baseUrl(),
        ...(codec && { journalValueCodec: codec }),
      });
      const client = ingress.workflowClient<Keeper>({ name: "Keeper" }, "object-key");
      await client.workflowSubmit(`input ${SECRET}`);
      expect(await client.workflowAttach()).toBe(
        "answer call state step input swordfish,promise swordfish,awakeable swordfish",
      );
      await expect(client.fail()).rejects.toThrow("error-message");
      expect(await environment.stateOf(keeper, "object-key").get("state-key")).toContain(SECRET);
      const tables = [
        "sys_invocation",
        "sys_journal",
        "sys_journal_events",
        "state",
        "sys_promise",
      ];
      const dumps = tables.map((table) => dump(environment.adminAPIBaseUrl(), table));
      return (await Promise.all(dumps)).join("\n");
    } finally {
      await environment.stop();
    }
  }

  /** As text, in hexadecimal, or as a list of bytes. */
  const isIn = (stored: string, text: string) => {
    const bytes = Buffer.from(text);
    return [text, bytes.toString("hex"), bytes.join(",")].some((form) => stored.includes(form));
  };

  let plain: string;
  let encrypted: string;
  beforeAll(async () => {
    plain = await storedBy(undefined);
    encrypted = await storedBy(aesGcmCodec({ keys, current: "new" }));
  }, 60_000);

  it.each(["input", "step", "state", "call", "send", "answer", "promise", "awakeable"])(
    "stores the value of the %s only encrypted",
    (what) => {
      expect(isIn(plain, `${what} `), "is found without encryption").toBe(true);
      expect(isIn(encrypted, `${what} `)).toBe(false);
    },
  );

  it("stores the secret nowhere", () => {
    expect(isIn(plain, SECRET)).toBe(true);
    expect(isIn(encrypted, SECRET)).toBe(false);
  });

  it.each([
    "Keeper",
    "ask",
    "object-key",
    "state-key",
    "step-name",
    "promise-name",
    "error-message",
    "error-metadata",
  ])("can read what is not a value: %s", (what) => {
    expect(isIn(encrypted, what)).toBe(true);
  });
});

describe("the vault", () => {
  let current: restate.JournalValueCodec;
  let environment: RestateTestEnvironment;

  beforeAll(async () => {
    const use = (codec: restate.JournalValueCodec) => (current = codec);
    use(aesGcmCodec({ keys, current: "old" }));
    environment = await RestateTestEnvironment.start({
      services: [vault],
      runtime: "binary",
      environment: { RESTATE_DEFAULT_RETRY_POLICY__INITIAL_INTERVAL: "10ms" },
      // A deployment with other keys, without the restart.
      journalValueCodecProvider: async () => ({
        encode: (bytes) => current.encode(bytes),
        decode: (bytes) => current.decode(bytes),
      }),
      ...quietUnlessAsked(),
    });
  });
  afterAll(() => environment.stop());

  const ann = (codec: restate.JournalValueCodec) =>
    clients
      .connect({ url: environment.baseUrl(), journalValueCodec: codec })
      .objectClient<typeof vault>({ name: "Vault" }, "ann");

  it("keeps a secret, through a rotation of the keys", async () => {
    const old = aesGcmCodec({ keys, current: "old" });
    expect(await ann(old).store(" swordfish ")).toBe("stored swordfish");
    const rotated = aesGcmCodec({ keys, current: "new" });
    current = rotated;
    expect(await ann(rotated).reveal()).toBe("swordfish");
    // A caller that does not encrypt with the new key yet, but has it.
    expect(await ann(old).reveal()).toBe("swordfish");
  });

  it("waits for a key that is missing", async () => {
    current = aesGcmCodec({ keys: { new: keys.new }, current: "new" });
    const revealed = ann(aesGcmCodec({ keys, current: "new" })).reveal();
    const early = await Promise.race([
      revealed,
      new Promise((resolve) => setTimeout(resolve, 300)),
    ]);
    expect(early).toBeUndefined();
    current = aesGcmCodec({ keys, current: "new" });
    expect(await revealed).toBe("swordfish");
  });

  it("refuses an input that is not encrypted, with code 400", async () => {
    const response = await fetch(`${environment.baseUrl()}/Vault/ann/store`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '"swordfish"',
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("This value is not encrypted.");
  });
});

async function dump(adminUrl: string, table: string): Promise<string> {
  const response = await fetch(`${adminUrl}/query`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ query: `SELECT * FROM ${table}` }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${table}: ${text}`);
  return text;
}
