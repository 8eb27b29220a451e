/** Serves the payouts and the opening of accounts on port 9080. */
import * as restate from "@restatedev/restate-sdk";
import { accountOpening, payouts } from "./payouts.js";

await restate.serve({ services: [payouts, accountOpening], port: 9080 });
