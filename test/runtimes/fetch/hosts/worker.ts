/** A Cloudflare Worker. Its environment holds the identity key, and in MODE `bidirectional` or nothing. */
import {
  createEndpointHandler,
  TerminalError,
} from "@restatedev/restate-sdk-cloudflare-workers/fetch";
import { TerminalError as sameClass } from "@restatedev/restate-sdk/fetch";
import { services } from "../services.js";

interface Environment {
  readonly IDENTITY_KEY: string;
  readonly MODE?: string;
}

let handler: ReturnType<typeof createEndpointHandler> | undefined;

export default {
  fetch(request: Request, env: Environment, context: unknown): Promise<Response> {
    if (TerminalError !== sameClass) throw new Error("there are two copies of the SDK");
    handler ??= createEndpointHandler({
      services,
      identityKeys: [env.IDENTITY_KEY],
      bidirectional: env.MODE === "bidirectional",
    });
    return handler(request, env, context);
  },
};
