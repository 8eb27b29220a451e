/** Build of @restatedev/restate-sdk. */
import { defineConfig } from "tsup";

import { libraryBuild } from "../../tsup.base.js";

export default defineConfig(
  libraryBuild([
    "src/fetch.ts",
    "src/index.ts",
    "src/lambda.ts",
    "src/node.ts",
    "src/transport.ts",
  ]),
);
