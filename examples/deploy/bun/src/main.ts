/** What `bun src/main.ts` serves. */
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

export default {
  port: Number(process.env["PORT"] ?? 9080),
  // Bun would cut connections that are quiet for ten seconds, and attempts are while a step takes its time.
  idleTimeout: 0,
  fetch: restate.createEndpointHandler({
    services: [greeter],
    bidirectional: true,
    ...(key !== undefined && { identityKeys: [key] }),
  }),
};
