/** The same in the edge runtime. */
import { createEndpointHandler } from "@restatedev/restate-sdk/fetch";
import { services } from "../../../../../services";

const handler = createEndpointHandler({
  services,
  identityKeys: [process.env.RESTATE_IDENTITY_KEY],
});

export const runtime = "edge";
export { handler as GET, handler as POST };
