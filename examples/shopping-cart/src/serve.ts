/** Serves carts and seats on port 9080. */
import * as restate from "@restatedev/restate-sdk";
import { seat } from "./seat.js";
import { shoppingCart } from "./shopping-cart.js";

await restate.serve({ services: [shoppingCart, seat], port: 9080 });
