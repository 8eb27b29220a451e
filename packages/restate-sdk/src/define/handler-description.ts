/** How the options and the kind of a handler travel with its function, and how they are found again. */
import type { ServiceHandlerOpts } from "../api/handler.js";
import type { StateOptions } from "../api/options.js";
import { sdkSymbol } from "../util/sdk-symbol.js";

/** Whether a handler belongs to a keyed service, and whether it may write its state. */
export type HandlerKind = "service" | "exclusive" | "shared" | "workflow";

/** The options of handlers of every kind. */
export type HandlerOptions = ServiceHandlerOpts<unknown, unknown> & StateOptions;

/** A user's handler, whatever its context, input and output are. */
// Handlers are called with what their own serdes produce, which no type can express for all of them at once.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type HandlerFunction = (this: any, context: any, input?: any) => unknown;

export interface HandlerDescription {
  readonly kind: HandlerKind;
  readonly handler: HandlerFunction;
  readonly options?: HandlerOptions | undefined;
}

/** Registered, so that a definition may come from another copy of this package than the endpoint it is bound to. */
const DESCRIPTION = /* @__PURE__ */ sdkSymbol("handler");

/** The kinds by their numbers in the official SDK. */
const KINDS: readonly HandlerKind[] = ["service", "exclusive", "shared", "workflow"];

/**
 * A function that behaves like the described handler and carries the description. It is a new one, because the user may
 * describe the same function differently somewhere else. Handlers can call each other through `this`.
 */
export function describeHandler(description: HandlerDescription): HandlerFunction {
  const { handler } = description;
  const described = function (this: unknown, ...args: [context: unknown, input?: unknown]) {
    return handler.apply(this, args);
  };
  return Object.defineProperties(described, {
    name: { value: handler.name, configurable: true },
    [DESCRIPTION]: { value: description },
  });
}

/** What {@link describeHandler}, of this or another SDK, has put into a function; undefined for anything else. */
export function descriptionOf(handler: unknown): HandlerDescription | undefined {
  const properties = Object(handler) as Readonly<Record<symbol, unknown>>;
  const own = properties[DESCRIPTION] as HandlerDescription | undefined;
  if (own) return own;
  // The official SDK describes handlers under a symbol that is not registered.
  const symbol = Object.getOwnPropertySymbols(properties).find(
    (it) => it.description === "Handler",
  );
  const official = symbol && (properties[symbol] as OfficialDescription);
  const kind = KINDS[official?.kind ?? -1];
  return kind && { ...(official as OfficialDescription), kind };
}

type OfficialDescription = Omit<HandlerDescription, "kind"> & { readonly kind: number };
