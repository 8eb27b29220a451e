/** The program that a ChildHost runs: serves the services of one module and reports when it listens. */
import { createEndpointHandler, type EndpointOptions } from "@restatedev/restate-sdk";
import { serveInProcess } from "./in-process-host.js";

const [servicesModule, port] = process.argv.slice(2) as [string, string];
const { services } = (await import(servicesModule)) as Pick<EndpointOptions, "services">;

await serveInProcess({ handler: createEndpointHandler({ services }), port: Number(port) });
process.send?.("listening");
