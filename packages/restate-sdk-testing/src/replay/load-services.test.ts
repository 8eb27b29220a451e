/** Which services are found in which modules, and what is said about modules without. */
import { createServer, type AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadServices } from "./load-services.js";

const module = (name: string) =>
  fileURLToPath(new URL(`modules/${name}.fixture.ts`, import.meta.url));

test.each([
  ["named", ["Greeter", "Counter"]],
  ["array", ["Greeter", "Counter"]],
  ["options", ["Greeter"]],
])("the services of a module with %s exports", async (name, services) => {
  const loaded = await loadServices([module(name)]);
  expect(loaded.services.map((each) => each.name)).toEqual(services);
  expect(loaded.notes).toEqual([]);
});

test("options that come with the services are taken over", async () => {
  const loaded = await loadServices([module("options")]);
  expect(loaded.defaultServiceOptions).toEqual({ ingressPrivate: true });
});

test("several modules are one deployment, and each service counts once", async () => {
  const loaded = await loadServices([module("options"), module("named")]);
  expect(loaded.services.map((each) => each.name)).toEqual(["Greeter", "Counter"]);
});

test("a module that serves when it is imported is kept from it, and others are not", async () => {
  const loaded = await loadServices([module("serving")]);
  expect(loaded.services).toHaveLength(1);
  expect(loaded.notes).toEqual([
    `${module("serving")} starts a server when it is imported. It was kept from listening.`,
  ]);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  expect((server.address() as AddressInfo).port).not.toBe(9080);
  await new Promise((resolve) => server.close(resolve));
});

test.each([
  ["only-serving", /exports no services, only nothing\. It starts a server when it is imported/],
  ["failing", /failing\.fixture\.ts cannot be loaded: DATABASE_URL is not set\./],
  ["missing", /missing\.fixture\.ts does not exist\. Was it built, and is the path right\?/],
  ["twice", /exports two services with the name "Greeter"/],
])("module %s: says what is wrong", async (name, message) => {
  await expect(loadServices([module(name)])).rejects.toThrow(message);
});

test("a module that is never loaded does not hold up the others for ever", async () => {
  await expect(loadServices([module("waiting")], 20)).rejects.toThrow(
    /waiting\.fixture\.ts is not loaded after 20 ms: it awaits something at its top level/,
  );
});
