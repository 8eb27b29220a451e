/** Bun.serve, which speaks HTTP/1.1. */
import { afterAll, describe } from "vitest";
import { executable, folder, host } from "./support/hosted.js";
import { prove, stopServer } from "./support/proof.js";

afterAll(stopServer);

const bun = executable("bun", ["bun/bin/bun.exe", "@oven/bun-linux-x64/bin/bun"]);

describe.each([{ bidirectional: false }, { bidirectional: true }])("Bun.serve, %o", (it) => {
  prove({
    mode: it.bidirectional ? "BidiStream" : "RequestResponse",
    // The server.
    extraArgs: ["object"],
    start: (identityKey) =>
      host({
        command: bun,
        args: [
          `--tsconfig-override=${folder}tsconfig.built.json`,
          `${folder}hosts/bun.ts`,
          identityKey,
          it.bidirectional ? "bidirectional" : "",
        ],
        useHttp11: true,
      }),
  });
});
