/** Build of @restatedev/restate-sdk-testing. */
import { defineConfig } from "tsup";

import { libraryBuild } from "../../tsup.base.js";

export default defineConfig(
  libraryBuild(["src/index.ts", "src/matchers.ts", "src/vitest.ts", "src/replay/bin.ts"]),
);
