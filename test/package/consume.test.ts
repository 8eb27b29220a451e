/** What a user gets: the packed packages, checked, installed, compiled against and run. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { compilers, createConsumer, packageFolders, run } from "./consumer.js";
import type { Consumer } from "./consumer.js";

const resolutions = [
  { moduleResolution: "node16", module: "node16", files: ["esm.mts", "cjs.cts"] },
  { moduleResolution: "nodenext", module: "nodenext", files: ["esm.mts", "cjs.cts"] },
  { moduleResolution: "bundler", module: "esnext", files: ["esm.mts"] },
] as const;

let consumer: Consumer;

beforeAll(() => {
  consumer = createConsumer();
}, 180_000);

afterAll(() => {
  consumer.remove();
});

describe.each(packageFolders.map((folder, index) => ({ folder, index })))(
  "the tarball of packages/$folder",
  ({ index }) => {
    const tarball = (): string => consumer.tarballs[index] ?? "";

    test("holds the build, a licence and a README, and nothing else", () => {
      const paths = run("tar", consumer.directory, ["-tzf", tarball()]).trim().split("\n");
      const besidesDist = paths.filter((path) => !path.startsWith("package/dist/"));
      expect(besidesDist.sort()).toEqual([
        "package/LICENSE",
        "package/README.md",
        "package/package.json",
      ]);
    });

    test("has no fault that publint knows", () => {
      runTool("publint", ["--strict", tarball()]);
    });

    test("gives every resolution mode the types of the module it loads", () => {
      runTool("attw", ["--no-definitely-typed", tarball()]);
    });
  },
);

describe.each(Object.entries(compilers))("%s", (_, { alias }) => {
  test.each(resolutions)("compiles a consumer with $moduleResolution", (resolution) => {
    compile(alias, { ...resolution, noEmit: true });
  });
});

describe("the compiled consumer", () => {
  beforeAll(() => {
    compile(compilers["TypeScript 6.0"].alias, { ...resolutions[0], outDir: "out" });
  });

  test.each(readdirSync(new URL("fixtures", import.meta.url)))("%s runs", (file) => {
    const output = join("out", file.replace(/ts$/, "js"));
    expect(JSON.parse(run(process.execPath, consumer.directory, [output]))).toEqual({
      services: ["Greeter", "Counter", "Signup"],
      sameErrorClass: true,
      roundTrip: "hello",
    });
  });
});

test.each(["README.md", ...packageFolders.map((folder) => `packages/${folder}/README.md`)])(
  "the examples in %s compile",
  (path) => {
    const text = readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
    const examples = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = ""]) => code);
    expect(examples).not.toHaveLength(0);
    const files = examples.map((code, index) => {
      const file = `example-${index}.mts`;
      writeFileSync(join(consumer.directory, file), code);
      return file;
    });
    compile(compilers["TypeScript 6.0"].alias, { ...resolutions[1], files, noEmit: true });
  },
);

interface Compilation {
  readonly files: readonly string[];
  readonly module: string;
  readonly moduleResolution: string;
  readonly noEmit?: boolean;
  readonly outDir?: string;
}

function compile(compiler: string, { files, ...options }: Compilation): void {
  // Our declarations must stand on their own, so they are checked too; DOM types are not assumed.
  const compilerOptions = {
    target: "es2022",
    lib: ["es2022"],
    types: ["node"],
    strict: true,
    skipLibCheck: false,
    ...options,
  };
  writeFileSync(
    join(consumer.directory, "tsconfig.json"),
    JSON.stringify({ compilerOptions, files }),
  );
  const tsc = join("node_modules", compiler, "bin", "tsc");
  run(process.execPath, consumer.directory, [tsc, "-p", "tsconfig.json"]);
}

/** Runs a command-line tool of this repository. */
function runTool(name: string, args: readonly string[]): void {
  const script = fileURLToPath(new URL(`../../node_modules/.bin/${name}`, import.meta.url));
  run(process.execPath, consumer.directory, [script, ...args]);
}
