/** Snippets of docs/testing.md: the next version of services. */
import * as restate from "@restatedev/restate-sdk";
import { createTestEnvironment, mockService } from "@restatedev/restate-sdk-testing";
import { expect, test } from "vitest";
import { emailer, trial } from "./shop.fixture.js";

const shortTrial = restate.workflow({
  name: "Trial",
  handlers: {
    run: async (ctx: restate.WorkflowContext, _email: string) => {
      await ctx.sleep({ days: 7 });
      return "over";
    },
  },
});

test("a trial goes on as it began, later ones are short", async () => {
  await using env = await createTestEnvironment({
    services: [trial, mockService(emailer, { send: () => undefined })],
    clock: "manual",
  });
  const begun = env.send(trial, "ada").run("ada@example.com");
  await env.atRest();
  await env.deploy({ services: [shortTrial] });
  const later = env.send(shortTrial, "bob").run("bob@example.com");
  await env.clock.advance({ days: 8 });
  expect(await later.result()).toBe("over");
  expect(begun.waitsFor()).toContain('the promise "upgraded"');
});
