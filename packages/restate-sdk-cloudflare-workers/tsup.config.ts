/** Build of @restatedev/restate-sdk-cloudflare-workers. */
import { defineConfig } from "tsup";

import { libraryBuild } from "../../tsup.base.js";

export default defineConfig(libraryBuild(["src/index.ts", "src/fetch.ts"]));
