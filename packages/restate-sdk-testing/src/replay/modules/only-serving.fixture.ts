/** A module that serves and exports nothing of use. */
import * as restate from "@restatedev/restate-sdk";
import { greeter } from "./named.fixture.js";

export const nothing = restate.serve({
  services: [greeter],
  port: 9080,
  logger: () => undefined,
});
