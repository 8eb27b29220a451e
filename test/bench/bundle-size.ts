/**
 * How many bytes a bundled and minified hello world takes with either SDK:
 *
 *   npx tsx test/bench/bundle-size.ts
 *
 * What our entry points may weigh is kept by test/size.
 */
import { weigh } from "../size/measure.js";

const HELLO = `
  import * as restate from "bench-sdk";
  restate.serve({
    services: [
      restate.service({ name: "Hello", handlers: { greet: async (_ctx, name) => "Hello " + name } }),
    ],
  });
`;

const SDKS = { official: "official-sdk", ours: "@restatedev/restate-sdk" };

const weights = await Promise.all(
  Object.entries(SDKS).map(async ([name, sdk]) => {
    const weight = await weigh({ code: HELLO, platform: "node" }, { "bench-sdk": sdk });
    return { name, ...weight };
  }),
);
console.log("| SDK | minified bytes | gzip bytes |\n| --- | ---: | ---: |");
for (const { name, bytes, gzipBytes } of weights) {
  console.log(`| ${name} | ${bytes.toLocaleString("en")} | ${gzipBytes.toLocaleString("en")} |`);
}
