/** What both clients are asked to do, and what the server answers. */
import { iface, serde } from "@restatedev/restate-sdk-core";
import type * as official from "official-sdk-clients";

import { accepted, type Answer } from "./recording-fetch.fixture.js";

/** The tests are written against the official types, which ours must be usable as. */
export type Api = typeof official;
export type Rs = official.Ingress;

export interface Case {
  readonly name: string;
  readonly run: (rs: Rs, api: Api) => unknown;
  readonly connection?: Partial<official.ConnectionOpts>;
  readonly answers?: readonly (Answer | Error)[];
}

export type Greeter = official.ServiceDefinition<
  "greeter",
  {
    greet: (ctx: unknown, name: string) => Promise<string>;
    ping: (ctx: unknown) => Promise<void>;
  }
>;
type Counter = official.VirtualObjectDefinition<
  "counter",
  { add: (ctx: unknown, by: number) => Promise<number> }
>;
type Signup = official.WorkflowDefinition<
  "signup",
  {
    run: (ctx: unknown, user: { name: string }) => Promise<string>;
    click: (ctx: unknown, secret: string) => Promise<void>;
  }
>;
export const greeter: Greeter = { name: "greeter" };
const counter: Counter = { name: "counter" };
const signup: Signup = { name: "signup" };

const bytesIface = iface.service("bytes", {
  echo: iface.serdes({ input: serde.binary, output: serde.binary }),
  none: iface.json<void, string>(),
});
const objectIface = iface.object("box", { put: iface.json<{ x: number }, number>() });
const workflowIface = iface.workflow("flow", { run: iface.json<string, string>() });

const text: official.Serde<string> = {
  contentType: "text/plain",
  serialize: (value) => new TextEncoder().encode(value),
  deserialize: (data) => new TextDecoder().decode(data),
};
const textIface = iface.workflow("w", { run: iface.serdes({ input: text, output: text }) });
const untyped: official.Serde<string> = {
  serialize: text.serialize,
  deserialize: text.deserialize,
};
const reversing: official.JournalValueCodec = {
  encode: (bytes) => Uint8Array.from(bytes).reverse(),
  decode: async (bytes) => Promise.resolve(Uint8Array.from(bytes).reverse()),
};

export const ok: Answer = { body: '"done"' };
const terminal = {
  status: 500,
  headers: { "x-restate-error-source": "invocation", "x-restate-id": "inv_9" },
  body: '{"code":500,"message":"no","source":"invocation","metadata":{"a":"b"}}',
};
const brief = { initialInterval: 1, maxInterval: 1 };

export const cases: readonly Case[] = [
  { name: "a call", run: (rs) => rs.serviceClient(greeter).greet("Ada") },
  { name: "a call without input", run: (rs) => rs.serviceClient(greeter).ping() },
  {
    name: "a call without input, with options",
    run: (rs, { rpc }) => rs.serviceClient(greeter).ping(rpc.opts({ idempotencyKey: "a" })),
  },
  { name: "an empty answer", run: (rs) => rs.serviceClient(greeter).ping(), answers: [{}] },
  {
    name: "a call with everything",
    run: (rs, { rpc }) =>
      rs.serviceClient(greeter).greet(
        "Ada",
        rpc.opts({
          idempotencyKey: "key 1",
          headers: { "x-own": "1", "x-both": "call" },
          input: text,
          output: text,
          timeout: 10_000,
        }),
      ),
    connection: { headers: { authorization: "Bearer x", "x-both": "connection" } },
  },
  { name: "Opts.from", run: (rs, { Opts }) => rs.serviceClient(greeter).greet("a", Opts.from({})) },
  {
    name: "an empty idempotency key",
    run: (rs, { rpc }) => rs.serviceClient(greeter).greet("a", rpc.opts({ idempotencyKey: "" })),
  },
  { name: "an object", run: (rs) => rs.objectClient(counter, "visits").add(1) },
  {
    name: "a key with everything",
    run: (rs) => rs.objectClient(counter, "a/b c?d#e%20é😀").add(1),
  },
  { name: "a workflow's handler", run: (rs) => rs.workflowClient(signup, "w").click("s") },
  { name: "a send", run: (rs) => rs.serviceSendClient(greeter).greet("Ada"), answers: [accepted] },
  {
    name: "a send of the past",
    run: (rs, { rpc }) =>
      rs.objectSendClient(counter, "k").add(1, rpc.sendOpts({ idempotencyKey: "x" })),
    answers: [
      { body: '{"invocationId":"inv_1","status":"PreviouslyAccepted","executionTime":"x"}' },
    ],
  },
  ...[0, 1, 1.9, 1_000, { seconds: 1.5, hours: 2 }, { milliseconds: 0.5 }].map((delay) => ({
    name: `a send delayed by ${JSON.stringify(delay)}`,
    run: (rs: Rs, { rpc }: Api) =>
      rs.serviceSendClient(greeter).greet("Ada", rpc.sendOpts({ delay })),
    answers: [accepted],
  })),
  {
    name: "a scoped send with a delay and a limit key",
    run: (rs, { rpc }) =>
      rs
        .scope("tenant-1")
        .objectSendClient(counter, "k/1")
        .add(1, rpc.sendOpts({ delay: { minutes: 1 }, limitKey: "a/b" })),
    answers: [accepted],
  },
  {
    name: "a scoped call",
    run: (rs, { rpc }) =>
      rs
        .scope("t.1")
        .serviceClient(greeter)
        .greet("a", rpc.opts({ limitKey: "l" })),
  },
  { name: "a scoped object", run: (rs) => rs.scope("t").objectClient(counter, "k").add(2) },
  {
    name: "a scoped service send",
    run: (rs) => rs.scope("t").serviceSendClient(greeter).greet("a"),
    answers: [accepted],
  },
  { name: "a scoped interface", run: (rs) => rs.scope("t").client(objectIface, "k").put({ x: 1 }) },
  {
    name: "a scoped interface send",
    run: (rs) => rs.scope("t").sendClient(bytesIface).none(),
    answers: [accepted],
  },
  {
    name: "a scoped workflow's handler",
    run: (rs) => rs.scope("t").workflowClient(signup, "w").click("s"),
  },
  {
    name: "a scoped submission",
    run: (rs) => rs.scope("t").workflowClient(signup, "w").workflowSubmit({ name: "Ada" }),
    answers: [accepted],
  },
  { name: "an interface", run: (rs) => rs.client(bytesIface).echo(new Uint8Array([1, 2])) },
  { name: "an interface without input", run: (rs) => rs.client(bytesIface).none() },
  { name: "an object's interface", run: (rs) => rs.client(objectIface, "k").put({ x: 1 }) },
  { name: "a workflow's interface", run: (rs) => rs.client(workflowIface, "k").run("x") },
  {
    name: "a send by interface",
    run: (rs) => rs.sendClient(objectIface, "k").put({ x: 1 }),
    answers: [accepted],
  },
  {
    name: "an interface with a serde for the call",
    run: (rs, { rpc }) =>
      rs.client(objectIface, "k").put({ x: 1 }, rpc.opts({ output: serde.json })),
    connection: { serde: untyped },
  },
  {
    name: "a serde of the connection",
    run: (rs) => rs.serviceClient(greeter).greet("Ada"),
    connection: { serde: untyped },
  },
  {
    name: "a codec",
    run: (rs) => rs.serviceClient(greeter).greet("Ada"),
    connection: { journalValueCodec: reversing },
    answers: [{ body: '"cba"' }],
  },
  {
    name: "a codec and a send",
    run: (rs) => rs.serviceSendClient(greeter).greet("Ada"),
    connection: { journalValueCodec: reversing },
    answers: [accepted],
  },
  {
    name: "a submission",
    run: (rs, { rpc }) =>
      rs
        .workflowClient(signup, "w/1")
        .workflowSubmit({ name: "Ada" }, rpc.sendOpts({ delay: 5, headers: { a: "b" } })),
    answers: [accepted],
  },
  {
    name: "attaching to a workflow",
    run: (rs) => rs.workflowClient(signup, "w/1").workflowAttach(),
    connection: { headers: { a: "b" } },
  },
  {
    name: "attaching with a serde",
    run: (rs, { rpc }) => rs.workflowClient(signup, "w").workflowAttach(rpc.opts({ output: text })),
  },
  {
    name: "attaching by interface",
    run: (rs) =>
      // The official types have no handlers for it.
      (
        rs.workflowClient(textIface, "k") as unknown as { workflowAttach: () => unknown }
      ).workflowAttach(),
  },
  {
    name: "attaching with a codec",
    run: (rs) => rs.workflowClient(signup, "w").workflowAttach(),
    connection: { journalValueCodec: reversing },
    answers: [{ body: '"x"' }],
  },
  {
    name: "the output of a workflow",
    run: (rs) => rs.workflowClient(signup, "w").workflowOutput(),
  },
  {
    name: "an output that is not there yet",
    run: async (rs) => {
      const output = await rs.workflowClient(signup, "w").workflowOutput();
      return { ready: output.ready, throws: throws(() => output.result) };
    },
    answers: [{ status: 470, body: "{}" }],
  },
  {
    name: "the output of no workflow",
    run: (rs) => rs.workflowClient(signup, "w").workflowOutput(),
    answers: [{ status: 404, body: "{}" }],
  },
  {
    name: "a result",
    run: (rs) => rs.result({ invocationId: "inv_1", status: "Accepted", attachable: true }),
    connection: { headers: { a: "b" } },
  },
  {
    name: "a result with a serde",
    run: (rs) => rs.result({ invocationId: "inv_1", status: "Accepted", attachable: true }, text),
    connection: { journalValueCodec: reversing },
  },
  {
    name: "a result that is not kept",
    run: (rs) => rs.result({ invocationId: "inv_1", status: "Accepted", attachable: false }),
  },
  {
    name: "resolving",
    run: (rs) => rs.resolveAwakeable("sign_1a-b_c", { x: 1 }),
    connection: { headers: { a: "b" }, journalValueCodec: reversing },
    answers: [{ status: 202 }],
  },
  {
    name: "resolving with nothing",
    run: (rs) => rs.resolveAwakeable("sign_1"),
    answers: [{ status: 202 }],
  },
  {
    name: "resolving with a serde",
    run: (rs) => rs.resolveAwakeable("sign_1", "x", text),
    answers: [{ status: 202 }],
  },
  {
    name: "resolving no awakeable",
    run: (rs) => rs.resolveAwakeable("x", "x"),
    answers: [{ status: 400, body: "bad" }],
    connection: { retry: true },
  },
  {
    name: "rejecting",
    run: (rs) => rs.rejectAwakeable("sign_1", "bécause"),
    connection: { headers: { a: "b" }, journalValueCodec: reversing },
    answers: [{ status: 202 }],
  },
  {
    name: "rejecting in vain",
    run: (rs) => rs.rejectAwakeable("sign_1", "x"),
    answers: [{ status: 503, body: "" }],
    connection: { retry: true },
  },
  {
    name: "a call by name",
    run: (rs) => rs.call({ service: "a", handler: "b", parameter: { x: 1 } }),
  },
  {
    name: "a call by name with everything",
    run: (rs, { rpc }) =>
      rs.call({
        service: "a",
        handler: "b",
        key: "k/1",
        scope: "s",
        parameter: "p",
        opts: rpc.opts({ input: text, output: text, limitKey: "l" }),
      }),
  },
  {
    name: "a call by name with an empty key",
    run: (rs) => rs.call({ service: "a", handler: "b", key: "", parameter: 1 }),
  },
  {
    name: "a send by name",
    run: (rs, { rpc }) =>
      rs.send({
        service: "a",
        handler: "b",
        key: "k",
        parameter: 1,
        opts: rpc.sendOpts({ delay: 7, idempotencyKey: "i" }),
      }),
    answers: [accepted],
  },
  {
    name: "a scoped send by name",
    run: (rs) => rs.send({ service: "a", handler: "b", scope: "s", parameter: 1 }),
    answers: [accepted],
  },
  {
    name: "a terminal error",
    run: (rs) => rs.serviceClient(greeter).greet("x"),
    answers: [terminal],
  },
  {
    name: "an error without a body",
    run: (rs) => rs.serviceClient(greeter).greet("x"),
    answers: [{ status: 502 }],
  },
  {
    name: "an answer that is no JSON",
    run: (rs) => rs.serviceClient(greeter).greet("x"),
    answers: [{ body: "<html>" }],
  },
  {
    name: "no network",
    run: (rs) => rs.serviceClient(greeter).greet("x"),
    answers: [new TypeError("fetch failed")],
  },
  {
    name: "a timeout and a signal",
    run: (rs, { rpc }) =>
      rs
        .serviceClient(greeter)
        .greet("x", rpc.opts({ timeout: 1, signal: new AbortController().signal })),
  },
  {
    name: "an aborted signal",
    run: (rs, { rpc }) =>
      rs
        .serviceClient(greeter)
        .greet("x", rpc.opts({ signal: AbortSignal.abort(new RangeError("why")) })),
  },
  { name: "a serde that throws", run: (rs) => rs.serviceClient(greeter).greet(1n as never) },
  {
    name: "three arguments",
    run: (rs) => (rs.serviceClient(greeter).greet as (...args: unknown[]) => unknown)(1, 2, 3),
  },
  { name: "options that are none", run: (rs) => rs.serviceClient(greeter).greet("x", 5 as never) },
  ...(
    [
      true,
      false,
      brief,
      { ...brief, maxAttempts: 2 },
      { ...brief, maxAttempts: false, maxDuration: 0 },
      { ...brief, shouldRetry: () => false },
    ] as const
  ).flatMap((retry) =>
    [
      (rs: Rs) => rs.serviceClient(greeter).greet("x"),
      (rs: Rs, { rpc }: Api) =>
        rs.serviceClient(greeter).greet("x", rpc.opts({ idempotencyKey: "k" })),
      (rs: Rs, { rpc }: Api) =>
        rs.sendClient(bytesIface).none(rpc.sendOpts({ idempotencyKey: "k" })),
      (rs: Rs) => rs.serviceSendClient(greeter).greet("x"),
      (rs: Rs) => rs.workflowClient(signup, "w").workflowSubmit({ name: "x" }),
      (rs: Rs) => rs.workflowClient(signup, "w").workflowAttach(),
      (rs: Rs) => rs.workflowClient(signup, "w").workflowOutput(),
      (rs: Rs) => rs.result({ invocationId: "inv_1", status: "Accepted", attachable: true }),
      (rs: Rs, { rpc }: Api) =>
        rs.call({
          service: "a",
          handler: "b",
          parameter: 1,
          opts: rpc.opts({ idempotencyKey: "k" }),
        }),
      (rs: Rs) => rs.send({ service: "a", handler: "b", parameter: 1 }),
    ].map((run, index) => ({
      name: `retry ${JSON.stringify(retry)} of request ${index}`,
      run,
      connection: { retry },
      answers: [
        { status: 503, body: "{}", headers: { "retry-after": "0" } },
        { ...accepted, status: 200 },
      ],
    })),
  ),
  ...[408, 409, 425, 429, 404, 470, 500, 502, 599].flatMap((status) =>
    [{}, { "x-restate-error-source": "ingress" }, { "x-restate-error-source": "invocation" }].map(
      (headers) => ({
        name: `a retry after ${status} ${JSON.stringify(headers)}`,
        run: (rs: Rs, { rpc }: Api) =>
          rs.serviceClient(greeter).greet("x", rpc.opts({ idempotencyKey: "k" })),
        connection: { retry: brief },
        answers: [{ status, headers, body: "x" }, { status, headers, body: "y" }, ok],
      }),
    ),
  ),
];

function throws(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch {
    return true;
  }
}
