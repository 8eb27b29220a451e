/** How the options and the kind of a handler travel with its function, and how they are found again. */
import type { ServiceHandlerOpts } from "../api/handler.js";
import type { StateOptions } from "../api/options.js";

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
  readonly options: HandlerOptions | undefined;
}

/** Registered, so that a definition may come from another copy of this package than the endpoint it is bound to. */
const DESCRIPTION = Symbol.for("@restatedev/restate-sdk/handler");

/** The description under the symbol the official SDK uses, which is not registered. */
const OFFICIAL_DESCRIPTION = "Handler";
const OFFICIAL_KINDS: readonly HandlerKind[] = ["service", "exclusive", "shared", "workflow"];

/**
 * A function that behaves like the described handler and carries the description. It is a new one, because the user may
 * describe the same function differently somewhere else. Handlers can call each other through `this`.
 */
export function describeHandler(description: HandlerDescription): HandlerFunction {
  const { handler } = description;
  const described = function (this: unknown, ...args: [context: unknown, input?: unknown]) {
    return handler.apply(this, args);
  };
  Object.defineProperty(described, "name", { value: handler.name, configurable: true });
  Object.defineProperty(described, DESCRIPTION, { value: description });
  return described;
}

/** What {@link describeHandler}, of this or another SDK, has put into a function; undefined for a plain function. */
export function descriptionOf(handler: HandlerFunction): HandlerDescription | undefined {
  const description = (handler as { [DESCRIPTION]?: HandlerDescription })[DESCRIPTION];
  return description ?? officialDescriptionOf(handler);
}

function officialDescriptionOf(handler: HandlerFunction): HandlerDescription | undefined {
  const symbol = Object.getOwnPropertySymbols(handler).find(
    ({ description }) => description === OFFICIAL_DESCRIPTION,
  );
  if (symbol === undefined) return undefined;
  const wrapper = (handler as unknown as Record<symbol, Partial<OfficialWrapper> | undefined>)[
    symbol
  ];
  const kind = OFFICIAL_KINDS[wrapper?.kind ?? -1];
  if (kind === undefined || typeof wrapper?.handler !== "function") return undefined;
  return { kind, handler: wrapper.handler, options: wrapper.options };
}

interface OfficialWrapper {
  readonly kind: number;
  readonly handler: HandlerFunction;
  readonly options: HandlerOptions | undefined;
}
