/** The services that docs/testing.md tests. */
import * as restate from "@restatedev/restate-sdk";

export const emailer = restate.service({
  name: "Emailer",
  handlers: {
    send: async (ctx: restate.Context, mail: { to: string; text: string }) => {
      await ctx.run("smtp", () => smtp(mail));
    },
  },
});

export async function pay(ctx: restate.ObjectContext<{ credit: number }>, cents: number) {
  const credit = (await ctx.get("credit")) ?? 0;
  if (credit < cents) throw new restate.TerminalError("Not enough credit", { errorCode: 402 });
  const receipt = await ctx.run("charge", () => charge(ctx.key, cents));
  ctx.set("credit", credit - cents);
  return receipt;
}

export const wallet = restate.object({ name: "Wallet", handlers: { pay } });

export const trial = restate.workflow({
  name: "Trial",
  handlers: {
    run: async (ctx: restate.WorkflowContext, email: string) => {
      for (let day = 1; day <= 30; day++) {
        const plan = await restate.RestatePromise.race([
          ctx.promise<string>("upgraded").get(),
          ctx.sleep({ days: 1 }).map(() => undefined),
        ]);
        if (plan !== undefined) return { plan, day };
        if (day % 10 === 0) {
          const mail = { to: email, text: `${30 - day} days left` };
          await ctx.serviceClient(emailer).send(mail);
        }
      }
      throw new restate.TerminalError("The trial is over", { errorCode: 408 });
    },
    upgrade: async (ctx: restate.WorkflowSharedContext, plan: string) => {
      await ctx.promise<string>("upgraded").resolve(plan);
    },
  },
});

export const expenses = restate.service({
  name: "Expenses",
  handlers: {
    approve: async (ctx: restate.Context, cents: number) => {
      const { id, promise } = ctx.awakeable<boolean>();
      await ctx.run("ask manager", () => smtp({ to: "boss@example.com", text: `${cents}? ${id}` }));
      return (await promise.orTimeout({ days: 7 })) ? "approved" : "rejected";
    },
  },
});

function smtp(_mail: { to: string; text: string }): Promise<void> {
  return Promise.reject(new Error("there is no network in tests"));
}

function charge(_customer: string, _cents: number): Promise<{ receipt: string }> {
  return Promise.reject(new Error("tests have no money"));
}
