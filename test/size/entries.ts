/** A small typical use of every entry point that is deployed, to be bundled and weighed. */

export interface Entry {
  readonly code: string;
  readonly platform: "node" | "browser";
}

const greeter = `restate.service({
  name: "Greeter",
  handlers: {
    greet: async (ctx, name) => "Hello " + (await ctx.run("look up", () => name)),
  },
})`;

export const entries = {
  "@restatedev/restate-sdk": {
    platform: "node",
    code: `
      import * as restate from "@restatedev/restate-sdk";
      restate.serve({ services: [${greeter}] });`,
  },
  "@restatedev/restate-sdk/node": {
    platform: "node",
    code: `
      import * as restate from "@restatedev/restate-sdk/node";
      export default restate.createEndpointHandler({ services: [${greeter}] });`,
  },
  "@restatedev/restate-sdk/fetch": {
    platform: "browser",
    code: `
      import * as restate from "@restatedev/restate-sdk/fetch";
      export default { fetch: restate.createEndpointHandler({ services: [${greeter}] }) };`,
  },
  "@restatedev/restate-sdk/lambda": {
    platform: "node",
    code: `
      import * as restate from "@restatedev/restate-sdk/lambda";
      export const handler = restate.createEndpointHandler({ services: [${greeter}] });`,
  },
  "@restatedev/restate-sdk-cloudflare-workers/fetch": {
    platform: "browser",
    code: `
      import * as restate from "@restatedev/restate-sdk-cloudflare-workers/fetch";
      export default { fetch: restate.createEndpointHandler({ services: [${greeter}] }) };`,
  },
  "@restatedev/restate-sdk-clients": {
    platform: "browser",
    code: `
      import * as restate from "@restatedev/restate-sdk-clients";
      const rs = restate.connect({ url: "http://localhost:8080" });
      export const total = rs.objectClient({ name: "Counter" }, "visits").add(1);`,
  },
  "@restatedev/restate-sdk-core": {
    platform: "browser",
    code: `
      import { iface, serde } from "@restatedev/restate-sdk-core";
      export const greeter = iface.service("Greeter", { greet: iface.json() });
      export const bytes = serde.json.serialize({ hello: "world" });`,
  },
  "@restatedev/restate-sdk-zod": {
    platform: "browser",
    code: `
      import { serde } from "@restatedev/restate-sdk-zod";
      export const input = (schema) => serde.zod(schema);`,
  },
  "@restatedev/restate-sdk-opentelemetry": {
    platform: "node",
    code: `
      import { openTelemetryHook } from "@restatedev/restate-sdk-opentelemetry";
      export const hooks = (tracer) => [openTelemetryHook({ tracer })];`,
  },
} as const satisfies Record<string, Entry>;

export type EntryName = keyof typeof entries;
