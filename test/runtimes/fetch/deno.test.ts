/** Deno.serve, which speaks HTTP/1.1 and HTTP/2; the environment stays closed to the program. */
import { afterAll, describe } from "vitest";
import { executable, folder, host } from "./support/hosted.js";
import { prove, stopServer } from "./support/proof.js";

afterAll(stopServer);

const deno = executable("deno", [
  `@deno/${process.platform}-${process.arch}-glibc/deno`,
  "deno/deno",
]);

describe.each([
  { bidirectional: false, useHttp11: true },
  { bidirectional: false, useHttp11: false },
  { bidirectional: true, useHttp11: false },
])("Deno.serve, %o", ({ bidirectional, useHttp11 }) => {
  prove({
    mode: bidirectional ? "BidiStream" : "RequestResponse",
    // Where the connection comes from.
    extraArgs: ["object"],
    start: (identityKey) =>
      host({
        command: deno,
        args: [
          "run",
          "--no-prompt",
          "--deny-env",
          "--allow-net=127.0.0.1",
          "--no-check",
          "--unstable-sloppy-imports",
          `--config=${folder}hosts/deno.json`,
          `${folder}hosts/deno.ts`,
          identityKey,
          bidirectional ? "bidirectional" : "",
        ],
        useHttp11,
      }),
  });
});
