/** Loads the modules with the user's services, and finds these among what they export. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { EndpointOptions } from "@restatedev/restate-sdk/transport";
import { forbidListening } from "./no-listening.js";
import { reasonOf, ReplayError } from "./replay-error.js";

export interface LoadedServices extends Pick<
  EndpointOptions,
  "services" | "defaultServiceOptions" | "journalValueCodecProvider"
> {
  /** What the user should know about the modules. */
  readonly notes: readonly string[];
}

/** How long a module may take to be loaded. */
const LOAD_TIMEOUT_MS = 30_000;

/** @throws ReplayError for modules that cannot be loaded, or have no services */
export async function loadServices(
  paths: readonly string[],
  timeoutMs = LOAD_TIMEOUT_MS,
): Promise<LoadedServices> {
  const listening = forbidListening();
  const found = new Findings();
  const names: string[] = [];
  try {
    for (const path of paths) {
      const module = await load(path, timeoutMs);
      names.push(...Object.keys(module));
      found.addModule(module);
    }
  } finally {
    listening.allowAgain();
  }
  const shown = paths.join(", ");
  const hint = listening.wasAsked()
    ? " It starts a server when it is imported; what that serves cannot be seen from outside."
    : "";
  if (found.definitions.size === 0) {
    throw new ReplayError(
      `${shown} exports no services${names.length === 0 ? "" : `, only ${names.join(", ")}`}.${hint} Export the definitions, an array of them, or { services: [...] }.`,
    );
  }
  found.checkNames(shown);
  const notes = listening.wasAsked()
    ? [`${shown} starts a server when it is imported. It was kept from listening.`]
    : [];
  return { ...found.options, services: [...found.definitions], notes };
}

async function load(path: string, timeoutMs: number): Promise<Record<string, unknown>> {
  if (!existsSync(path)) {
    throw new ReplayError(`${path} does not exist. Was it built, and is the path right?`);
  }
  const url = pathToFileURL(resolve(path)).href;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new ReplayError(
          `${path} is not loaded after ${timeoutMs} ms: it awaits something at its top level`,
        ),
      );
    }, timeoutMs);
  });
  try {
    return await Promise.race([import(url) as Promise<Record<string, unknown>>, tooLate]);
  } catch (error) {
    if (error instanceof ReplayError) throw error;
    throw new ReplayError(`${path} cannot be loaded: ${reasonOf(error)}.${adviceFor(path)}`, {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}

function adviceFor(path: string): string {
  if (!/\.[cm]?tsx?$/.test(path)) return "";
  return ' For TypeScript, give the built JavaScript, or a loader: NODE_OPTIONS="--import tsx".';
}

type Definition = EndpointOptions["services"][number];
type Options = Omit<LoadedServices, "services" | "notes">;

class Findings {
  readonly definitions = new Set<Definition>();
  options: Options = {};

  addModule(module: Readonly<Record<string, unknown>>): void {
    for (const value of Object.values(module)) this.#add(value);
    // What a CommonJS module exports comes as its default export.
    const { default: inner } = module;
    if (isObject(inner) && this.definitions.size === 0) {
      for (const value of Object.values(inner)) this.#add(value);
    }
  }

  /** @throws ReplayError if two have one name: which of them is deployed? */
  checkNames(where: string): void {
    const names = [...this.definitions].map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice === undefined) return;
    throw new ReplayError(
      `${where} exports two services with the name "${twice}". Export { services: [...] } with those that are deployed.`,
    );
  }

  #add(value: unknown): void {
    if (isDefinition(value)) this.definitions.add(value);
    else if (Array.isArray(value)) this.#addAll(value);
    else if (isObject(value) && Array.isArray(value["services"])) {
      this.#addAll(value["services"]);
      const { defaultServiceOptions, journalValueCodecProvider } =
        value as Partial<EndpointOptions>;
      if (defaultServiceOptions) this.options = { ...this.options, defaultServiceOptions };
      if (journalValueCodecProvider) this.options = { ...this.options, journalValueCodecProvider };
    }
  }

  #addAll(values: readonly unknown[]): void {
    for (const value of values) if (isDefinition(value)) this.definitions.add(value);
  }
}

/** Made by any copy of the SDK. */
function isDefinition(value: unknown): value is Definition {
  if (!isObject(value) || typeof value["name"] !== "string") return false;
  return ["service", "object", "workflow"].some((kind) => isObject(value[kind]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
