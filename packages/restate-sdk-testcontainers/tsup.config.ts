/** Build of @restatedev/restate-sdk-testcontainers. */
import { defineConfig } from "tsup";

import { libraryBuild } from "../../tsup.base.js";

// The package looks others up from where it is itself, which CommonJS spells differently.
export default defineConfig({ ...libraryBuild(["src/index.ts"]), shims: true });
