/** The Worker. Its environment is there with the first request, so that is when the handler is made. */
import * as restate from "@restatedev/restate-sdk-cloudflare-workers/fetch";

interface Environment {
  /** The server's public key, as a secret. */
  readonly RESTATE_IDENTITY_KEY?: string;
  readonly GREETING: string;
}

const greeter = restate.service({
  name: "Greeter",
  handlers: {
    greet: async (ctx: restate.Context, name: string): Promise<string> => {
      const [{ GREETING }] = ctx.request().extraArgs as [Environment];
      const id = await ctx.run("pick an id", () => crypto.randomUUID());
      await ctx.sleep({ seconds: 1 });
      return `${GREETING} ${name}, your number is ${id}`;
    },
  },
});

let handler: ReturnType<typeof restate.createEndpointHandler> | undefined;

export default {
  fetch(request: Request, environment: Environment, context: unknown): Promise<Response> {
    const { RESTATE_IDENTITY_KEY: key } = environment;
    handler ??= restate.createEndpointHandler({
      services: [greeter],
      ...(key !== undefined && { identityKeys: [key] }),
    });
    return handler(request, environment, context);
  },
};
