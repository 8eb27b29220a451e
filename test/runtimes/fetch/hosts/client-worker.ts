/** Answers with what the ingress client saw in a Worker. The ingress is in the path. */
import { useClient } from "./client.js";

export default {
  fetch: async (request: Request) =>
    Response.json(await useClient(decodeURIComponent(new URL(request.url).pathname.slice(1)))),
};
