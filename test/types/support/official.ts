/** Where the official packages' declarations are, and what has to be taken out of them to compare. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const modules = fileURLToPath(new URL("../../../node_modules", import.meta.url));

export const officialSdk = join(modules, "official-sdk");
export const officialCore = join(modules, "official-sdk-core");

/** Declaration files of the official entry points, by the name of the package and the sub-path. */
export const officialEntries = {
  core: join(officialCore, "dist/index.d.ts"),
  root: join(officialSdk, "dist/index.d.ts"),
  node: join(officialSdk, "dist/node.d.ts"),
} as const;

/**
 * Text changed in the official declarations before anything is compared, because it would make
 * types differ that are otherwise the same, wherever they occur.
 */
export const normalisations: readonly Normalisation[] = [
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
];

export interface Normalisation {
  readonly file: string;
  readonly find: RegExp;
  readonly replace: string;
  readonly occurrences: number;
  readonly reason: string;
}

/** The text of a file after the normalisations; undefined if there are none for it. */
export function normalised(file: string, text: string): string | undefined {
  const applicable = normalisations.filter((it) => it.file === file);
  if (applicable.length === 0) return undefined;
  return applicable.reduce((result, it) => {
    const found = result.match(it.find)?.length ?? 0;
    if (found !== it.occurrences) {
      throw new Error(
        `expected ${it.find} ${it.occurrences} times in ${file}, found it ${found} times`,
      );
    }
    return result.replace(it.find, it.replace);
  }, text);
}

export function isOfficial(file: string): boolean {
  return [officialSdk, officialCore].some((root) => dirname(file).startsWith(root));
}
