/**
 * Where the official packages' declarations are, and what has to be taken out of them to compare.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const modules = fileURLToPath(new URL("../../../node_modules", import.meta.url));

const officialSdk = join(modules, "official-sdk");
const officialCore = join(modules, "official-sdk-core");
const officialWorkers = join(modules, "official-sdk-cloudflare-workers");
const officialClients = join(modules, "official-sdk-clients");

/** Declaration files of the official entry points, by the name of the package and the sub-path. */
export const officialEntries = {
  core: join(officialCore, "dist/index.d.ts"),
  root: join(officialSdk, "dist/index.d.ts"),
  node: join(officialSdk, "dist/node.d.ts"),
  fetch: join(officialSdk, "dist/fetch.d.ts"),
  workers: join(officialWorkers, "dist/index.d.ts"),
  workersFetch: join(officialWorkers, "dist/fetch.d.ts"),
  clients: join(officialClients, "dist/index.d.ts"),
  lambda: join(officialSdk, "dist/lambda.d.ts"),
  zod: join(modules, "official-sdk-zod/dist/index.d.ts"),
  opentelemetry: join(modules, "official-sdk-opentelemetry/dist/index.d.ts"),
  testcontainers: join(modules, "official-sdk-testcontainers/dist/index.d.ts"),
} as const;

/**
 * Text changed in the official declarations before anything is compared, because it would make
 * types differ that are otherwise the same, wherever they occur.
 */
const normalisations: readonly Normalisation[] = [
  {
    file: join(officialSdk, "dist/types/rpc.d.ts"),
    find: /private (readonly opts|constructor\(\));/g,
    replace: "",
    occurrences: 4,
    reason:
      "Opts and SendOpts have private members there. Two declarations of a class with a private " +
      "member are never assignable, and every client method takes one of these.",
  },
  {
    file: join(officialSdk, "dist/context.d.ts"),
    find: /(import \{ Client, .* \} from) "\.\/types\/rpc\.js"/g,
    replace: '$1 "ours:root"',
    occurrences: 1,
    reason:
      "The result of a generic method, such as Client<Service<D>>, can only be compared with itself. " +
      "The client types are compared by their own names.",
  },
  {
    file: join(officialSdk, "dist/types/rpc.d.ts"),
    find: /handlers: (?=(Service|Object|Workflow)Opts<M>)/g,
    replace: 'handlers: import("ours:root").',
    occurrences: 3,
    reason: "The same for the parameters of the generic functions service, object and workflow.",
  },
  {
    file: join(officialClients, "dist/api.d.ts"),
    find: /(?<=\): )(?=Ingress(Workflow|Send)?Client(FromDescriptors)?<)/g,
    replace: 'import("ours:clients").',
    occurrences: 9,
    reason: "The same for the clients that the generic methods of an ingress return.",
  },
  {
    file: join(modules, "official-sdk-testcontainers/dist/restate_test_environment.d.ts"),
    find: /^ {2}private .*;$/gm,
    replace: "",
    occurrences: 5,
    reason:
      "StateProxy has private members there, which no other declaration can supply. RestateTestEnvironment " +
      "returns one.",
  },
];

interface Normalisation {
  readonly file: string;
  readonly find: RegExp;
  readonly replace: string;
  readonly occurrences: number;
  readonly reason: string;
}

/** The text of a file after the normalisations that there are for it. */
export function normalised(file: string, text: string | undefined): string | undefined {
  return normalisations
    .filter((it) => it.file === file)
    .reduce((result, { find, replace, occurrences }) => {
      const found = result?.match(find)?.length ?? 0;
      if (found !== occurrences) {
        throw new Error(`expected ${String(find)} ${occurrences} times in ${file}, found ${found}`);
      }
      return result?.replace(find, replace);
    }, text);
}
