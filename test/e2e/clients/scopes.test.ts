/** Scopes and limit keys from outside; they need protocol V7. */
import * as clients from "@restatedev/restate-sdk-clients";
import { afterAll, beforeAll, expect, it } from "vitest";

import { modes } from "../support/modes.js";
import { beyondOfficial } from "../support/behaviour.js";
import { uniqueKey } from "../support/test-helpers.js";
import { World } from "../support/world.js";
import { counter, greeter, services, signup } from "./services.js";

const world = new World(modes.v7);
const { rpc } = clients;
let rs: clients.Ingress;

beforeAll(async () => {
  await world.start(services);
  rs = clients.connect({ url: world.server.ingressUrl });
});

afterAll(() => world.stop());

it("objects of the same key in different scopes are different objects", async () => {
  const key = `${uniqueKey()}/1`;
  const scoped = (scope: string) => rs.scope(scope).objectClient(counter, key);
  expect(await scoped("a").add(1)).toEqual({ key, total: 1 });
  expect(await scoped("a").add(1)).toEqual({ key, total: 2 });
  expect(await scoped("b").add(1)).toEqual({ key, total: 1 });
  expect(await rs.objectClient(counter, key).add(1)).toEqual({ key, total: 1 });
});

it("idempotency keys are those of a scope", async () => {
  const key = uniqueKey();
  const opts = rpc.opts<number, { key: string; total: number }>({ idempotencyKey: key });
  const totals = [];
  for (const scope of ["a", "a", "b"]) {
    totals.push((await rs.scope(scope).objectClient(counter, key).add(1, opts)).total);
  }
  expect(totals).toEqual([1, 1, 1]);
  expect((await rs.scope("a").objectClient(counter, key).add(1)).total).toBe(2);
});

it("sends go to a scope, with a limit key and a delay", async () => {
  const key = uniqueKey();
  const opts = rpc.sendOpts<string>({ idempotencyKey: key, limitKey: "gold/ada", delay: 5 });
  const sent = await rs.scope("a").serviceSendClient(greeter).work(key, opts);
  expect(await rs.result(sent)).toBe(1);
});

it("calls by name go to a scope", async () => {
  const call = { service: "Greeter", handler: "greet", scope: "a", parameter: "Ada" };
  expect(await rs.call<string, string>(call)).toBe("Hello Ada");
  expect(await rs.send(call)).toMatchObject({ status: "Accepted" });
});

it.each([
  ["a limit key without a scope", "", "limit-key requires a scope"],
  ["a limit key with three levels", "a", "invalid limit-key"],
  ["a scope with other characters", "a b", "bad scope value"],
])("%s is refused", async (_name, scope, message) => {
  const clientsOf = scope === "" ? rs : rs.scope(scope);
  const opts = rpc.opts<string, string>({ limitKey: scope === "" ? "a" : "a/b/c" });
  const call = clientsOf.serviceClient(greeter).greet("Ada", opts);
  await expect(call).rejects.toMatchObject({ status: 400 });
  await expect(clientsOf.serviceClient(greeter).greet("Ada", opts)).rejects.toThrow(message);
});

it("workflows are submitted to a scope, and their result is found by its id", async () => {
  const client = rs.scope("a").workflowClient(signup, uniqueKey());
  const submission = await client.workflowSubmit("Ada");
  await client.say("hi");
  expect(await rs.result(submission)).toBe("Ada says hi");
});

beyondOfficial("it asks for the workflow of that key outside the scope")(
  "workflows of a scope are attached to in that scope",
  async () => {
    const key = uniqueKey();
    const [inside, outside] = [rs.scope("a"), rs].map((it) => it.workflowClient(signup, key));
    if (!inside || !outside) throw new Error("there are two");
    await inside.workflowSubmit("Ada");
    await outside.workflowSubmit("Bob");
    expect(await inside.workflowOutput()).toMatchObject({ ready: false });
    await outside.say("outside");
    expect(await outside.workflowAttach()).toBe("Bob says outside");
    expect(await inside.workflowOutput()).toMatchObject({ ready: false });
    await inside.say("inside");
    expect(await inside.workflowAttach()).toBe("Ada says inside");
    expect(await inside.workflowOutput()).toEqual({ ready: true, result: "Ada says inside" });
  },
);

beyondOfficial("it sends the request outside any scope")("an empty scope is refused", async () => {
  await expect(rs.scope("").serviceClient(greeter).greet("Ada")).rejects.toMatchObject({
    status: 400,
  });
  const send = rs.send({ service: "Greeter", handler: "greet", parameter: "Ada", scope: "" });
  await expect(send).rejects.toMatchObject({ status: 400 });
});
