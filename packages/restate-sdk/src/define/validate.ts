/** Finds mistakes in definitions that would otherwise surface at registration, or never, and says where they are. */
import { show } from "../util/show.js";
import { givenOptions } from "./option-table.js";

/**
 * What of a definition, or of one of its handlers, is checked. Definitions may come from JavaScript, so nothing is taken
 * for granted.
 */
export interface Part {
  readonly name: unknown;
  readonly options?: unknown;
  readonly metadata?: unknown;
}

/** @throws TypeError for a name the server cannot address, and for options that mean nothing */
export function validate({ name, options, metadata }: Part, where: string): void {
  if (typeof name !== "string" || !name || name.includes("/")) {
    refuse(where, "the name must be a non-empty string without slashes");
  }
  validateOptions(options, where);
  validateOptions({ metadata }, where);
}

/** @throws TypeError for options that mean nothing */
export function validateOptions(options: unknown, where: string): void {
  if (options != null && typeof options !== "object") {
    refuse(where, "the options must be an object");
  }
  for (const [name, value, accepts, expectation] of givenOptions(options)) {
    if (!accepts(value)) refuse(where, `${name} must be ${expectation}, but is ${show(value)}`);
  }
}

/** `service "greeter", handler "greet"`, as error messages name it. */
export function placeOf(
  { kind, name }: { readonly kind: "service" | "object" | "workflow"; readonly name: unknown },
  handler?: string,
): string {
  const place = `${kind} ${show(name)}`;
  return handler === undefined ? place : `${place}, handler ${show(handler)}`;
}

export function refuse(where: string, complaint: string): never {
  throw new TypeError(`${where}: ${complaint}`);
}
