/** `iface`: declares a service interface as a value that server and clients share. */
import type {
  Descriptor,
  DescriptorOpts,
  HandlerDescriptor,
  ObjectDescriptor,
  SerdeType,
  ServiceDescriptor,
  WorkflowDescriptor,
} from "./descriptors.js";
import type { Serde } from "./serde-types.js";
import { StandardSchemaSerde } from "./schema-serde.js";
import type { StandardSchemaV1 } from "./standard-schema.js";

/** The type of {@link iface}. */
export interface ServiceInterface extends HandlerDeclarators<false> {
  /** Declares a service. */
  service<P extends string, H extends Record<string, HandlerDescriptor>>(
    name: P,
    handlers: H,
    opts?: DescriptorOpts,
  ): ServiceDescriptor<P, H>;
  /**
   * Declares a virtual object. Its handlers run one at a time for a key, except those declared with
   * {@link shared}.
   */
  object<P extends string, H extends Record<string, HandlerDescriptor>>(
    name: P,
    handlers: H,
    opts?: DescriptorOpts,
  ): ObjectDescriptor<P, H>;
  /**
   * Declares a workflow. Its main handler has to be called `run`; all others are shared, however
   * declared.
   */
  workflow<P extends string, H extends Record<string, HandlerDescriptor>>(
    name: P,
    handlers: H,
    opts?: DescriptorOpts,
  ): WorkflowDescriptor<P, H>;
  /** Declares handlers of a virtual object that only read state and run concurrently. */
  shared: HandlerDeclarators<true>;
}

/** Three ways to declare a handler, by how much is known of its values at run time. */
interface HandlerDeclarators<Shared extends boolean> {
  /** A handler whose input and output are known to the type checker only, and travel as JSON. */
  json<I = void, O = void>(opts?: DescriptorOpts): HandlerDescriptor<I, O, Shared>;
  /**
   * A handler with a serde for either direction; one left out is typed `any` and travels as JSON.
   */
  serdes<SI extends Serde<Unspecified>, SO extends Serde<Unspecified>>(
    opts: { input?: SI; output?: SO } & DescriptorOpts,
  ): HandlerDescriptor<SerdeType<SI>, SerdeType<SO>, Shared>;
  /**
   * A handler with a schema for either direction, as in `serde.schema`; one left out is typed
   * `any`, as JSON.
   */
  schemas<SI extends StandardSchemaV1<Unspecified>, SO extends StandardSchemaV1<Unspecified>>(
    opts: { input?: SI; output?: SO } & DescriptorOpts,
  ): HandlerDescriptor<
    StandardSchemaV1.InferOutput<NonNullable<SI>>,
    StandardSchemaV1.InferOutput<NonNullable<SO>>,
    Shared
  >;
}

/** Accepts serdes and schemas of any type, whose variance rules out `unknown`. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Unspecified = any;

/**
 * Declares services, virtual objects and workflows apart from their implementation. The value
 * carries the names and serdes of the handlers: put it in a package that the server (`implement`)
 * and its callers (`ctx.client`, the ingress client) import, and neither needs the other's code.
 *
 * @example
 * ```ts
 * export const greeter = iface.service("greeter", {
 *   greet: iface.schemas({ input: GreetRequest, output: GreetResponse }),
 *   ping: iface.json<void, string>(),
 * });
 * ```
 */
export const iface: ServiceInterface = /* @__PURE__ */ createInterface();

/**
 * The descriptor of one handler. `iface` is the convenient way to make one; this is for packages
 * that build service interfaces from something else. A missing serde means the default serde of
 * whoever reads the descriptor.
 */
// The official signature.
// eslint-disable-next-line @typescript-eslint/max-params
export function makeHandlerDescriptor<I, O, Shared extends boolean = false>(
  inputSerde?: Serde<I>,
  outputSerde?: Serde<O>,
  shared?: Shared,
  opts?: DescriptorOpts,
): HandlerDescriptor<I, O, Shared> {
  // All keys are present even if undefined: readers see one shape, and `in` answers the same for
  // every descriptor.
  return {
    _inputSerde: inputSerde,
    _outputSerde: outputSerde,
    _shared: shared,
    _description: opts?.description,
    _metadata: opts?.metadata,
  } as HandlerDescriptor<I, O, Shared>;
}

function createInterface(): ServiceInterface {
  return {
    service: (name, handlers, opts) => describe({ name, kind: "service", handlers }, opts),
    object: (name, handlers, opts) => describe({ name, kind: "object", handlers }, opts),
    workflow: (name, handlers, opts) => describe({ name, kind: "workflow", handlers }, opts),
    ...declarators(false),
    shared: declarators(true),
  };
}

function declarators<Shared extends boolean>(shared: Shared): HandlerDeclarators<Shared> {
  const descriptor = makeHandlerDescriptor<Unspecified, Unspecified, Shared>;
  return {
    json: (opts) => descriptor(undefined, undefined, shared, opts),
    serdes: (opts) => descriptor(opts.input, opts.output, shared, opts),
    schemas: (opts) =>
      descriptor(
        opts.input && new StandardSchemaSerde(opts.input),
        opts.output && new StandardSchemaSerde(opts.output),
        shared,
        opts,
      ),
  };
}

function describe<
  P extends string,
  H extends Record<string, HandlerDescriptor>,
  Kind extends "service" | "object" | "workflow",
>(
  declared: { name: P; kind: Kind; handlers: H },
  opts: DescriptorOpts | undefined,
): Descriptor<P, H, Kind> {
  return {
    name: declared.name,
    _kind: declared.kind,
    _handlers: declared.handlers,
    _description: opts?.description,
    _metadata: opts?.metadata,
  } as Descriptor<P, H, Kind>;
}
