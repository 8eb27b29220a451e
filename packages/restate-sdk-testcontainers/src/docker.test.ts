/** The server in Docker, up to the engine's socket: what Testcontainers asks an engine for, and what errors say. */
import { object, type ObjectContext } from "@restatedev/restate-sdk";
import { GenericContainer } from "testcontainers";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { FakeDockerEngine } from "./docker-engine.fixture.js";
import { RestateContainer, RestateTestEnvironment, type TestEnvironmentOptions } from "./index.js";

const counter = object({
  name: "Counter",
  handlers: { add: async (_ctx: ObjectContext) => undefined },
});

let engine: FakeDockerEngine;
let started: RestateTestEnvironment | undefined;

beforeAll(async () => {
  engine = await FakeDockerEngine.start();
  process.env["DOCKER_HOST"] = `unix://${engine.socket}`;
  process.env["TESTCONTAINERS_RYUK_DISABLED"] = "true";
  process.env["TESTCONTAINERS_HOST_OVERRIDE"] = "localhost";
});
afterEach(async () => {
  await started?.stop();
  started = undefined;
  engine.crashes = false;
  engine.registration = { status: 201, body: { services: [] } };
});
afterAll(() => engine.stop());

async function start(options: Partial<TestEnvironmentOptions> = {}) {
  const services = [counter];
  started = await RestateTestEnvironment.start({ services, logger: () => undefined, ...options });
  return engine.created.at(-1)!;
}

describe("a container", () => {
  it("is used where a container runtime answers", async () => {
    const definition = await start();
    expect(definition).toMatchObject({
      Image: "docker.io/restatedev/restate:latest",
      ExposedPorts: { "8080/tcp": {}, "9070/tcp": {} },
      HostConfig: {
        Tmpfs: { "/restate-data": "rw" },
        ExtraHosts: ["host.docker.internal:host-gateway"],
      },
    });
    expect(definition.Env ?? []).toEqual([]);
    expect(started?.baseUrl()).toBe(`http://localhost:${engine.port}`);
    expect(started?.adminAPIBaseUrl()).toBe(`http://localhost:${engine.port}`);
  });

  it("reaches the services by the name of the host", async () => {
    await start();
    const { port } = started!.startedRestateHttpServer.address() as { port: number };
    expect(engine.registered.at(-1)).toBe(`http://host.docker.internal:${port}`);
  });

  it("has the settings that the options ask for", async () => {
    const environment = { RESTATE_LOG_FILTER: "debug" };
    const definition = await start({ alwaysReplay: true, disableRetries: true, environment });
    expect(definition.Env).toEqual([
      "RESTATE_WORKER__INVOKER__INACTIVITY_TIMEOUT=0s",
      "RESTATE_DEFAULT_RETRY_POLICY__MAX_ATTEMPTS=1",
      "RESTATE_DEFAULT_RETRY_POLICY__ON_MAX_ATTEMPTS=kill",
      "RESTATE_LOG_FILTER=debug",
    ]);
  });

  it("keeps its data on disk when asked to", async () => {
    expect((await start({ storage: "disk" })).HostConfig.Tmpfs).toBeUndefined();
  });

  it("is the one of the test, if it makes one", async () => {
    const mine = () => new GenericContainer("mine:1").withEnvironment({ A: "1" });
    expect(await start({ container: mine, alwaysReplay: true })).toMatchObject({
      Image: "mine:1",
      Env: ["A=1", "RESTATE_WORKER__INVOKER__INACTIVITY_TIMEOUT=0s"],
    });
  });

  it("is the one of the second argument before that of the option", async () => {
    const options = { services: [counter], container: () => new RestateContainer("1.0") };
    started = await RestateTestEnvironment.start(options, () => new RestateContainer("2.0"));
    expect(engine.created.at(-1)?.Image).toBe("docker.io/restatedev/restate:2.0");
  });

  it("is stopped and removed with the environment", async () => {
    await start();
    const before = engine.removed.length;
    await started?.stop();
    started = undefined;
    expect(engine.removed.length).toBe(before + 1);
  });
});

describe("an error", () => {
  it("shows what the server says about the services, and the end of its log", async () => {
    engine.registration = { status: 400, body: { message: "no such service protocol" } };
    const before = engine.removed.length;
    const error = await start().catch((it: unknown) => it as Error);
    expect((error as Error).message).toMatch(
      /^Registering the services at http:.*answers 400: .*no such service protocol[^]*ends with:\n.*says something/,
    );
    expect(engine.removed.length).toBe(before + 1);
  });

  it("shows the end of the log of a server that doesn't start", async () => {
    engine.crashes = true;
    const container = () => new RestateContainer().withStartupTimeout(200);
    await expect(start({ container })).rejects.toThrow(
      /did not start in Docker: [^]*ends with:\n.*says something/,
    );
  });

  it("explains options that contradict each other", async () => {
    const container = () => new RestateContainer();
    await expect(start({ runtime: "binary", container })).rejects.toThrow(
      /needs runtime: "docker"/,
    );
    await expect(start({ runtime: "podman" as never })).rejects.toThrow(/not "podman"/);
  });
});

describe("RestateContainer", () => {
  it("is a container of Testcontainers, although its class is made without that package", () => {
    const container = new RestateContainer();
    expect(container).toBeInstanceOf(RestateContainer);
    expect(container).toBeInstanceOf(GenericContainer);
    expect(RestateContainer.name).toBe("RestateContainer");
    expect(RestateContainer.fromDockerfile(".")).toBeDefined();
  });

  it("can be chained and extended", async () => {
    class Mine extends RestateContainer {
      constructor() {
        super("1.7");
      }
      quick(): this {
        return this.withEnvironment({ QUICK: "1" });
      }
    }
    const mine = new Mine().quick().alwaysReplay().disableRetries();
    expect(mine).toBeInstanceOf(Mine);
    const definition = await start({ container: () => mine });
    expect(definition.Image).toBe("docker.io/restatedev/restate:1.7");
    expect(definition.Env).toHaveLength(4);
  });
});
