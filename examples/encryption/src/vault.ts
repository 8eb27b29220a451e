/** A virtual object whose values are encrypted wherever Restate keeps them. */
import * as restate from "@restatedev/restate-sdk";

export const vault = restate.object({
  name: "Vault",
  handlers: {
    store: async (ctx: restate.ObjectContext, secret: string) => {
      const stored = await ctx.run("check", () => secret.trim());
      ctx.set("secret", stored);
      return `stored ${stored}`;
    },
    reveal: restate.handlers.object.shared(async (ctx: restate.ObjectSharedContext) =>
      ctx.get<string>("secret"),
    ),
  },
});
