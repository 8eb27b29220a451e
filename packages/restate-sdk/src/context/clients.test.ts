import { iface, serde, type Serde } from "@restatedev/restate-sdk-core";
import { describe, expect, test } from "vitest";
import { rpc } from "../define/call-options.js";
import { handlers } from "../define/handlers.js";
import { object } from "../define/object.js";
import { service } from "../define/service.js";
import { workflow } from "../define/workflow.js";
import type { ObjectContext, WorkflowContext } from "../api/keyed-context.js";
import { runAttempt, startAttempt } from "../endpoint/attempt-driver.fixture.js";
import { commandsOf, json, obliging, text } from "../machine/messages.fixture.js";
import type { HandlerContext } from "./handler-context.js";

const upper: Serde<string> = {
  contentType: "text/plain",
  serialize: (value) => text(value.toUpperCase()),
  deserialize: (bytes) => new TextDecoder().decode(bytes).toLowerCase(),
};

const greeter = service({
  name: "Greeter",
  handlers: {
    greet: async (_ctx, name: string) => `Hello ${name}`,
    shout: handlers.handler({ input: upper, output: upper }, async (_ctx, name: string) => name),
  },
});
const counter = object({
  name: "Counter",
  handlers: { add: async (_ctx: ObjectContext, by: number) => by },
});
const signup = workflow({
  name: "Signup",
  handlers: { run: async (_ctx: WorkflowContext, email: string) => email },
});

const greeterIface = iface.service("Greeter", { greet: iface.json<string, string>() });
const counterIface = iface.object("Counter", {
  add: iface.serdes({ input: upper, output: upper }),
});
const signupIface = iface.workflow("Signup", { run: iface.json<string, string>() });

/** A definition of which only type and name are known. */
const other = { name: "Other" as "Greeter" };

/** What the first command of a handler is. */
async function commandOf(handler: (ctx: HandlerContext) => unknown) {
  const sent = await runAttempt((ctx) => void handler(ctx), { version: 7 });
  return commandsOf(sent)[0];
}

describe("a client calls the handler of its definition", () => {
  test.each<[string, (ctx: HandlerContext) => unknown, object]>([
    [
      "serviceClient",
      (ctx) => ctx.serviceClient(greeter).greet("Ada"),
      { type: "CallCommand", serviceName: "Greeter", handlerName: "greet", key: "" },
    ],
    [
      "objectClient",
      (ctx) => ctx.objectClient(counter, "c1").add(1),
      { type: "CallCommand", serviceName: "Counter", handlerName: "add", key: "c1" },
    ],
    [
      "workflowClient",
      (ctx) => ctx.workflowClient(signup, "w1").run("a@b.c"),
      { type: "CallCommand", serviceName: "Signup", handlerName: "run", key: "w1" },
    ],
    [
      "client of a service",
      (ctx) => ctx.client(greeterIface).greet("Ada"),
      { type: "CallCommand", serviceName: "Greeter", key: "" },
    ],
    [
      "client of an object",
      (ctx) => ctx.client(counterIface, "c1").add("one"),
      { type: "CallCommand", serviceName: "Counter", key: "c1", parameter: text("ONE") },
    ],
    [
      "serviceSendClient",
      (ctx) => ctx.serviceSendClient(greeter).greet("Ada"),
      { type: "OneWayCallCommand", serviceName: "Greeter", handlerName: "greet", key: "" },
    ],
    [
      "objectSendClient",
      (ctx) => ctx.objectSendClient(counter, "c1").add(1),
      { type: "OneWayCallCommand", serviceName: "Counter", handlerName: "add", key: "c1" },
    ],
    [
      "workflowSendClient",
      (ctx) => ctx.workflowSendClient(signup, "w1").run("a@b.c"),
      { type: "OneWayCallCommand", serviceName: "Signup", handlerName: "run", key: "w1" },
    ],
    [
      "sendClient of a service",
      (ctx) => ctx.sendClient(greeterIface).greet("Ada"),
      { type: "OneWayCallCommand", serviceName: "Greeter", key: "" },
    ],
    [
      "sendClient of a workflow",
      (ctx) => ctx.sendClient(signupIface, "w1").run("a@b.c"),
      { type: "OneWayCallCommand", serviceName: "Signup", key: "w1" },
    ],
  ])("%s", async (_client, use, expected) => {
    expect(await commandOf(use)).toMatchObject({ ...expected, scope: undefined });
  });

  test("or of a name alone", async () => {
    const command = await commandOf((ctx) =>
      ctx.objectClient<typeof counter>({ name: "Counter" }, "c1").add(5),
    );
    expect(command).toMatchObject({ serviceName: "Counter", key: "c1", parameter: json(5) });
  });

  test("within a scope", async () => {
    const uses: ((ctx: HandlerContext) => unknown)[] = [
      (ctx) => ctx.scope("tenant").serviceClient(greeter).greet("Ada"),
      (ctx) => ctx.scope("tenant").client(counterIface, "c1").add("one"),
      (ctx) => ctx.scope("tenant").workflowSendClient(signup, "w1").run("a@b.c"),
    ];
    for (const use of uses) expect(await commandOf(use)).toMatchObject({ scope: "tenant" });
  });
});

describe("a client's serdes", () => {
  test("are those of the definition", async () => {
    const command = await commandOf((ctx) => ctx.serviceClient(greeter).shout("ada"));
    expect(command).toMatchObject({ parameter: text("ADA") });
  });

  test("give way to those of the call", async () => {
    const command = await commandOf((ctx) =>
      ctx.serviceClient(greeter).shout("ada", rpc.opts({ input: serde.json as Serde<string> })),
    );
    expect(command).toMatchObject({ parameter: text('"ada"') });
  });

  test("are else the handler's own default", async () => {
    const attempt = startAttempt((ctx) => ctx.serviceClient<typeof greeter>(other).greet("ada"), {
      options: { defaultSerde: upper },
      respond: obliging(6),
    });
    await attempt.rest();
    expect(attempt.sent[0]).toMatchObject({ parameter: text("ADA") });
    expect(attempt.output).toBe('"done"');
  });

  test("without an input send nothing", async () => {
    const command = await commandOf((ctx) =>
      ctx.serviceClient<{ ping: () => Promise<void> }>({ name: "Other" }).ping(),
    );
    expect(command).toMatchObject({ parameter: new Uint8Array(0) });
  });
});

describe("options of a call", () => {
  test("follow the input", async () => {
    const command = await commandOf((ctx) =>
      ctx.serviceClient(greeter).greet(
        "Ada",
        rpc.opts({
          headers: { a: "1" },
          idempotencyKey: "once",
          limitKey: "tenant/a",
          name: "hello",
        }),
      ),
    );
    expect(command).toMatchObject({
      headers: [{ key: "a", value: "1" }],
      idempotencyKey: "once",
      limitKey: "tenant/a",
      name: "hello",
    });
  });

  test("stand alone where there is no input", async () => {
    const command = await commandOf((ctx) =>
      ctx
        .serviceSendClient<{ ping: () => Promise<void> }>({ name: "Other" })
        .ping(rpc.sendOpts({ delay: { days: 1 }, name: "later" })),
    );
    expect(command).toMatchObject({ name: "later", parameter: new Uint8Array(0) });
    expect((command as { invokeTime: number }).invokeTime).toBeGreaterThan(Date.now());
  });

  test("may be missing altogether", async () => {
    const untyped = { opts: rpc.opts as unknown as () => never };
    const command = await commandOf((ctx) =>
      ctx.serviceClient(greeter).greet("Ada", untyped.opts()),
    );
    expect(command).toMatchObject({ parameter: json("Ada"), headers: [] });
  });

  test.each([
    ["a plain object instead of options", ["Ada", { headers: {} }], "rpc.opts"],
    ["three arguments", ["Ada", undefined, 3], "3 arguments"],
  ])("are refused as %s", async (_what, args, message) => {
    const attempt = startAttempt((ctx) => {
      const client = ctx.serviceClient({ name: "Other" }) as unknown as {
        greet(...args: unknown[]): void;
      };
      expect(() => client.greet(...args)).toThrow(message);
      return "checked";
    });
    await attempt.rest();
    expect(attempt.output).toBe("checked");
  });
});

test("a client that is awaited by mistake calls nothing", async () => {
  const sent = await runAttempt(async (ctx) => {
    await (ctx.serviceClient(greeter) as unknown);
  });
  expect(commandsOf(sent)).toMatchObject([{ type: "OutputCommand" }]);
});
