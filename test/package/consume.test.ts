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
  ({ folder, index }) => {
    const tarball = (): string => consumer.tarballs[index] ?? "";

    test("holds the build, a licence and what is to be read, and nothing else", () => {
      const paths = run("tar", consumer.directory, ["-tzf", tarball()]).trim().split("\n");
      const besidesDist = paths.filter((path) => !path.startsWith("package/dist/"));
      // Rules for coding agents come with the SDK itself.
      const rules = folder === "restate-sdk" ? ["package/AGENTS.md"] : [];
      expect(besidesDist.sort()).toEqual([
        ...rules,
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

test("what a library of the user's returns keeps its types in the library's declarations", () => {
  writeFileSync(join(consumer.directory, "library.mts"), LIBRARY);
  const [resolution] = resolutions;
  const emit = { ...resolution, files: ["library.mts"], declaration: true, outDir: "library" };
  compile(compilers["TypeScript 6.0"].alias, emit);
  const declarations = readFileSync(join(consumer.directory, "library/library.d.mts"), "utf8");
  expect(declarations).toContain("nap: (ctx: restate.Context) => Promise<void> & restate.");
  expect(declarations).not.toMatch(/\bany\b/);
});

/** Whatever type is inferred here must have a name that the package exports. */
const LIBRARY = `
import * as restate from "@restatedev/restate-sdk";
const greeter = restate.service({ name: "g", handlers: { greet: async (ctx: restate.Context) => "hi" } });
export const nap = (ctx: restate.Context) => ctx.sleep(1);
export const step = <T,>(ctx: restate.Context, act: restate.AbortableRunAction<T>) => ctx.run(act);
export const call = (ctx: restate.Context) => ctx.serviceClient(greeter).greet();
export const client = (ctx: restate.Context) => ctx.serviceClient(greeter);
export const promise = (ctx: restate.WorkflowContext) => ctx.promise<string>("p");
export const awakeable = (ctx: restate.Context) => ctx.awakeable<string>();
export const signal = (ctx: restate.Context) => ctx.signal<string>("s");
export const scoped = (ctx: restate.Context) => ctx.scope("s");
export const facets = (ctx: restate.Context) => [ctx.rand, ctx.date, ctx.request()] as const;
export const select = (ctx: restate.Context) => restate.RestatePromise.select({ nap: ctx.sleep(1) });
export const completed = (ctx: restate.Context) => restate.RestatePromise.asCompleted([ctx.sleep(1)]);
export const handler = restate.createEndpointHandler({ services: [greeter] });
export const options = restate.rpc.opts({ idempotencyKey: "k" });
export const endpoint = restate.endpoint();
`;

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
  readonly declaration?: boolean;
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
