/** What replaying tells about code: what is repeated, what breaks, and that nothing is done on the way. */
import * as restate from "@restatedev/restate-sdk";
import { expect, test } from "vitest";
import { createTestEnvironment } from "../environment/test-environment.js";
import type { JournalExport } from "./journal-format.js";
import { renderReplayReport } from "./render-report.js";
import { replayJournals, type ReplayOptions } from "./replay-journals.js";
import {
  effects,
  mailer,
  orders,
  original,
  recordWaiting,
  type OrderHandler,
} from "./replay.fixture.js";
import type { ReplayVerdict } from "./verdict.js";

const waiting = await recordWaiting();

test.each([5, 6, 7] as const)(
  "unchanged code repeats a journal of protocol V%i",
  async (protocol) => {
    const journals = await recordWaiting(protocol);
    const report = await replayJournals({ services: [orders(original), mailer] }, journals);
    expect(report).toMatchObject({
      isOk: true,
      source: "test environment",
      results: [
        {
          target: "Orders/order-1/run",
          status: "suspended",
          wouldBreak: false,
          verdict: {
            kind: "ok",
            then: "waits",
            detail: expect.stringMatching(/^awakeable sign_1/) as string,
          },
        },
      ],
    });
  },
);

test("an export survives JSON", async () => {
  const stored = JSON.parse(JSON.stringify(waiting)) as unknown;
  expect(stored).toEqual(waiting);
  expect(await verdictOf(original, stored)).toMatchObject({ kind: "ok" });
});

test("code that differs behind the waiting point is fine", async () => {
  const changed: OrderHandler = async (ctx, cents) => {
    const id = ctx.rand.uuidv4();
    await ctx.run("reserve", () => effects.push("reserve"));
    ctx.set("cents", cents);
    const stored = await ctx.get<number>("cents");
    ctx.serviceSendClient(mailer).send(`${id} ${String(stored)} ${ctx.request().id}`);
    const approval = ctx.awakeable<string>();
    await ctx.run("ask", () => approval.id);
    await approval.promise;
    await ctx.sleep({ days: 1 });
    return "other";
  };
  expect(await verdictOf(changed)).toMatchObject({ kind: "ok", then: "waits" });
});

test("a renamed step breaks it, and both names are shown", async () => {
  const verdict = await verdictOf(async (ctx) => {
    ctx.rand.uuidv4();
    await ctx.run("hold", () => effects.push("hold"));
    return "";
  });
  expect(verdict).toMatchObject({ kind: "mismatch", commandIndex: 1 });
  expect(messageOf(verdict)).toContain('recorded: run "reserve"');
  expect(messageOf(verdict)).toContain('executed: run "hold"');
});

test("a step in front of the recorded ones breaks it, and is not executed", async () => {
  const verdict = await verdictOf(async (ctx, cents) => {
    await ctx.run("audit", () => effects.push("audit"));
    return original(ctx, cents);
  });
  expect(verdict).toMatchObject({ kind: "mismatch", commandIndex: 1 });
  expect(effects).toEqual([]);
});

test("another value in a recorded command breaks it", async () => {
  const verdict = await verdictOf(async (ctx, cents) => original(ctx, cents + 1));
  expect(verdict).toMatchObject({ kind: "mismatch" });
  expect(messageOf(verdict)).toContain("recorded 4200, executed 4201");
});

test("a handler that ends before its journal does breaks it", async () => {
  const verdict = await verdictOf(async (ctx) => {
    await ctx.run("reserve", () => effects.push("reserve"));
    return "";
  });
  expect(verdict).toMatchObject({ kind: "mismatch" });
});

test("a handler that waits where none waited breaks it", async () => {
  const verdict = await verdictOf(async (ctx) => {
    const approval = ctx.awakeable<string>();
    return approval.promise;
  });
  expect(verdict).toMatchObject({ kind: "mismatch" });
  expect(messageOf(verdict)).toContain('recorded next: run "reserve"');
});

test("an error that is not terminal is reported with its stack", async () => {
  const verdict = await verdictOf(async () => {
    throw new TypeError("undefined is not a function");
  });
  expect(verdict).toMatchObject({
    kind: "failure",
    code: 500,
    message: "undefined is not a function",
    stacktrace: expect.stringContaining("replay-journals.test") as string,
  });
});

test("what failed in the same way before is not the fault of this code", async () => {
  const failing: OrderHandler = async (ctx) => {
    await ctx.run("reserve", () => effects.push("reserve"));
    throw new Error("the warehouse is closed");
  };
  const definition = orders(failing);
  await using env = await createTestEnvironment({ services: [definition], clock: "manual" });
  const order = env.send(definition, "order-1").run(1);
  await env.atRest();
  expect(order.status).toBe("backing-off");
  const journal = order.exportJournal();

  const report = await replayJournals({ services: [definition] }, journal);
  expect(report.isOk).toBe(true);
  expect(report.results[0]?.verdict).toMatchObject({
    kind: "still-failing",
    message: "the warehouse is closed",
  });
  const worse: OrderHandler = async (ctx, cents) => {
    await failing(ctx, cents).catch(() => undefined);
    throw new Error("something new");
  };
  expect(await verdictOf(worse, journal)).toMatchObject({ kind: "failure" });
  const silent: OrderHandler = async (ctx, cents) => {
    await failing(ctx, cents).catch(() => undefined);
    throw new Error("");
  };
  expect(await verdictOf(silent, journal)).toMatchObject({ kind: "failure" });
  const onServer = journal.journals.map((each) => ({
    ...each,
    lastFailure: "[500 Internal] the warehouse is closed\nError: the warehouse is closed\n    at",
  }));
  expect(await verdictOf(failing, { ...journal, journals: onServer })).toMatchObject({
    kind: "still-failing",
  });
});

test("neither steps nor calls behind the journal are done", async () => {
  const definition = orders(async (ctx) => {
    await ctx.sleep({ days: 1 });
    return "";
  });
  const journal = await recordWith(definition);
  const effectsBefore = effects.length;

  const goesOn = orders(async (ctx) => {
    const sleep = ctx.sleep({ days: 1 });
    ctx.serviceSendClient(mailer).send("hello");
    await ctx.run("effect", () => effects.push("effect"));
    await sleep;
    return "";
  });
  const { results } = await replayJournals({ services: [goesOn, mailer] }, journal);
  expect(results[0]?.verdict).toEqual({
    kind: "ok",
    then: "continues",
    detail: "send (Mailer/send)",
  });
  expect(effects).toHaveLength(effectsBefore);
});

test("code that does not wait any more returns or fails for good, and that is said", async () => {
  const journal = await recordWith(orders(async (ctx) => ctx.promise<string>("answer").get()));
  const done = await verdictOf(async (ctx) => {
    void ctx.promise<string>("answer").get();
    return "done";
  }, journal);
  expect(done).toEqual({ kind: "ok", then: "returns", detail: "" });
  const refused = await verdictOf(async (ctx) => {
    void ctx.promise<string>("answer").get();
    throw new restate.TerminalError("no", { errorCode: 409 });
  }, journal);
  expect(refused).toEqual({ kind: "ok", then: "fails", detail: "[409] no" });
});

test("state that is read behind the journal is not taken for absent", async () => {
  const journal = await recordWith(orders(async (ctx) => ctx.promise<string>("answer").get()));
  const verdict = await verdictOf(async (ctx) => {
    void ctx.promise<string>("answer").get();
    const cents = await ctx.get<number>("cents");
    if (cents === null) throw new Error("no cents");
    return "";
  }, journal);
  expect(verdict).toEqual({ kind: "ok", then: "continues", detail: "get state (cents)" });
});

test("a run whose result was never recorded would be executed next", async () => {
  const definition = orders(async (ctx) => {
    await ctx.run("flaky", () => {
      throw new Error("down");
    });
    return "";
  });
  const journal = await recordWith(definition);
  const verdict = await verdictOf(async (ctx) => {
    await ctx.run("flaky", () => effects.push("flaky"));
    return "";
  }, journal);
  expect(verdict).toEqual({ kind: "ok", then: "continues", detail: 'run "flaky"' });
  expect(effects).not.toContain("flaky");
});

test("services and handlers that are gone, or of another kind, are reported with what there is", async () => {
  const gone = await replayJournals({ services: [mailer] }, waiting);
  expect(gone.results[0]).toMatchObject({
    wouldBreak: true,
    verdict: {
      kind: "unknown-target",
      message: 'The code has no service "Orders", only "Mailer"',
    },
  });
  const renamed = restate.workflow({
    name: "Orders",
    handlers: { run: async () => {}, start: async () => {} },
  });
  const journal = edited({ handler: "begin" });
  const handler = await replayJournals({ services: [renamed] }, journal);
  expect(messageOf(handler.results[0]?.verdict)).toBe(
    'Orders has no handler "begin", only "run", "start"',
  );
  const object = restate.object({ name: "Orders", handlers: { run: async () => {} } });
  const kind = await replayJournals({ services: [object] }, waiting);
  expect(messageOf(kind.results[0]?.verdict)).toBe(
    '"Orders" was a workflow when the invocation began, and is a virtual object now',
  );
});

test("a handler that waits for something of its own is stuck", async () => {
  const services = [orders(() => new Promise<never>(() => undefined))];
  const { isOk, results } = await replayJournals({ services, timeoutMs: 20 }, waiting);
  expect(isOk).toBe(false);
  expect(results[0]?.verdict.kind).toBe("stuck");
});

test("the seed is the one that fits, where the server did not tell it", async () => {
  const [journal] = waiting.journals;
  const seeds = ["1", ...(journal?.randomSeeds ?? [])];
  const uncertain = { ...waiting, journals: [{ ...journal, randomSeeds: seeds }] };
  expect(await verdictOf(original, uncertain)).toMatchObject({ kind: "ok" });
  const wrong = { ...waiting, journals: [{ ...journal, randomSeeds: ["1"] }] };
  expect(await verdictOf(original, wrong)).toMatchObject({ kind: "mismatch" });
});

test("a handler that went on after its cancellation is repeated with it", async () => {
  const handler: OrderHandler = async (ctx) => {
    await ctx.sleep({ days: 1 }).catch(() => undefined);
    await ctx.run("undo", () => "undone");
    return ctx.signal<string>("acknowledged");
  };
  const definition = orders(handler);
  await using env = await createTestEnvironment({ services: [definition], clock: "manual" });
  const order = env.send(definition, "order-1").run(1);
  await env.atRest();
  order.cancel();
  await env.atRest();
  expect(await verdictOf(handler, order.exportJournal())).toEqual({
    kind: "ok",
    then: "waits",
    detail: 'signal "acknowledged"',
  });
});

test.each([5, 6, 7] as const)(
  "an invocation may be exported at any time of its life (V%i)",
  async (protocol) => {
    const busy: OrderHandler = async (ctx) => {
      const steps = ["a", "b", "c"].map(async (name, index) => {
        await ctx.run(name, () => name);
        await ctx.sleep({ minutes: 3 - index });
        await ctx.serviceClient(mailer).send(name);
      });
      await Promise.race(steps);
      await Promise.all(steps);
      ctx.set("done", true);
      return "done";
    };
    const definition = orders(busy);
    const services = [definition, mailer];
    await using env = await createTestEnvironment({ services, protocol, mode: "stream" });
    const order = env.send(definition, "order-1").run(1);
    await order.result();
    const { journals, ...rest } = order.exportJournal();
    const [journal] = journals;
    const prefixes = journal!.entries.map((_, index) => ({
      ...journal,
      entries: journal!.entries.slice(0, index + 1),
    }));
    expect(prefixes.length).toBeGreaterThan(20);
    const report = await replayJournals({ services }, { ...rest, journals: prefixes });
    expect(report.isOk, renderReplayReport(report)).toBe(true);
  },
);

test("a damaged journal is unreadable, and the others are replayed", async () => {
  const [journal] = waiting.journals;
  const entries = journal?.entries.with(2, { type: "RunCommand", payload: "/////w==" });
  const damaged = { ...waiting, journals: [{ ...journal, entries }, journal] };
  const { results } = await replayJournals({ services: [orders(original), mailer] }, damaged);
  expect(results.map(({ verdict }) => verdict.kind)).toEqual(["unreadable", "ok"]);
  expect(messageOf(results[0]?.verdict)).toMatch(
    /^Entry 2 of the journal \(RunCommand\) is damaged/,
  );
  const headless = { ...waiting, journals: [{ ...journal, entries: [] }] };
  expect(messageOf(await verdictOf(original, headless))).toBe(
    "The journal begins with nothing, and not with the input",
  );
  const old = { ...waiting, journals: [{ ...journal, protocolVersion: 4 }] };
  expect(await verdictOf(original, old)).toMatchObject({ kind: "unreadable" });
});

test("several exports are replayed together, and the text names each cause once", async () => {
  const services = [
    orders(async (ctx) => {
      await ctx.run("hold", () => {});
      return "";
    }),
  ];
  const report = await replayJournals({ services }, [waiting, waiting]);
  const text = renderReplayReport(report);
  expect(text).toContain("2 invocations from test environment");
  expect(text).toContain("journal mismatch at command 1");
  expect(text.match(/recorded: run "reserve"/g)).toHaveLength(1);
  expect(text).toContain("This code would break 2 of 2 invocations.");
});

test("of very many, those that break are shown first, and the others are counted", async () => {
  const [journal] = waiting.journals;
  const gone = { ...journal, target: { service: "Gone", handler: "run" } };
  const journals = [...Array<typeof journal>(150).fill(journal), gone];
  const services = [orders(original), mailer];
  const report = await replayJournals({ services }, { ...waiting, journals });
  const lines = renderReplayReport(report).split("\n");
  expect(lines[3]).toMatch(/^BREAKS +Gone\/run/);
  expect(lines).toContain("… and 51 more (all of them with --json)");
});

async function verdictOf(
  handler: OrderHandler,
  journals: unknown = waiting,
): Promise<ReplayVerdict> {
  const options: ReplayOptions = { services: [orders(handler), mailer] };
  const { results } = await replayJournals(options, journals);
  expect(results).toHaveLength(1);
  return results[0]!.verdict;
}

function messageOf(verdict: ReplayVerdict | undefined): string {
  return verdict === undefined || verdict.kind === "ok" ? "" : verdict.message;
}

function edited(target: { readonly handler: string }): JournalExport {
  const journals = waiting.journals.map((each) => ({
    ...each,
    target: { ...each.target, ...target },
  }));
  return { ...waiting, journals };
}

async function recordWith(definition: ReturnType<typeof orders>): Promise<JournalExport> {
  await using env = await createTestEnvironment({
    services: [definition, mailer],
    clock: "manual",
  });
  const order = env.send(definition, "order-1").run(1);
  await env.atRest();
  return order.exportJournal();
}
