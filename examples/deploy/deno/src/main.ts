/** What `deno serve src/main.ts` serves. */
import * as restate from "@restatedev/restate-sdk/fetch";

declare const Deno: { readonly env: { get(name: string): string | undefined } };

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

const key = Deno.env.get("RESTATE_IDENTITY_KEY");
const handler = restate.createEndpointHandler({
  services: [greeter],
  bidirectional: true,
  ...(key !== undefined && { identityKeys: [key] }),
});

export default { fetch: handler };
