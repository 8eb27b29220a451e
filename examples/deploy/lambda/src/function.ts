/** The function: Restate invokes it once for each attempt. */
import * as restate from "@restatedev/restate-sdk/lambda";

const greeter = restate.service({
  name: "Greeter",
  handlers: {
    greet: async (ctx: restate.Context, name: string): Promise<string> => {
      const id = await ctx.run("pick an id", () => crypto.randomUUID());
      // The function is not running meanwhile, and is not paid for.
      await ctx.sleep({ seconds: 1 });
      return `Hello ${name}, your number is ${id}`;
    },
  },
});

// No identity keys: who may invoke the function is a matter of IAM. A function URL would need them.
export const handler = restate.createEndpointHandler({ services: [greeter] });
