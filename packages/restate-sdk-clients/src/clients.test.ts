import { iface } from "@restatedev/restate-sdk-core";
import { describe, expect, it } from "vitest";

import { connect, rpc } from "./index.js";
import { accepted, ingressError, recordingFetch, type Answer } from "./recording-fetch.fixture.js";

const url = "http://localhost:8080";
type AnyClient = Record<string, (...args: unknown[]) => Promise<unknown>>;

function connectTo(...answers: Answer[]) {
  const { fetch, requests } = recordingFetch(...answers);
  const rs = connect({ url, fetch, retry: { initialInterval: 1 } });
  return { rs, requests, urls: () => requests.map((it) => it.url.slice(url.length)) };
}

/** A client of an object, as JavaScript sees it. */
function objectClient(rs: ReturnType<typeof connect>, key: unknown): AnyClient {
  return rs.objectClient<unknown>({ name: "Obj" }, key as string);
}

describe("a client", () => {
  it("can be awaited and logged without calling anything", async () => {
    const { rs, requests } = connectTo();
    const client = objectClient(rs, "k");
    expect(await Promise.resolve(client)).toBe(client);
    expect(JSON.stringify({ client })).toBe('{"client":{}}');
    expect(requests).toEqual([]);
  });

  it("has a method for any other name", async () => {
    const { rs, urls } = connectTo({});
    const client = objectClient(rs, "k");
    for (const name of ["toString", "constructor", "workflowSubmit"]) await client[name]?.();
    expect(urls()).toEqual(["/Obj/k/toString", "/Obj/k/constructor", "/Obj/k/workflowSubmit"]);
  });

  it("rejects where the official one throws at once", async () => {
    const { rs } = connectTo();
    const call = objectClient(rs, "k")["add"]?.(1, 2, 3);
    await expect(call).rejects.toThrow("got 3 arguments");
  });
});

describe("keys", () => {
  it.each([
    ["", "/Obj//add"],
    [5, "/Obj/5/add"],
    ["a/b?c=%2F#d", "/Obj/a%2Fb%3Fc%3D%252F%23d/add"],
    ["...", "/Obj/.../add"],
  ])("%j is sent as %s", async (key, path) => {
    const { rs, urls } = connectTo({});
    await objectClient(rs, key)["add"]?.(1);
    expect(urls()).toEqual([path]);
  });

  it.each([".", ".."])("%j is refused: URL parsers would remove it", async (key) => {
    const { rs, requests } = connectTo({});
    await expect(objectClient(rs, key)["add"]?.(1)).rejects.toThrow("means a directory");
    const scoped = rs.scope(key).serviceClient<unknown>({ name: "S" }) as unknown as AnyClient;
    await expect(scoped["h"]?.(1)).rejects.toThrow("means a directory");
    expect(requests).toEqual([]);
  });

  it.each([undefined, null])("%j is none, and refused", (key) => {
    const { rs } = connectTo();
    expect(() => objectClient(rs, key)).toThrow("A client of Obj needs the key");
    const box = iface.object("Box", { put: iface.json<number>() });
    expect(() => rs.sendClient(box, key as never)).toThrow("A client of Box needs the key");
  });

  it("are ignored for services", async () => {
    const { rs, urls } = connectTo({});
    const service = iface.service("S", { h: iface.json() });
    await (rs.client as (...args: unknown[]) => typeof rs.client extends never ? never : AnyClient)(
      service,
      "k",
    )["h"]?.();
    expect(urls()).toEqual(["/S/h"]);
  });
});

describe("workflows", () => {
  const flow = iface.workflow("Flow", { run: iface.json<string, number>(), peek: iface.json() });

  it("sent to by interface are submissions: attachable, and repeated after a failure", async () => {
    const { rs, urls } = connectTo(ingressError(503), accepted);
    expect(await rs.sendClient(flow, "k").run("x")).toMatchObject({ attachable: true });
    expect(urls()).toEqual(["/Flow/k/run/send", "/Flow/k/run/send"]);
  });

  it("are not repeated when called or when another handler is meant", async () => {
    const { rs, urls } = connectTo(ingressError(503));
    await expect(rs.client(flow, "k").run("x")).rejects.toThrow("503");
    await expect(rs.sendClient(flow, "k").peek()).rejects.toThrow("503");
    expect(urls()).toEqual(["/Flow/k/run", "/Flow/k/peek/send"]);
  });

  it("submitted by name are submissions, too", async () => {
    const { rs, urls } = connectTo(ingressError(503), accepted);
    const client = rs.workflowClient<{ run(ctx: unknown): Promise<void> }>({ name: "W" }, "k");
    expect(await client.workflowSubmit()).toEqual({
      invocationId: "inv_1",
      status: "Accepted",
      attachable: true,
    });
    expect(urls()).toHaveLength(2);
  });

  it.each(["attach", "output"] as const)(
    "in a scope are found there: %s asks with the scope",
    async (verb) => {
      const { rs, requests } = connectTo({ body: "5" });
      const client = rs
        .scope("t")
        .workflowClient<{ run(ctx: unknown): Promise<number> }>({ name: "W" }, "k/1");
      if (verb === "attach") expect(await client.workflowAttach()).toBe(5);
      else expect(await client.workflowOutput()).toEqual({ ready: true, result: 5 });
      expect(requests[0]).toMatchObject({
        method: "POST",
        url: `${url}/restate/${verb}`,
        headers: { "content-type": "application/json" },
      });
      expect(JSON.parse(requests[0]?.body ?? "")).toEqual({
        target: "workflow",
        workflowName: "W",
        workflowKey: "k/1",
        scope: "t",
      });
    },
  );

  it("are attached to with the headers of the request", async () => {
    const { rs, requests } = connectTo({ body: "5" });
    await rs.workflowClient(flow, "k").workflowAttach(rpc.opts({ headers: { a: "b" } }));
    expect(requests[0]?.headers).toMatchObject({ a: "b" });
  });
});
