/** Serves the approval workflow on port 9080. */
import * as restate from "@restatedev/restate-sdk";
import { expenseApproval } from "./expense-approval.js";

await restate.serve({ services: [expenseApproval], port: 9080 });
