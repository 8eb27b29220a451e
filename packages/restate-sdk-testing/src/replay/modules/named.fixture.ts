/** Services as users mostly export them: one by one, amid other things. */
import * as restate from "@restatedev/restate-sdk";

export const greeter = restate.service({
  name: "Greeter",
  handlers: { greet: async (_ctx: restate.Context, name: string) => `Hello, ${name}` },
});

export const counter = restate.object({
  name: "Counter",
  handlers: { add: async (ctx: restate.ObjectContext, by: number) => ctx.set("count", by) },
});

/** An interface has no handlers to replay against. */
export const remote = restate.iface.service("Remote", {});

export const config = { retries: 3 };
