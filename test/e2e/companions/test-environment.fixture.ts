/** A test of a user, run as a process of its own so that it can be killed: it says where its server is, and stays. */
import * as restate from "@restatedev/restate-sdk";
import { RestateTestEnvironment } from "@restatedev/restate-sdk-testcontainers";

const greeter = restate.service({
  name: "Greeter",
  handlers: { greet: async (_ctx: restate.Context, name: string) => `Hello ${name}` },
});

const environment = await RestateTestEnvironment.start({ services: [greeter], runtime: "binary" });
process.send?.(environment.adminAPIBaseUrl());
