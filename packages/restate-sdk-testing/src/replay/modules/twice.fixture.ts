/** Two services with one name. */
import * as restate from "@restatedev/restate-sdk";

export const one = restate.service({ name: "Greeter", handlers: {} });
export const other = restate.service({ name: "Greeter", handlers: {} });
