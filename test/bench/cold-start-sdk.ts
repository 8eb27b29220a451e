/** A hello world on Lambda, with the SDK that `bench-sdk` stands for. */
import { createEndpointHandler, service, type Context } from "bench-sdk/lambda";

const hello = service({
  name: "Bench",
  handlers: { echo: async (_ctx: Context, text: string) => Promise.resolve(text) },
});

export const handler = createEndpointHandler({ services: [hello], logger: () => undefined });
