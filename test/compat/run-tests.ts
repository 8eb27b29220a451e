/** Runs the tests of a project that has some. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

import type { Verdict } from "./try-program.js";

/** Undefined for a project without tests. */
export function runTests(folder: string): Verdict | undefined {
  if (!existsSync(join(folder, "jest.config.js"))) return undefined;
  const jest = join(folder, "node_modules", ".bin", "jest");
  if (!existsSync(jest)) return { kind: "failed", note: "jest is not installed" };
  const { status, stdout, stderr } = spawnSync(jest, ["--maxWorkers=1", "--forceExit"], {
    cwd: folder,
    encoding: "utf8",
    timeout: 180_000,
  });
  if (status === 0) return { kind: "passed", note: "" };
  return { kind: "failed", note: `${stdout}${stderr}`.slice(-4_000) };
}
