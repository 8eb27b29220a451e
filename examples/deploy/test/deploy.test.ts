/** Each entry, bundled as its platform does: is it discovered, does it run, and whom does it let in? */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Context, ServiceDefinition } from "@restatedev/restate-sdk";
import { createTestEnvironment } from "@restatedev/restate-sdk-testing";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

type Fetch = (request: Request) => Promise<Response>;

interface Platform {
  readonly entry: string;
  readonly mode: "BIDI_STREAM" | "REQUEST_RESPONSE";
  /** What the platform calls. The key is that of the server, if it signs its requests. */
  readonly load: (module: unknown, key: string | undefined) => Fetch;
}

const FETCH_OF_DEFAULT = (module: unknown): Fetch =>
  (module as { default: { fetch: Fetch } }).default.fetch;

const platforms: Readonly<Record<string, Platform>> = {
  bun: { entry: "bun/src/main.ts", mode: "BIDI_STREAM", load: FETCH_OF_DEFAULT },
  deno: { entry: "deno/src/main.ts", mode: "BIDI_STREAM", load: FETCH_OF_DEFAULT },
  "cloudflare-workers": {
    entry: "cloudflare-workers/src/worker.ts",
    mode: "REQUEST_RESPONSE",
    load: (module, key) => {
      const { fetch } = (
        module as { default: { fetch: (...args: unknown[]) => Promise<Response> } }
      ).default;
      const environment = {
        GREETING: "Hello",
        ...(key !== undefined && { RESTATE_IDENTITY_KEY: key }),
      };
      return (request) => fetch(request, environment, {});
    },
  },
  next: {
    entry: "next/app/api/restate/[[...path]]/route.ts",
    mode: "REQUEST_RESPONSE",
    load: (module) => (request) => {
      const route = module as Partial<Record<string, Fetch>>;
      const handle = route[request.method];
      return handle?.(request) ?? Promise.resolve(new Response(null, { status: 405 }));
    },
  },
};

const folder = new URL("../", import.meta.url);
const KEY = "publickeyv1_w7YHemBctH5Ck2nQRQ47iBBqhNHy4FV7t2Usbye2A6f";
let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "restate-deploy-"));
  vi.stubGlobal("Deno", { env: { get: (name: string) => process.env[name] } });
});
beforeEach(() => {
  vi.stubEnv("RESTATE_LOGGING", "ERROR");
  // Whoever is not let in is reported.
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});
afterAll(async () => {
  vi.unstubAllGlobals();
  await rm(scratch, { recursive: true });
});

describe.each(Object.entries(platforms))("on %s", (name, { entry, mode, load }) => {
  const loaded = async (key?: string): Promise<Fetch> => {
    vi.stubEnv("RESTATE_IDENTITY_KEY", key);
    const bundle = await bundled(entry, `${name}.mjs`, { format: "esm", platform: "neutral" });
    // Another module each time, for another environment.
    return load(await import(`${pathToFileURL(bundle).href}?key=${key}`), key);
  };

  it("says what it serves, and how attempts run", async () => {
    const manifest = await discover(await loaded());
    expect(manifest).toMatchObject({ protocolMode: mode, services: [{ name: "Greeter" }] });
  });

  it("runs the greeter", async () => {
    expect(await greet(await loaded())).toMatch(/^Hello Ada, your number is [-0-9a-f]{36}$/);
  });

  it("lets in nobody but the server, once it has its key", async () => {
    const fetch = await loaded(KEY);
    expect((await fetch(discovery())).status).toBe(401);
  });

  it("asks nothing of Node but the environment", async () => {
    const bundle = await bundled(entry, `${name}.mjs`, { format: "esm", platform: "neutral" });
    expect(await readFile(bundle, "utf8")).not.toMatch(/\bfrom ?"node:|require\("/);
  });
});

describe("on lambda", () => {
  // As SAM bundles it: see BuildProperties of the template.
  const loaded = async (): Promise<Fetch> => {
    const bundle = await bundled("lambda/src/function.ts", "function.cjs", {
      format: "cjs",
      platform: "node",
    });
    const { handler } = (await import(pathToFileURL(bundle).href)) as { handler: Lambda };
    return async (request) => {
      const { statusCode, headers, body } = await handler({
        path: new URL(request.url).pathname,
        httpMethod: request.method,
        headers: Object.fromEntries(request.headers),
        body: Buffer.from(await request.arrayBuffer()).toString("base64"),
        isBase64Encoded: true,
      });
      return new Response(Buffer.from(body, "base64"), { status: statusCode, headers });
    };
  };

  it("says what it serves, and how attempts run", async () => {
    const manifest = await discover(await loaded());
    const services = [{ name: "Greeter" }];
    expect(manifest).toMatchObject({ protocolMode: "REQUEST_RESPONSE", services });
  });

  it("runs the greeter", async () => {
    expect(await greet(await loaded())).toMatch(/^Hello Ada, your number is [-0-9a-f]{36}$/);
  });

  it("has the entry and the handler that the template names", async () => {
    const template = await readFile(new URL("lambda/template.yaml", folder), "utf8");
    expect(template).toContain("EntryPoints: [src/function.ts]");
    expect(template).toContain("Handler: function.handler");
  });
});

it("wrangler and Deno are told of the entries and packages that there are", async () => {
  const wrangler = await readFile(new URL("cloudflare-workers/wrangler.toml", folder), "utf8");
  expect(wrangler).toContain('main = "src/worker.ts"');
  const deno = JSON.parse(await readFile(new URL("deno/deno.json", folder), "utf8")) as {
    readonly imports: Readonly<Record<string, string>>;
    readonly tasks: { readonly start: string };
  };
  const main = await readFile(new URL(platforms["deno"]?.entry ?? "", folder), "utf8");
  for (const [, specifier] of main.matchAll(/from "(.+)"/g)) {
    expect(Object.keys(deno.imports)).toContain(specifier);
  }
  expect(deno.tasks.start).toContain("src/main.ts");
});

type Lambda = (event: object) => Promise<{
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}>;

interface Bundle {
  readonly format: "esm" | "cjs";
  readonly platform: "neutral" | "node";
}

async function bundled(entry: string, name: string, { format, platform }: Bundle): Promise<string> {
  const outfile = join(scratch, name);
  await build({
    entryPoints: [fileURLToPath(new URL(entry, folder))],
    outfile,
    tsconfig: fileURLToPath(new URL("../../tsconfig.json", folder)),
    bundle: true,
    minify: true,
    format,
    platform,
    target: "node20",
    logLevel: "error",
  });
  return outfile;
}

function discovery(): Request {
  const accept = "application/vnd.restate.endpointmanifest.v4+json";
  return new Request("http://localhost/api/restate/discover", { headers: { accept } });
}

async function discover(fetch: Fetch): Promise<unknown> {
  const response = await fetch(discovery());
  expect(response.status).toBe(200);
  return response.json();
}

type Greeter = ServiceDefinition<
  "Greeter",
  { greet: (ctx: Context, name: string) => Promise<string> }
>;

async function greet(fetch: Fetch): Promise<unknown> {
  await using env = await createTestEnvironment({ deployments: [{ fetch }] });
  const greeter = env.ingress.serviceClient<Greeter>({ name: "Greeter" });
  return await greeter.greet("Ada");
}
