/** Serves orders and customers on port 9080. */
import * as restate from "@restatedev/restate-sdk";
import { customers } from "./customers.js";
import { orders } from "./orders.js";

await restate.serve({ services: [orders, customers], port: 9080 });
