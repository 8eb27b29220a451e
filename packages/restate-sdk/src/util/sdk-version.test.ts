import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SDK_VERSION } from "./sdk-version.js";

test("the reported version is the one of package.json", () => {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
  );
  expect(manifest).toMatchObject({ version: SDK_VERSION });
});
