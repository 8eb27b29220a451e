/** A route of Next.js below which the services are served. */
import { createEndpointHandler } from "@restatedev/restate-sdk/fetch";
import { services } from "../../../../../services";

const handler = createEndpointHandler({
  services,
  identityKeys: [process.env.RESTATE_IDENTITY_KEY],
});

export { handler as GET, handler as POST };
