/** What the type checker and the environment read off service definitions. */
import type {
  HandlerDescriptor,
  Serde,
  ServiceDefinition,
  VirtualObjectDefinition,
  WorkflowDefinition,
} from "@restatedev/restate-sdk-core";

/** Stands for types that are inferred from the user's code, in both positions. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Unspecified = any;

/** Anything that can be called: a definition, or an interface without implementation. */
export type AnyDefinition =
  | ServiceDefinition<string, Unspecified>
  | VirtualObjectDefinition<string, Unspecified>
  | WorkflowDefinition<string, Unspecified>;

export type AnyKeyedDefinition =
  VirtualObjectDefinition<string, Unspecified> | WorkflowDefinition<string, Unspecified>;

/** The handlers of a definition. */
export type HandlersOf<D> = D extends { readonly _handlers: infer H }
  ? H
  : D extends { "~service"?(handlers: infer M): void }
    ? M
    : D extends { "~object"?(handlers: infer M): void }
      ? M
      : D extends { "~workflow"?(handlers: infer M): void }
        ? M
        : never;

type InputArgs<I> = [I] extends [void]
  ? [input?: I]
  : undefined extends I
    ? [input?: I]
    : [input: I];

/** The input of a handler, as arguments. */
export type HandlerArgs<H> =
  H extends HandlerDescriptor<infer I>
    ? InputArgs<I>
    : H extends (ctx: Unspecified, ...args: infer A) => Unspecified
      ? A extends readonly [infer I, ...unknown[]]
        ? InputArgs<I>
        : A extends []
          ? []
          : A extends readonly [input?: infer I, ...rest: unknown[]]
            ? [input?: I]
            : []
      : [];

/** What a handler resolves with. */
export type HandlerOutput<H> =
  H extends HandlerDescriptor<Unspecified, infer O>
    ? O
    : H extends (...args: Unspecified[]) => Promise<infer O>
      ? O
      : unknown;

/** The serdes that travel with an interface; definitions made the classic way keep theirs to themselves. */
export function serdesOf(
  definition: { readonly name: string },
  handler: string,
): { readonly input: Serde<unknown> | undefined; readonly output: Serde<unknown> | undefined } {
  const { _handlers: handlers } = definition as {
    _handlers?: Record<string, HandlerDescriptor | undefined>;
  };
  const descriptor = handlers?.[handler];
  return {
    input: descriptor?._inputSerde as Serde<unknown> | undefined,
    output: descriptor?._outputSerde as Serde<unknown> | undefined,
  };
}
