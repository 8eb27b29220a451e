/** Serves one version of the loan: `serve.ts v1` on port 9081, `serve.ts v2` on port 9082. */
import * as restate from "@restatedev/restate-sdk";
import * as v1 from "./v1.js";
import * as v2 from "./v2.js";

const isFirst = process.argv[2] === "v1";
const { loan } = isFirst ? v1 : v2;

await restate.serve({ services: [loan], port: isFirst ? 9081 : 9082 });
