/** Workflows: run once per key, with promises and state that their other handlers share. */
import * as restate from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { eventually, IngressError } from "../../support/real-server/index.js";
import { ingressErrorOf, uniqueKey } from "../support/test-helpers.js";
import { Tally } from "../support/tally.js";
import type { Behaviour } from "../support/behaviour.js";
import type { World } from "../support/world.js";

const executions = new Tally();

const approval = restate.workflow({
  name: "Approval",
  handlers: {
    run: async (ctx: restate.WorkflowContext<{ stage: string }>, document: string) => {
      await ctx.run("count", () => executions.hit(ctx.key));
      ctx.set("stage", "waiting");
      const decision = await ctx.promise<string>("decision");
      ctx.set("stage", "decided");
      return `${document}: ${decision}`;
    },

    stage: async (ctx: restate.WorkflowSharedContext<{ stage: string }>) => ctx.get("stage"),

    decide: async (ctx: restate.WorkflowSharedContext, decision: string) => {
      await ctx.promise<string>("decision").resolve(decision);
    },

    refuse: async (ctx: restate.WorkflowSharedContext, reason: string) => {
      await ctx.promise<string>("decision").reject(reason);
    },

    decidedTwice: async (ctx: restate.WorkflowSharedContext) => {
      await ctx.promise<string>("decision").resolve("first");
      try {
        await ctx.promise<string>("decision").resolve("second");
        return "no error";
      } catch (error) {
        return error instanceof restate.TerminalError ? error.code : "other error";
      }
    },

    peek: async (ctx: restate.WorkflowSharedContext) => {
      const decision = await ctx.promise<string>("decision").peek();
      return { decision, undecided: decision === undefined };
    },

    awaitDecision: async (ctx: restate.WorkflowSharedContext) =>
      ctx.promise<string>("decision").get(),

    awaitAny: async (ctx: restate.WorkflowSharedContext) =>
      restate.RestatePromise.race([
        ctx.promise<string>("decision").get(),
        ctx.sleep({ minutes: 10 }).map(() => "too late"),
      ]),
  },
});

const bytePromise = restate.workflow({
  name: "BytePromise",
  handlers: {
    run: async (ctx: restate.WorkflowContext) => {
      const bytes = await ctx.promise("bytes", restate.serde.binary);
      return [...bytes];
    },
    fill: async (ctx: restate.WorkflowSharedContext, bytes: number[]) => {
      await ctx.promise("bytes", restate.serde.binary).resolve(new Uint8Array(bytes));
    },
    failing: async (): Promise<void> => {
      throw new restate.TerminalError("shared failure", { errorCode: 422 });
    },
  },
});

const failing = restate.workflow({
  name: "FailingWorkflow",
  handlers: {
    run: async (): Promise<void> => {
      throw new restate.TerminalError("the plan failed", { errorCode: 422 });
    },
  },
});

const office = restate.service({
  name: "Office",
  handlers: {
    submitAndDecide: async (ctx: restate.Context, key: string) => {
      const result = ctx.workflowClient(approval, key).run("contract");
      await ctx.workflowClient(approval, key).decide("signed");
      return result;
    },
    submit: async (ctx: restate.Context, key: string) =>
      ctx.workflowSendClient(approval, key).run("letter").invocationId,
    submitTwice: async (ctx: restate.Context, key: string) => {
      ctx.workflowSendClient(approval, key).run("original");
      try {
        await ctx.workflowClient(approval, key).run("copy");
        return "no error";
      } catch (error) {
        return error instanceof restate.TerminalError ? error.code : "other error";
      }
    },
  },
});

export const workflows: Behaviour = {
  name: "workflows",
  services: [approval, bytePromise, failing, office],
  tests: (world) => {
    runTests(world);
    promiseTests(world);
  },
};

async function stageReached(world: World, key: string, stage: string): Promise<void> {
  await eventually(async () => {
    expect(await world.ingress.call(`Approval/${key}/stage`)).toBe(stage);
  });
}

function runTests(world: World): void {
  it("a workflow waits for a promise that a shared handler resolves", async () => {
    const key = uniqueKey();
    const { invocationId, status } = await world.ingress.send(`Approval/${key}/run`, "contract");
    expect(status).toBe("Accepted");
    await stageReached(world, key, "waiting");
    await world.ingress.call(`Approval/${key}/decide`, "signed");
    expect(await world.ingress.attach(invocationId)).toBe("contract: signed");
    expect(await world.ingress.call(`Approval/${key}/stage`)).toBe("decided");
  });

  it("its result is found by its key, before and after it is done", async () => {
    const key = uniqueKey();
    const target = { workflow: "Approval", key };
    expect(await world.ingress.output(target)).toEqual({ kind: "not found" });
    await world.ingress.send(`Approval/${key}/run`, "contract");
    expect(await world.ingress.output(target)).toEqual({ kind: "not ready" });
    const attached = world.ingress.attach(target);
    await world.ingress.call(`Approval/${key}/decide`, "signed");
    expect(await attached).toBe("contract: signed");
    expect(await world.ingress.output(target)).toEqual({
      kind: "ready",
      value: "contract: signed",
    });
  });

  it("submitting it again starts nothing new", async () => {
    const key = uniqueKey();
    const first = await world.ingress.send(`Approval/${key}/run`, "original");
    const second = await world.ingress.send(`Approval/${key}/run`, "copy");
    expect(second).toMatchObject({
      invocationId: first.invocationId,
      status: "PreviouslyAccepted",
    });
    await world.ingress.call(`Approval/${key}/decide`, "signed");
    expect(await world.ingress.attach(first.invocationId)).toBe("original: signed");
    expect(executions.count(key)).toBe(1);
  });

  it("calling it again from the ingress waits for the first run", async () => {
    const key = uniqueKey();
    const first = world.ingress.call(`Approval/${key}/run`, "original");
    await stageReached(world, key, "waiting");
    const second = world.ingress.call(`Approval/${key}/run`, "copy").catch((error: unknown) => {
      if (error instanceof IngressError) return error.status;
      throw error;
    });
    await world.ingress.call(`Approval/${key}/decide`, "signed");
    expect(await first).toBe("original: signed");
    expect(["original: signed", 409]).toContain(await second);
    expect(executions.count(key)).toBe(1);
  });

  it("a service submits a workflow and uses its shared handlers", async () => {
    expect(await world.ingress.call("Office/submitAndDecide", uniqueKey())).toBe(
      "contract: signed",
    );
  });

  it("a service sends a workflow", async () => {
    const key = uniqueKey();
    const id = await world.ingress.call<string>("Office/submit", key);
    await world.ingress.call(`Approval/${key}/decide`, "sent");
    expect(await world.ingress.attach(id)).toBe("letter: sent");
  });

  it("a service that calls a running workflow again gets a conflict", async () => {
    const key = uniqueKey();
    expect(await world.ingress.call("Office/submitTwice", key)).toBe(409);
  });

  it("a failed workflow fails whoever attaches to it", async () => {
    const key = uniqueKey();
    await world.ingress.send(`FailingWorkflow/${key}/run`);
    const error = await ingressErrorOf(world.ingress.attach({ workflow: "FailingWorkflow", key }));
    expect(error).toMatchObject({ status: 422, message: "the plan failed" });
  });
}

function promiseTests(world: World): void {
  it("a promise resolved before the workflow runs is there when it awaits it", async () => {
    const key = uniqueKey();
    await world.ingress.call(`Approval/${key}/decide`, "early");
    expect(await world.ingress.call(`Approval/${key}/run`, "contract")).toBe("contract: early");
  });

  it("a rejected promise is a terminal error for the workflow", async () => {
    const key = uniqueKey();
    const failure = ingressErrorOf(world.ingress.call(`Approval/${key}/run`, "contract"));
    await world.ingress.call(`Approval/${key}/refuse`, "bad paper");
    expect(await failure).toMatchObject({ message: "bad paper" });
  });

  it("peeking shows undefined, then the value", async () => {
    const key = uniqueKey();
    expect(await world.ingress.call(`Approval/${key}/peek`)).toEqual({ undecided: true });
    await world.ingress.call(`Approval/${key}/decide`, "yes");
    expect(await world.ingress.call(`Approval/${key}/peek`)).toEqual({
      decision: "yes",
      undecided: false,
    });
  });

  it("a promise can be completed once", async () => {
    expect(await world.ingress.call(`Approval/${uniqueKey()}/decidedTwice`)).toBe(409);
  });

  it.for(["awaitDecision", "awaitAny"])(
    "a shared handler awaits the promise as well: %s",
    async (handler) => {
      const key = uniqueKey();
      const { invocationId } = await world.ingress.send(`Approval/${key}/${handler}`);
      await world.ingress.call(`Approval/${key}/decide`, "yes");
      expect(await world.ingress.attach(invocationId)).toBe("yes");
    },
  );

  it("a promise may hold bytes", async () => {
    const key = uniqueKey();
    await world.ingress.call(`BytePromise/${key}/fill`, [0, 200]);
    expect(await world.ingress.call(`BytePromise/${key}/run`)).toEqual([0, 200]);
  });

  it("a failing shared handler leaves the workflow alone", async () => {
    const key = uniqueKey();
    expect((await ingressErrorOf(world.ingress.call(`BytePromise/${key}/failing`))).status).toBe(
      422,
    );
    await world.ingress.call(`BytePromise/${key}/fill`, [1]);
    expect(await world.ingress.call(`BytePromise/${key}/run`)).toEqual([1]);
  });
}
