/** The ingress as clients see it on the wire: statuses, headers and bodies, errors above all. */
import * as restate from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { uniqueKey } from "../support/test-helpers.js";
import type { Behaviour } from "../support/behaviour.js";
import type { World } from "../support/world.js";

const post = restate.service({
  name: "MailDesk",
  handlers: {
    echo: async (_ctx: restate.Context, text: string) => text,
    nothing: async () => {},
    refuse: async (): Promise<void> => {
      throw new restate.TerminalError("return to sender", { errorCode: 418 });
    },
    secret: restate.handlers.handler({ ingressPrivate: true }, async () => "hidden"),
    bytes: restate.handlers.handler(
      { input: restate.serde.binary, output: restate.serde.binary },
      async (_ctx: restate.Context, bytes: Uint8Array) => bytes,
    ),
    silent: restate.handlers.handler(
      { input: restate.serde.empty, output: restate.serde.empty },
      async () => {},
    ),
  },
});

const voyage = restate.workflow({
  name: "Voyage",
  handlers: { run: async (ctx: restate.WorkflowContext) => ctx.sleep({ days: 1 }) },
});

const json = { "content-type": "application/json" };

interface Case {
  readonly request: string;
  readonly init?: RequestInit;
  readonly status: number;
  readonly body?: unknown;
}

const cases: Readonly<Record<string, Case>> = {
  "an unknown service": {
    request: "/Nobody/home",
    status: 404,
    body: {
      code: 404,
      message: "service 'Nobody' not found, make sure to register the service before calling it.",
      source: "ingress",
    },
  },
  "an unknown handler": {
    request: "/MailDesk/nope",
    status: 404,
    body: {
      code: 404,
      message:
        "the service 'MailDesk' exists, but the handler 'nope' was not found, check that the handler exists in the latest registered service version.",
      source: "ingress",
    },
  },
  "a private handler": {
    request: "/MailDesk/secret",
    status: 400,
    body: { code: 400, message: "the invoked service is not public", source: "ingress" },
  },
  "a path that is too long": { request: "/MailDesk/echo/send/more", status: 400 },
  "a delayed call": {
    request: "/restate/call/MailDesk/echo?delay=1s",
    init: { method: "POST", headers: json, body: '"x"' },
    status: 400,
  },
  "a delay that is none": {
    request: "/restate/send/MailDesk/echo?delay=soon",
    init: { method: "POST", headers: json, body: '"x"' },
    status: 400,
  },
  "a wrong method": { request: "/MailDesk/echo", init: { method: "DELETE" }, status: 405 },
  "a wrong content type": {
    request: "/MailDesk/echo",
    init: { method: "POST", headers: { "content-type": "text/plain" }, body: "x" },
    status: 400,
    body: {
      code: 400,
      message:
        "input validation error: Content-type 'text/plain' does not match 'application/json'",
      source: "ingress",
    },
  },
  "a body where none is taken": {
    request: "/MailDesk/silent",
    init: { method: "POST", headers: json, body: "1" },
    status: 400,
  },
  "an idempotency key for a workflow": {
    request: "/Voyage/p/run",
    init: { method: "POST", headers: { "idempotency-key": "x" } },
    status: 400,
  },
  "a limit key without a scope": {
    request: "/MailDesk/nothing",
    init: { method: "POST", headers: { "x-restate-limit-key": "gold" } },
    status: 400,
    body: { code: 400, message: "limit-key requires a scope to be set", source: "ingress" },
  },
  "a terminal error": {
    request: "/MailDesk/refuse",
    init: { method: "POST" },
    status: 418,
    body: { code: 418, message: "return to sender", source: "invocation" },
  },
  "an awakeable that is none": {
    request: "/restate/awakeables/nonsense/resolve",
    init: { method: "POST" },
    status: 400,
  },
  "an invocation id that is none": { request: "/restate/attach/nonsense", status: 400 },
  "a workflow nobody started": {
    request: `/restate/workflow/Voyage/${uniqueKey()}/output`,
    init: { method: "GET" },
    status: 404,
    body: { code: 404, message: "invocation not found", source: "ingress" },
  },
};

export const ingress: Behaviour = {
  name: "ingress",
  services: [post, voyage],
  tests: (world) => {
    it.for(Object.entries(cases))("answers %s", async ([, { request, init, status, body }]) => {
      const response = await world.ingress.raw(request, init ?? { method: "POST" });
      const text = await response.text();
      expect(response.status, text).toBe(status);
      const { source } = JSON.parse(text) as { source: string };
      expect(response.headers.get("x-restate-error-source")).toBe(source);
      expect(response.headers.get("content-type")).toBe("application/json");
      if (body !== undefined) expect(JSON.parse(text)).toEqual(body);
    });

    successTests(world);
  },
};

function successTests(world: World): void {
  it("a call carries its invocation id and the content type of the output", async () => {
    const init = { method: "POST", headers: json, body: '"hi"' };
    const response = await world.ingress.raw("/MailDesk/echo", init);
    expect(await response.text()).toBe('"hi"');
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("x-restate-id")).toMatch(/^inv_1/);
  });

  it("an empty output has no content type", async () => {
    const response = await world.ingress.raw("/MailDesk/nothing", { method: "POST" });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("");
    expect(response.headers.get("content-type")).toBeNull();
  });

  it("bytes stay bytes", async () => {
    const init = {
      method: "POST",
      headers: { "content-type": "application/octet-stream" },
      body: new Uint8Array([0, 255]),
    };
    const response = await world.ingress.raw("/restate/call/MailDesk/bytes", init);
    expect(response.headers.get("content-type")).toBe("application/octet-stream");
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255]);
  });

  it("a delayed send tells when it will be executed", async () => {
    const init = { method: "POST", headers: json, body: '"x"' };
    const response = await world.ingress.raw("/MailDesk/echo/send?delay=PT1H", init);
    expect(response.status).toBe(202);
    const body = (await response.json()) as Record<string, string>;
    expect(body["status"]).toBe("Accepted");
    expect(Date.parse(body["executionTime"] ?? "")).toBeGreaterThan(Date.now());
    expect(response.headers.get("x-restate-id")).toBe(body["invocationId"]);
    await world.admin.kill(body["invocationId"] ?? "");
  });

  it("a repeated idempotent call is the same invocation, and tells until when", async () => {
    const init = { method: "POST", headers: { "idempotency-key": uniqueKey() } };
    const first = await world.ingress.raw("/MailDesk/nothing", init);
    expect(first.headers.get("idempotency-expires")).toBeNull();
    const second = await world.ingress.raw("/MailDesk/nothing", init);
    expect(second.headers.get("x-restate-id")).toBe(first.headers.get("x-restate-id"));
    const expires = Date.parse(second.headers.get("idempotency-expires") ?? "");
    expect(expires).toBeGreaterThan(Date.now());
  });

  it("a workflow that runs is not ready, and found by its key", async () => {
    const key = uniqueKey();
    const sent = await world.ingress.send(`Voyage/${key}/run`);
    const output = await world.ingress.raw(`/restate/workflow/Voyage/${key}/output`, {
      method: "GET",
    });
    expect(output.status).toBe(470);
    await output.arrayBuffer();
    const lookup = await world.ingress.raw("/restate/lookup", {
      method: "POST",
      body: JSON.stringify({ target: "workflow", workflowName: "Voyage", workflowKey: key }),
    });
    expect(await lookup.json()).toEqual({ invocationId: sent.invocationId });
    await world.admin.kill(sent.invocationId);
  });
}
