/**
 * Last step of the build. The declarations speak of `testcontainers`, an optional peer: where it is not installed, its
 * types are `any` instead of an error for those who compile without `skipLibCheck`.
 */
import { readFileSync, writeFileSync } from "node:fs";

for (const name of ["index.d.ts", "index.d.cts"]) {
  const file = new URL(`dist/${name}`, import.meta.url);
  const declarations = readFileSync(file, "utf8");
  const tolerant = declarations.replace(
    /^import .* from 'testcontainers';$/m,
    (line) => `// @ts-ignore -- an optional peer\n${line}`,
  );
  if (tolerant === declarations) throw new Error(`${name} does not import testcontainers`);
  writeFileSync(file, tolerant);
}
