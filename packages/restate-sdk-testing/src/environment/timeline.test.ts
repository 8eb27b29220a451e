/** Timelines as text and as drawings. */
import * as restate from "@restatedev/restate-sdk";
import { describe, expect, test } from "vitest";
import { createTestEnvironment, fails, mockService, type TestInvocation } from "../index.js";

const emailer = restate.service({
  name: "Emailer",
  handlers: { send: async (_ctx: restate.Context, to: string) => Promise.resolve(to) },
});

const signup = restate.workflow({
  name: "Signup",
  handlers: {
    run: async (ctx: restate.WorkflowContext, user: { email: string }) => {
      await ctx.run("create account", () => ({ id: 17 }));
      ctx.set("stage", '<created> & "unconfirmed"');
      await restate.RestatePromise.all([
        ctx.run("bill; end", () => 1),
        ctx.run("ship", () => "\u0000\ud800"),
      ]);
      for (let day = 0; ; day++) {
        const clicked = await restate.RestatePromise.race([
          ctx.promise<string>("clicked").get(),
          ctx.sleep({ days: 1 }, `reminder ${day}`).map(() => undefined),
        ]);
        if (clicked !== undefined) return { clicked, day };
        ctx.serviceSendClient(emailer).send(user.email);
      }
    },
  },
});

async function invoked({ clickAfterDays }: { clickAfterDays: number }): Promise<TestInvocation> {
  const env = await createTestEnvironment({
    services: [signup, mockService(emailer, { send: () => "ok" })],
    startAt: 0,
    clock: "manual",
  });
  env.mockRun("create account", fails(2, new Error("no connection to the <database>")));
  const invocation = env
    .send(signup, "ada")
    .run({ email: `ada@example.com${" and more".repeat(30)}` });
  await env.clock.advance({ days: clickAfterDays, hours: 1 });
  if (clickAfterDays > 1) env.promiseOf(signup, "ada", "clicked").resolve("link");
  await env.atRest();
  return invocation;
}

describe("as SVG", () => {
  test("shows every attempt, entry and gap in time", async () => {
    const svg = (await invoked({ clickAfterDays: 2 })).timeline({ format: "svg" });
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="\d+" height="\d+"/);
    expect(svg.match(/>attempt \d+</g)).toHaveLength(8);
    expect(svg).toContain("failed: [500] no connection to the &lt;database&gt;");
    expect(svg).toContain(">1s later<");
    expect(svg).toContain(">1d later<");
    expect(svg).toContain("completed · 8 attempts · 2.04d of virtual time");
  });

  test("is well-formed whatever the values are", async () => {
    const svg = (await invoked({ clickAfterDays: 2 })).timeline({ format: "svg" });
    expect(svg).toContain("&lt;created&gt; &amp;");
    expect(svg).toMatch(/^[\x20-\x7e\n·…◂→✗\ufffd]+$/);
    expect(tagsOf(svg)).toEqual([]);
  });

  test("says what is still waited for", async () => {
    const svg = (await invoked({ clickAfterDays: 1 })).timeline({ format: "svg" });
    expect(svg).toContain("waits for the promise &quot;clicked&quot;");
    expect(svg).toContain('stroke-dasharray="2 3"');
  });
});

describe("as Mermaid", () => {
  test("is a sequence diagram without a sign that means something", async () => {
    const mermaid = (await invoked({ clickAfterDays: 2 })).timeline({ format: "mermaid" });
    const [head, ...lines] = mermaid.trimEnd().split("\n");
    expect(head).toBe("sequenceDiagram");
    expect(mermaid).toContain("participant H as Signup/ada/run");
    expect(mermaid).toContain("H->>R: Run #34;bill#59; #101;nd#34;");
    expect(mermaid).toContain("Note over H,R: 1d later");
    for (const line of lines) {
      expect(line.replace(/#\d+;/g, "").replace("->>", "").replace("-->>", "")).not.toMatch(
        /[#;<>%]/,
      );
    }
  });
});

/** Tags that are opened and not closed, or closed and not opened. */
function tagsOf(svg: string): string[] {
  const open: string[] = [];
  for (const [tag, slash, name = ""] of svg.matchAll(/<(\/?)([a-z]+)[^<>]*>/g)) {
    if (tag.endsWith("/>")) continue;
    if (slash === "") open.push(name);
    else if (open.at(-1) === name) open.pop();
    else open.push(tag);
  }
  return open;
}
