/** Next.js looks for packages and sources above its folder only if it is told to. */
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

export default {
  // Nothing else looks into a folder of that name.
  distDir: "node_modules/.next",
  turbopack: { root },
  outputFileTracingRoot: root,
};
