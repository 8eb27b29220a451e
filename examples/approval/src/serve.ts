/** Serves the approval workflow on port 9080, and prints what the chat delivers: the ids to answer with are in it. */
import * as restate from "@restatedev/restate-sdk";
import { chat } from "./chat.js";
import { expenseApproval } from "./expense-approval.js";

chat.onDelivered = (message) => console.log(message);
await restate.serve({ services: [expenseApproval], port: 9080 });
