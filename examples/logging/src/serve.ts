/** Serves the checkout on port 9080, and logs JSON. LOG_LEVEL is one of pino's: trace, debug, info, warn, error. */
import * as restate from "@restatedev/restate-sdk";
import { checkout } from "./checkout.js";
import { createLogger } from "./logger.js";
import { pinoTransport } from "./pino-transport.js";

const logger = createLogger();
const port = await restate.serve({
  services: [checkout],
  port: 9080,
  logger: pinoTransport(logger),
});
logger.info({ port }, "serving");
