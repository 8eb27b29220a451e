/** Everything below /api/restate is Restate's. */
import * as restate from "@restatedev/restate-sdk/fetch";

const greeter = restate.service({
  name: "Greeter",
  handlers: {
    greet: async (ctx: restate.Context, name: string): Promise<string> => {
      const id = await ctx.run("pick an id", () => crypto.randomUUID());
      await ctx.sleep({ seconds: 1 });
      return `Hello ${name}, your number is ${id}`;
    },
  },
});

const key = process.env["RESTATE_IDENTITY_KEY"];
const handler = restate.createEndpointHandler({
  services: [greeter],
  ...(key !== undefined && { identityKeys: [key] }),
});

export { handler as GET, handler as POST };
