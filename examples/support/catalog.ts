/** Finds the examples: every folder beside this one with an `example.ts`. */
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import type { Example } from "./contract.js";

const examples = new URL("../", import.meta.url);

export async function exampleNames(): Promise<string[]> {
  const names = await readdir(examples);
  return names.filter((name) => existsSync(fileOf(name))).sort();
}

/** @throws Error if there is no example of that name */
export async function loadExample(name: string): Promise<Example> {
  const names = await exampleNames();
  if (!names.includes(name)) {
    throw new Error(`There is no example "${name}". There are ${names.join(", ")}`);
  }
  const module = (await import(fileOf(name).href)) as { default: Example };
  return module.default;
}

function fileOf(name: string): URL {
  return new URL(`${name}/example.ts`, examples);
}
