/** Serves the webhook on port 9080. */
import * as restate from "@restatedev/restate-sdk";
import { payments, webhook } from "./webhook.js";

if (process.env["WEBHOOK_SECRET"] === undefined) {
  throw new Error("Set WEBHOOK_SECRET to the secret that you share with the sender of the events");
}

await restate.serve({ services: [webhook, payments], port: 9080 });
