/** The same calls give the same requests, results and errors as with the official client. */
import fc from "fast-check";
import * as official from "official-sdk-clients";
import { describe, expect, it } from "vitest";

import { cases, greeter, ok, type Api, type Case, type Rs } from "./differential-cases.fixture.js";
import * as ours from "./index.js";
import { accepted, recordingFetch } from "./recording-fetch.fixture.js";

describe("as the official client", () => {
  it.each(cases)("$name", async ({ run, connection, answers = [ok] }) => {
    expect(await observe(ours as unknown as Api, { run, connection, answers })).toEqual(
      await observe(official, { run, connection, answers }),
    );
  });

  it("any service, key, scope, options and values", async () => {
    await fc.assert(
      fc.asyncProperty(invocations, async (it) => {
        const scenario = {
          run: (rs: Rs, { rpc }: Api) => {
            const { delay, ...options } = it.options;
            return it.verb === "call"
              ? rs.call({ ...it.target, parameter: it.value, opts: rpc.opts(options) as never })
              : rs.send({
                  ...it.target,
                  parameter: it.value,
                  opts: rpc.sendOpts({ ...options, ...(delay !== undefined && { delay }) }),
                });
          },
          answers: [{ ...accepted, status: 200 }],
          connection: undefined,
        };
        expect(await observe(ours as unknown as Api, scenario)).toEqual(
          await observe(official, scenario),
        );
      }),
    );
  });

  it("any answer", async () => {
    const answers = fc.record({
      status: fc.oneof(
        fc.constantFrom(200, 202, 400, 404, 409, 470, 500, 503),
        fc.integer({ min: 400, max: 599 }),
      ),
      body: fc.oneof(fc.json(), fc.string(), fc.constant("")),
    });
    await fc.assert(
      fc.asyncProperty(answers, async (answer) => {
        const scenario = {
          run: (rs: Rs) => rs.serviceClient(greeter).greet("Ada"),
          answers: [answer],
          connection: undefined,
        };
        expect(await observe(ours as unknown as Api, scenario)).toEqual(
          await observe(official, scenario),
        );
      }),
    );
  });
});

/** Names as the server accepts them; keys of any kind but those that ours refuses to send astray. */
const name = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9._-]{0,10}$/);
const key = fc.string({ unit: "grapheme", minLength: 1 }).filter((it) => it !== "." && it !== "..");
const invocations = fc.record({
  verb: fc.constantFrom("call" as const, "send" as const),
  target: fc.record(
    { service: name, handler: name, key, scope: name },
    { requiredKeys: ["service", "handler"] },
  ),
  value: fc.jsonValue(),
  options: fc.record(
    {
      idempotencyKey: fc.stringMatching(/^[!-~]{1,20}$/),
      limitKey: name,
      headers: fc.dictionary(
        fc.stringMatching(/^x-[a-z]{1,5}$/),
        fc.stringMatching(/^[!-~]{0,9}$/),
      ),
      delay: fc.nat(),
    },
    { requiredKeys: [] },
  ),
});

/** What can be seen of a client: its requests, and what it returns or throws. */
async function observe(
  api: Api,
  {
    run,
    connection,
    answers,
  }: Required<Omit<Case, "name" | "connection">> & { connection: Case["connection"] },
) {
  const { fetch, requests } = recordingFetch(...answers);
  const rs = api.connect({ url: "http://localhost:8080", fetch, ...connection });
  let outcome: object;
  try {
    outcome = { returned: await run(rs, api) };
  } catch (error) {
    outcome = { thrown: describeError(error, api) };
  }
  return {
    requests: requests.map(({ signal, ...rest }) => ({ ...rest, hasSignal: signal != null })),
    outcome,
  };
}

/** What programs depend on. Texts of our own errors, and that they are of a narrower class, are ours. */
function describeError(error: unknown, { HttpCallError }: Api): object {
  if (error instanceof HttpCallError) {
    const { status, responseText, message } = error;
    return { kind: "HttpCallError", status, responseText, message };
  }
  // Its text quotes the value, which ours doesn't.
  if (error instanceof SyntaxError) return { kind: error.name };
  const fromElsewhere = error instanceof Error && /fetch failed|why|BigInt/.test(error.message);
  return fromElsewhere ? { kind: error.name, message: error.message } : { kind: "refused" };
}
