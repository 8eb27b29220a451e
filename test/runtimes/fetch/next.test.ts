/** Routes of a Next.js application, built and started: below a path, with GET and POST. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe } from "vitest";
import { folder, host, packageFolder } from "./support/hosted.js";
import { prove, stopServer } from "./support/proof.js";

const application = join(folder, "next-app");
const next = join(packageFolder("next"), "dist/bin/next");
const quiet = { NEXT_TELEMETRY_DISABLED: "1" };

beforeAll(async () => {
  // Routes are evaluated during the build, too, where nobody knows the key of the server yet.
  const env = { ...process.env, ...quiet, RESTATE_IDENTITY_KEY: ANY_KEY };
  await promisify(execFile)(process.execPath, [next, "build"], { cwd: application, env });
}, 300_000);

afterAll(stopServer);

describe.each(["/api/restate", "/api/edge"])("the route %s of Next.js", (path) => {
  prove({
    mode: "RequestResponse",
    // The parameters of the route.
    extraArgs: ["object"],
    start: (identityKey) =>
      host({
        command: process.execPath,
        args: [next, "start", application, "--port", "0", "--hostname", "127.0.0.1"],
        env: { ...quiet, RESTATE_IDENTITY_KEY: identityKey, RESTATE_LOGGING: "ERROR" },
        listening: /http:\/\/127\.0\.0\.1:(\d+)/,
        useHttp11: true,
        path,
      }),
  });
});

const ANY_KEY = "publickeyv1_2G8dCQhArfvGpzPw5Vx2ALciR4xCLHfS5YaT93XjNxX9";
