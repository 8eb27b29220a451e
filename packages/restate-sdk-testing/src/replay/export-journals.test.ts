/** What is asked of the admin API, and what is said when it is none. The real one is asked in the end-to-end tests. */
import { expect, test } from "vitest";
import { exportJournals, type ExportOptions } from "./export-journals.js";
import { ReplayError } from "./replay-error.js";

const ID = "inv_1foAirY4KKzi0J6d1eW0E0z0hd8no0Wk0E";
const INVOCATION = {
  id: ID,
  target_service_name: "Obj",
  target_service_key: "k1",
  target_handler_name: "go",
  target_service_ty: "virtual_object",
  created_at: "2026-11-22T17:25:28.717Z",
  status: "suspended",
  pinned_service_protocol_version: 6,
  pinned_deployment_id: "dp_1",
};
const INPUT = { id: ID, index: 0, entry_type: "Command: Input", raw: "72050a03227122", version: 2 };
const SIGNAL = { ...INPUT, index: 1, entry_type: "Notification: Signal", raw: "08012200" };
const SLEEP = { ...INPUT, index: 2, entry_type: "Notification: Sleep", raw: "08032200" };
const OUTPUT = { ...INPUT, index: 1, entry_type: "Command: Output", raw: "7200" };

interface Fake {
  readonly invocations?: readonly object[];
  readonly entries?: readonly object[];
  readonly features?: Record<string, boolean>;
}

/** A server with these rows, and the requests that it got. */
function fake({ invocations = [INVOCATION], entries = [INPUT], features = {} }: Fake) {
  const requests: Request[] = [];
  const queries: string[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    requests.push(request);
    if (request.url.endsWith("/version")) return Response.json({ version: "1.7.12", features });
    const { query } = (await request.json()) as { query: string };
    queries.push(query);
    return Response.json({ rows: query.includes("sys_journal") ? entries : invocations });
  };
  return { requests, queries, fetch };
}

const adminUrl = "http://restate.test:9070/";

test("entries come with their names and bytes", async () => {
  const { fetch } = fake({ entries: [INPUT, SIGNAL, SLEEP] });
  const { journals, source } = await exportJournals({ adminUrl, fetch });
  expect(source).toBe("Restate 1.7.12 at http://restate.test:9070");
  expect(journals).toEqual([
    {
      invocationId: ID,
      target: { service: "Obj", handler: "go", key: "k1", kind: "object" },
      status: "suspended",
      createdAt: "2026-11-22T17:25:28.717Z",
      protocolVersion: 6,
      deploymentId: "dp_1",
      randomSeeds: [expect.stringMatching(/^\d+$/)],
      entries: [
        { type: "InputCommand", payload: "cgUKAyJxIg==" },
        { type: "SignalNotification", payload: "CAEiAA==" },
        { type: "SleepCompletionNotification", payload: "CAMiAA==" },
      ],
    },
  ]);
});

test("services, statuses and deployments are asked for, and quotes stay inside of names", async () => {
  const { fetch, queries } = fake({});
  await exportJournals({
    adminUrl,
    fetch,
    service: "It's",
    status: ["paused", "suspended"],
    deployment: "dp_1",
    limit: 7,
  });
  expect(queries[0]).toBe(
    "SELECT * FROM sys_invocation WHERE status IN ('paused', 'suspended') AND target_service_name IN ('It''s') AND pinned_deployment_id IN ('dp_1') ORDER BY created_at, id LIMIT 8",
  );
});

test("token and headers go along", async () => {
  const { fetch, requests } = fake({});
  await exportJournals({ adminUrl, fetch, token: "secret", headers: { "x-tenant": "a" } });
  for (const { headers } of requests) {
    expect(headers.get("authorization")).toBe("Bearer secret");
    expect(headers.get("x-tenant")).toBe("a");
  }
});

test("what is behind the limit is left out, and that is said", async () => {
  const { fetch } = fake({ invocations: [INVOCATION, INVOCATION] });
  const { journals, isTruncated } = await exportJournals({ adminUrl, fetch, limit: 1 });
  expect(journals).toHaveLength(1);
  expect(isTruncated).toBe(true);
});

test("long journals are read in several queries", async () => {
  const long = { ...INVOCATION, journal_size: 4_000 };
  const { fetch, queries } = fake({ invocations: [long, long, long] });
  await exportJournals({ adminUrl, fetch });
  expect(queries).toHaveLength(4);
});

test("invocations that end in the meantime are left out", async () => {
  const gone = fake({ entries: [] });
  expect((await exportJournals({ adminUrl, fetch: gone.fetch })).journals).toEqual([]);
  const ended = fake({ entries: [INPUT, OUTPUT] });
  expect((await exportJournals({ adminUrl, fetch: ended.fetch })).journals).toEqual([]);
});

test("a server with unique seeds leaves two to try", async () => {
  const { fetch } = fake({ features: { unique_random_seeds: true } });
  const { journals } = await exportJournals({ adminUrl, fetch });
  expect(journals[0]?.randomSeeds).toHaveLength(2);
});

test.each([
  ["of an old protocol", { ...INPUT, version: 1 }, /^Its journal is of a service protocol before/],
  ["with a hole", { ...INPUT, index: 3 }, "Entry 0 of its journal is missing on the server"],
  ["of another time", { ...INPUT, entry_type: "Command: Dream" }, /does not know: Command: Dream/],
  ["without bytes", { ...INPUT, raw: 7 }, /is not in hexadecimal/],
])("a journal %s is exported as a problem", async (_, entry, problem) => {
  const { fetch } = fake({ entries: [entry] });
  const { journals } = await exportJournals({ adminUrl, fetch });
  expect(journals[0]).toMatchObject({
    entries: [],
    problem: expect.stringMatching(problem) as string,
  });
});

const answering = (status: number, body: string): Partial<ExportOptions> => ({
  fetch: () => Promise.resolve(new Response(body, { status })),
});

test.each<[string, Partial<ExportOptions>, string | RegExp]>([
  ["no address", { adminUrl: "localhost:9070" }, /"localhost:9070" is no address of an admin API/],
  [
    "nobody there",
    { adminUrl: "http://127.0.0.1:1", fetch: globalThis.fetch },
    /cannot be reached: fetch failed \(.*\)\. Is the server running/,
  ],
  [
    "the ingress",
    answering(400, '{"code":400,"message":"bad path: /query","source":"ingress"}'),
    /does not answer GET \/version as the admin API of a Restate server does \(bad path/,
  ],
  ["a website", answering(200, "<html>"), /\(200, <html>\)/],
  ["other JSON", answering(200, "[]"), /it has no version/],
  ["no permission", answering(401, ""), /refuses GET \/version with 401: give a token/],
  ["an overloaded server", answering(503, '{"message":"not now"}'), /with 503: not now/],
  ["an unknown status", { status: "asleep" as never }, /no invocation status "asleep", only sched/],
  ["no services", { service: [] }, /must not be empty lists/],
  ["no limit", { limit: 0 }, /limit should be an integer from 1 on, but is 0/],
])("%s: says what is wrong", async (_, options, message) => {
  const asked = exportJournals({ adminUrl, fetch: fake({}).fetch, ...options });
  await expect(asked).rejects.toThrow(ReplayError);
  await expect(asked).rejects.toThrow(message);
});
