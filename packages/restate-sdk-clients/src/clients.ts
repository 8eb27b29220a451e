/** The typed clients as they are at run time: proxies that turn methods into requests. */
import type { HandlerDescriptor, Serde } from "@restatedev/restate-sdk-core";

import { parseArguments, unwrap } from "./call-options.js";
import type { Send } from "./client-types.js";
import type { ConnectionOpts } from "./connection-options.js";
import type { ScopedIngress } from "./ingress.js";
import { call, send, type Invocation } from "./invocations.js";
import { attach, output, type Whose } from "./results.js";

/** Where the requests of clients go to. */
export interface Origin {
  readonly connection: ConnectionOpts;
  readonly scope?: string;
  /** The output serdes of what was sent by way of an interface. */
  readonly outputSerdes: WeakMap<object, Serde<unknown>>;
}

/** The clients of an ingress or of a scope, as functions that need no `this`. */
export function createClients(origin: Origin): ScopedIngress {
  const calls = (definition: Definition, key?: string): object =>
    callClient(origin, { definition, key });
  const sends = (definition: Definition, key?: string): object =>
    handlers((handler, args) => sendTo(origin, { definition, key, handler }, args));
  const clients = {
    serviceClient: (definition: Definition) => calls(definition),
    serviceSendClient: (definition: Definition) => sends(definition),
    objectClient: (definition: Definition, key: string) =>
      calls(definition, required(key, definition)),
    objectSendClient: (definition: Definition, key: string) =>
      sends(definition, required(key, definition)),
    workflowClient: (definition: Definition, key: string) =>
      workflowClient(origin, definition, required(key, definition)),
    client: (definition: Definition, key?: string) => calls(definition, keyFor(definition, key)),
    sendClient: (definition: Definition, key?: string) =>
      sends(definition, keyFor(definition, key)),
  };
  // The public signatures infer the handlers from the definition's type, which has no counterpart
  // at run time.
  return clients as unknown as ScopedIngress;
}

/** What a client needs of a definition, an interface or `{ name }`. */
interface Definition {
  readonly name: string;
  readonly _kind?: "service" | "object" | "workflow";
  readonly _handlers?: Readonly<Record<string, HandlerDescriptor>>;
}

interface Addressee {
  readonly definition: Definition;
  readonly key: string | undefined;
}

interface Method extends Addressee {
  readonly handler: string;
}

function required(key: string | undefined, { name }: Definition): string {
  // Without a type checker: the name of the handler would be taken for the key.
  if ((key as unknown) == null) {
    throw new TypeError(`A client of ${name} needs the key of a virtual object or workflow.`);
  }
  return String(key);
}

/** Clients for interfaces of any kind know from the interface whether there is a key. */
function keyFor(definition: Definition, key: string | undefined): string | undefined {
  return definition._kind === "service" ? undefined : required(key, definition);
}

function callClient(origin: Origin, addressee: Addressee, own?: OwnMethods): object {
  return handlers(
    (handler, args) =>
      call(origin.connection, invocationOf(origin, { ...addressee, handler }, args)),
    own,
  );
}

function workflowClient(origin: Origin, definition: Definition, key: string): object {
  const { connection, scope } = origin;
  const whose: Whose = {
    workflow: definition.name,
    workflowKey: key,
    scope,
    outputSerde: definition._handlers?.["run"]?._outputSerde,
  };
  // It is one, even if the definition is only a name.
  const asWorkflow: Definition = { ...definition, _kind: "workflow" };
  return callClient(
    origin,
    { definition, key },
    {
      workflowSubmit: (...args) =>
        sendTo(origin, { definition: asWorkflow, key, handler: "run" }, args),
      workflowAttach: async (opts) => attach(connection, whose, unwrap(opts)),
      workflowOutput: async (opts) => output(connection, whose, unwrap(opts)),
    },
  );
}

async function sendTo(origin: Origin, method: Method, args: readonly unknown[]): Promise<Send> {
  const { definition, handler } = method;
  const invocation = invocationOf(origin, method, args);
  const isSubmission = definition._kind === "workflow" && handler === "run";
  const sent = await send(origin.connection, {
    ...invocation,
    ...(isSubmission && { isSubmission }),
  });
  const serde = invocation.descriptor?._outputSerde;
  if (serde) origin.outputSerdes.set(sent, serde as Serde<unknown>);
  return sent;
}

function invocationOf(
  { scope }: Origin,
  { definition, key, handler }: Method,
  args: readonly unknown[],
): Invocation {
  return {
    service: definition.name,
    handler,
    key,
    scope,
    descriptor: definition._handlers?.[handler],
    ...parseArguments(args),
  };
}

type OwnMethods = Readonly<Record<string, (...args: unknown[]) => Promise<unknown>>>;

/** An object with a method for every handler, whatever the name, besides `own` ones. */
function handlers(
  invoke: (handler: string, args: readonly unknown[]) => Promise<unknown>,
  own: OwnMethods = {},
): object {
  return new Proxy(own, {
    get: (_own, property) => {
      // A client is no promise, and has no JSON: awaiting or logging one must not call handlers.
      if (typeof property !== "string" || property === "then" || property === "toJSON") {
        return undefined;
      }
      if (Object.hasOwn(own, property)) return own[property];
      return async (...args: unknown[]) => invoke(property, args);
    },
  });
}
