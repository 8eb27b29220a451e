/** Programs written for the official package compile unchanged, and infer the same, with ours. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

import { compile, errorsByLine } from "./support/compiler.js";

const folder = new URL("usage/", import.meta.url);
const files = Object.fromEntries(
  readdirSync(folder).map((name) => [
    `test/types/usage/${name}`,
    readFileSync(new URL(name, folder), "utf8"),
  ]),
);

describe.each(["official", "ours"] as const)("with the SDK that is %s", (sdk) => {
  const program = compile({ files, sdk });

  it.each(Object.keys(files))("%s compiles", (name) => {
    expect(Object.fromEntries(errorsByLine(program, name))).toEqual({});
  });
});
