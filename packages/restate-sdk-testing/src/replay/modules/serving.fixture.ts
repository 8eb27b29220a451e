/** A module that serves its services when it is imported, and waits until it does. */
import * as restate from "@restatedev/restate-sdk";
import { greeter } from "./named.fixture.js";

export const port = await restate.serve({
  services: [greeter],
  port: 9080,
  logger: () => undefined,
});

export const services = [greeter];
