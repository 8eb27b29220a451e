/** The test environment with the server as a process: what it promises, without Docker. */
import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as restate from "@restatedev/restate-sdk";
import {
  RestateTestEnvironment,
  StateProxy,
  type TestEnvironmentOptions,
} from "@restatedev/restate-sdk-testcontainers";
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { eventually, IngressClient } from "../../support/real-server/index.js";
import { ingressErrorOf, uniqueKey } from "../support/test-helpers.js";
import { quietUnlessAsked } from "../support/world.js";

interface CounterState {
  count: number;
  by: string;
}

const attempts: Record<string, number> = {};

const counter = restate.object({
  name: "Counter",
  handlers: {
    add: async (ctx: restate.ObjectContext, amount: number) => {
      const count = ((await ctx.get<number>("count")) ?? 0) + amount;
      ctx.set("count", count);
      return count;
    },
    busyFor: async (ctx: restate.ObjectContext, milliseconds: number) => ctx.sleep(milliseconds),
    counted: async (ctx: restate.ObjectContext) => {
      attempts[ctx.key] = (attempts[ctx.key] ?? 0) + 1;
      await ctx.sleep(1);
      await ctx.sleep(1);
    },
    broken: async (ctx: restate.ObjectContext) => {
      attempts[ctx.key] = (attempts[ctx.key] ?? 0) + 1;
      throw new Error("broken for good");
    },
  },
});

const base: TestEnvironmentOptions = {
  services: [counter],
  runtime: "binary",
  ...quietUnlessAsked(),
};

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "test-environment-"));
  process.env["TMPDIR"] = directory;
});
afterAll(() => rm(directory, { recursive: true }));

describe("a running environment", () => {
  let environment: RestateTestEnvironment;
  let ingress: IngressClient;

  beforeAll(async () => {
    environment = await RestateTestEnvironment.start(base);
    ingress = new IngressClient(environment.baseUrl());
  });
  afterAll(() => environment.stop());

  it("serves the services", async () => {
    expect(await ingress.call(`Counter/${uniqueKey()}/add`, 2)).toBe(2);
  });

  it("keeps state that a test can read", async () => {
    const state = environment.stateOf<CounterState>(counter, 'it\'s \\ "Ann" ☃');
    expect(await state.get("count")).toBeNull();
    expect(await state.getAll()).toEqual({});
    await ingress.call(`Counter/${encodeURIComponent('it\'s \\ "Ann" ☃')}/add`, 2);
    expectTypeOf(await state.get("count")).toEqualTypeOf<number | null>();
    expect(await state.get("count")).toBe(2);
    expect(await state.getAll()).toEqual({ count: 2 });
  });

  it("keeps state that a test has written", async () => {
    const key = uniqueKey();
    const state = environment.stateOf<CounterState>(counter, key);
    await state.setAll({ count: 40, by: "Ann" });
    await state.set("count", 41);
    expect(await ingress.call(`Counter/${key}/add`, 1)).toBe(42);
    expect(await state.getAll()).toEqual({ count: 42, by: "Ann" });
    await state.setAll({ by: "Bob" } as CounterState);
    expect(await state.get("count")).toBeNull();
  });

  it("loses none of several changes at once", async () => {
    const key = uniqueKey();
    const names = ["a", "b", "c", "d"];
    await Promise.all(names.map((name) => environment.stateOf(counter, key).set(name, name)));
    const all = await environment.stateOf(counter, key).getAll();
    expect(all).toEqual({ a: "a", b: "b", c: "c", d: "d" });
  });

  it("lets a change wait for the handler that has the key", async () => {
    const key = uniqueKey();
    await ingress.send(`Counter/${key}/busyFor`, 2_500);
    await environment.stateOf(counter, key).set("count", 5);
    expect(await ingress.call(`Counter/${key}/add`, 1)).toBe(6);
  });

  it("reads and writes with the serde of the test", async () => {
    const state = environment.stateOf(counter, uniqueKey());
    const bytes = Uint8Array.of(0, 1, 254, 255);
    await state.set("raw", bytes, restate.serde.binary);
    expect(Uint8Array.from((await state.get("raw", restate.serde.binary))!)).toEqual(bytes);
    await state.set("empty", new Uint8Array(), restate.serde.binary);
    expect((await state.get("empty", restate.serde.binary))?.length).toBe(0);
  });

  it("offers its state without the environment", async () => {
    const state = new StateProxy(environment.adminAPIBaseUrl(), "Counter", uniqueKey());
    await state.set("count", 1);
    expect(await state.get("count")).toBe(1);
  });

  it("refuses state of what has none", async () => {
    const service = { name: "Nobody" } as restate.VirtualObjectDefinition<string, unknown>;
    await expect(environment.stateOf(service, "a").set("count", 1)).rejects.toThrow(
      /Changing the state of Nobody\/a failed, the admin API of the server answers 404/,
    );
  });

  it("looks like a container where that makes sense", async () => {
    const container = environment.startedRestateContainer;
    expect(`http://${container.getHost()}:${container.getMappedPort(8080)}`).toBe(
      environment.baseUrl(),
    );
    expect(container.getMappedPort("9070/tcp")).toBe(
      Number(environment.adminAPIBaseUrl().slice(-5)),
    );
    expect(() => container.getMappedPort(1)).toThrow(/8080 and 9070/);
    expect(() => container.getIpAddress("bridge")).toThrow(/runtime: "docker"/);
  });
});

describe("an environment of its own", () => {
  it("starts afresh beside others and leaves nothing behind", async () => {
    const [one, two] = await Promise.all([
      RestateTestEnvironment.start(base),
      RestateTestEnvironment.start({ ...base, storage: "disk" }),
    ]);
    await new IngressClient(one.baseUrl()).call("Counter/same/add", 1);
    expect(await two.stateOf(counter, "same").getAll()).toEqual({});
    await one.startedRestateContainer.restart();
    expect(await one.stateOf(counter, "same").getAll()).toEqual({});
    expect(await serverDirectories()).toHaveLength(2);
    await Promise.all([one.stop(), two.stop()]);
    await expect(fetch(`${one.adminAPIBaseUrl()}/health`)).rejects.toThrow();
    expect(await serverDirectories()).toEqual([]);
  });

  it("replays at every wait when asked to", async () => {
    const environment = await RestateTestEnvironment.start({ ...base, alwaysReplay: true });
    const key = uniqueKey();
    await new IngressClient(environment.baseUrl()).call(`Counter/${key}/counted`);
    await environment.stop();
    expect(attempts[key]).toBe(3);
  });

  it("does not retry when asked not to", async () => {
    const environment = await RestateTestEnvironment.start({ ...base, disableRetries: true });
    const key = uniqueKey();
    const error = await ingressErrorOf(
      new IngressClient(environment.baseUrl()).call(`Counter/${key}/broken`),
    );
    await environment.stop();
    expect(error.message).toContain("broken for good");
    expect(attempts[key]).toBe(1);
  });

  it("reads state through the codec of the services", async () => {
    const flip = (bytes: Uint8Array) => bytes.map((it) => it ^ 0xff);
    const environment = await RestateTestEnvironment.start({
      ...base,
      journalValueCodecProvider: async () => ({ encode: flip, decode: async (it) => flip(it) }),
    });
    const state = environment.stateOf(counter, "a");
    await state.set("count", 41);
    const raw = new StateProxy(environment.adminAPIBaseUrl(), "Counter", "a");
    const stored: unknown = await raw.get("count", restate.serde.binary);
    expect(Buffer.from(flip(stored as Uint8Array)).toString()).toBe("41");
    expect(await state.get("count")).toBe(41);
    await environment.stop();
  });

  it("says what the server said when it does not start", async () => {
    const environment = { RESTATE_ROCKSDB_TOTAL_MEMORY_SIZE: "a lot" };
    await expect(RestateTestEnvironment.start({ ...base, environment })).rejects.toThrow(
      /^The Restate server ended while starting[^]*The log of the Restate server ends with:\n[^]*a lot/,
    );
  });

  it("says what the server said when it does not accept the services", async () => {
    const invalid = restate.service({ name: "openapi", handlers: { a: async () => undefined } });
    await expect(RestateTestEnvironment.start({ ...base, services: [invalid] })).rejects.toThrow(
      /Registering the services at http:\/\/127.0.0.1:\d+ failed.*openapi[^]*The log of the Restate server/,
    );
  });

  it("says that the server is gone", async () => {
    const environment = await RestateTestEnvironment.start(base);
    await environment.startedRestateContainer.stop();
    await expect(environment.stateOf(counter, "a").get("count")).rejects.toThrow(
      /^Reading the state of Counter\/a failed, the admin API of the server gave no answer: .*ECONNREFUSED/,
    );
    await environment.stop();
  });

  it("leaves nothing behind when the process of the test is killed", async () => {
    const script = fileURLToPath(new URL("./test-environment.fixture.ts", import.meta.url));
    const test = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), script], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      env: { ...process.env, RESTATE_LOGGING: "ERROR" },
    });
    const adminUrl = await new Promise<string>((resolve, reject) => {
      test.once("message", (url) => resolve(url as string));
      test.once("exit", (code) => reject(new Error(`the test ended with ${code}`)));
    });
    expect((await fetch(`${adminUrl}/health`)).ok).toBe(true);
    test.kill("SIGKILL");
    await eventually(async () => {
      await expect(fetch(`${adminUrl}/health`)).rejects.toThrow();
      expect(await serverDirectories()).toEqual([]);
    });
  });
});

async function serverDirectories(): Promise<string[]> {
  return (await readdir(directory)).filter((name) => name.startsWith("restate-test-"));
}
