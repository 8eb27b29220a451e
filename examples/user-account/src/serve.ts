/** Serves accounts and transfers on port 9080. */
import * as restate from "@restatedev/restate-sdk";
import { transfers } from "./transfers.js";
import { userAccount } from "./user-account.js";

await restate.serve({ services: [userAccount, transfers], port: 9080 });
