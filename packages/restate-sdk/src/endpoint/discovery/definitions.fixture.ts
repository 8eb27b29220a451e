/** Services that use everything discovery announces, defined with whichever SDK is passed in. */
import type * as sdk from "../../index.js";

export type Sdk = typeof sdk;

/** The endpoints to discover, by what they are about. */
export function endpoints(restate: Sdk): Record<string, sdk.EndpointOptions> {
  const { service, object, workflow, handlers, serde, iface, implement } = restate;
  const nothing = async (): Promise<void> => {};
  const schema = { type: "object", properties: { a: { type: "number" } } };
  const custom: sdk.Serde<unknown> = {
    contentType: "application/x-custom",
    serialize: () => new Uint8Array(),
    deserialize: () => undefined,
  };
  const preview = { toJsonString: () => "{}", fromJsonString: () => ({}) };
  const standard = (isForNothing: boolean) => ({
    "~standard": {
      version: 1 as const,
      vendor: "test",
      validate: (value: unknown) =>
        (value === undefined) === isForNothing ? { value } : { issues: [{ message: "wrong" }] },
      jsonSchema: { input: () => schema, output: () => schema },
    },
  });
  const enforced = {
    journalRetention: { days: 1, hours: 1 },
    idempotencyRetention: 1234.9,
    inactivityTimeout: { minutes: 1, seconds: 1, milliseconds: 5 },
    abortTimeout: 0,
    ingressPrivate: true,
    enableLazyState: true,
  };
  const retryPolicy = {
    initialInterval: 100,
    maxInterval: { seconds: 10 },
    exponentiationFactor: 2.5,
    maxAttempts: 7,
    onMaxAttempts: "kill" as const,
  };
  const serdes = service({
    name: "serdes",
    handlers: {
      plain: nothing,
      accepts: handlers.handler({ accept: "application/*" }, nothing),
      empty: handlers.handler({ input: serde.empty, output: serde.empty }, nothing),
      emptyAccepts: handlers.handler({ accept: "text/plain", input: serde.empty }, nothing),
      binary: handlers.handler({ input: serde.binary, output: serde.binary }, async (_ctx, b) => b),
      custom: handlers.handler({ input: custom, output: custom }, nothing as never),
      withSchema: handlers.handler(
        { input: new serde.JsonSerde(schema), output: new serde.JsonSerde(schema) },
        nothing as never,
      ),
      schemaAccepts: handlers.handler(
        { accept: "*/*", input: new serde.JsonSerde(schema) },
        nothing as never,
      ),
      standard: handlers.handler(
        { input: serde.schema(standard(false)), output: serde.schema(standard(false)) },
        nothing as never,
      ),
      standardForNothing: handlers.handler(
        { input: serde.schema(standard(true)), output: serde.schema(standard(true)) },
        nothing as never,
      ),
      contentTypeIfEmpty: handlers.handler({ setOutputContentTypeIfEmpty: true }, nothing),
      noContentType: handlers.handler(
        { input: { ...custom, contentType: undefined } as never },
        nothing as never,
      ),
      own: handlers.handler({ serde: custom }, nothing),
    },
  });
  return {
    empty: { services: [] },
    kinds: {
      services: [
        service({ name: "s", handlers: { b: nothing, a: nothing } }),
        object({
          name: "o",
          handlers: {
            exclusive: nothing,
            shared: handlers.object.shared(nothing),
            other: handlers.handler({}, nothing),
          },
        }),
        workflow({ name: "w", handlers: { query: nothing, run: nothing } }),
      ],
    },
    serdes: { services: [serdes] },
    "default serde of the service": {
      services: [
        service({
          name: "s",
          options: { serde: custom },
          handlers: { a: nothing, b: handlers.handler({ serde: serde.binary }, nothing) },
        }),
      ],
    },
    documentation: {
      services: [
        object({
          name: "o",
          description: "counts",
          metadata: { team: "a" },
          handlers: {
            a: handlers.object.exclusive({ description: "adds", metadata: { x: "y" } }, nothing),
          },
        }),
      ],
    },
    previews: {
      services: [
        service({
          name: "s",
          metadata: { team: "a" },
          handlers: {
            a: handlers.handler({ input: { ...custom, preview } }, nothing as never),
            b: handlers.handler({ output: { ...custom, preview } }, nothing as never),
            c: nothing,
          },
        }),
        service({
          name: "withoutMetadata",
          options: { serde: { ...custom, preview } },
          handlers: { a: nothing },
        }),
      ],
    },
    "options of services": {
      services: [
        service({ name: "s", options: enforced, handlers: { a: nothing } }),
        object({ name: "o", options: enforced, handlers: { a: nothing } }),
        workflow({
          name: "w",
          options: { ...enforced, workflowRetention: { days: 2 } },
          handlers: { run: nothing, query: nothing },
        }),
      ],
    },
    "options of handlers": {
      services: [
        object({ name: "o", handlers: { a: handlers.object.shared(enforced, nothing) } }),
        workflow({
          name: "w",
          handlers: {
            run: handlers.workflow.workflow(enforced, nothing),
            query: handlers.workflow.shared({ ...enforced, ingressPrivate: false }, nothing),
          },
        }),
      ],
    },
    "workflow retention": {
      services: [
        workflow({ name: "w", options: { workflowRetention: 5 }, handlers: { run: nothing } }),
      ],
    },
    "retry policies": {
      services: [
        service({
          name: "s",
          options: { retryPolicy },
          handlers: {
            a: nothing,
            b: handlers.handler({ retryPolicy: { maxAttempts: 2 } }, nothing),
          },
        }),
        service({ name: "t", options: { retryPolicy: { onMaxAttempts: "pause" } }, handlers: {} }),
        service({
          name: "endless",
          options: { retryPolicy: { maxAttempts: Infinity, maxInterval: Infinity } },
          handlers: {},
        }),
      ],
    },
    "defaults of the endpoint": {
      defaultServiceOptions: { ...enforced, retryPolicy, workflowRetention: 9, serde: custom },
      services: [
        service({
          name: "overrides",
          options: {
            abortTimeout: 1,
            ingressPrivate: undefined as never,
            retryPolicy: { maxAttempts: 1 },
          },
          handlers: { a: nothing },
        }),
        workflow({ name: "inherits", handlers: { run: nothing, query: nothing } }),
      ],
    },
    interfaces: {
      services: [
        implement(
          iface.object(
            "counter",
            {
              add: iface.schemas({
                input: standard(false),
                output: standard(false),
                description: "adds",
              }),
              get: iface.shared.serdes({ input: serde.empty, output: custom }),
            },
            { description: "counts", metadata: { owner: "me" } },
          ),
          {
            handlers: { add: nothing, get: nothing },
            options: { ingressPrivate: false, handlers: { add: { inactivityTimeout: 5 } } },
          },
        ),
      ],
    },
    "bound twice": {
      services: [
        service({ name: "a", handlers: { old: nothing } }),
        service({ name: "b", handlers: { x: nothing } }),
        service({ name: "a", handlers: { new: nothing } }),
      ],
    },
  };
}

export const ACCEPTED_VERSIONS = [1, 2, 3, 4].map((newest) =>
  Array.from(
    { length: newest },
    (_, i) => `application/vnd.restate.endpointmanifest.v${i + 1}+json`,
  ).join(", "),
);
