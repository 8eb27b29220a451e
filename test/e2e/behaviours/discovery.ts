/** What the server learns about services when a deployment is registered. */
import * as restate from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import type { Behaviour } from "../support/behaviour.js";

const catalogue = restate.object({
  name: "Catalogue",
  description: "Everything we sell",
  metadata: { team: "shop" },
  handlers: {
    add: restate.handlers.object.exclusive(
      {
        description: "Adds an article",
        metadata: { since: "2024" },
        idempotencyRetention: { hours: 2 },
        journalRetention: { hours: 2 },
      },
      async (_ctx: restate.ObjectContext, article: string) => article,
    ),
    list: restate.handlers.object.shared(async () => [] as string[]),
    secret: restate.handlers.object.shared({ ingressPrivate: true }, async () => "hidden"),
  },
  options: { journalRetention: { hours: 1 }, abortTimeout: { minutes: 5 } },
});

const internal = restate.service({
  name: "Internal",
  handlers: { ping: async () => "pong" },
  options: { ingressPrivate: true },
});

const journey = restate.workflow({
  name: "Journey",
  handlers: {
    run: async () => "there",
    position: async (_ctx: restate.WorkflowSharedContext) => "here",
  },
  options: { workflowRetention: { days: 3 } },
});

interface ServiceInfo {
  readonly ty: string;
  readonly public: boolean;
  readonly documentation?: string;
  readonly metadata?: Record<string, string>;
  readonly handlers: readonly HandlerInfo[];
  readonly [option: string]: unknown;
}

interface HandlerInfo {
  readonly name: string;
  readonly ty?: string;
  readonly public: boolean;
  readonly documentation?: string;
  readonly [option: string]: unknown;
}

export const discovery: Behaviour = {
  name: "discovery",
  services: [catalogue, internal, journey],
  tests: (world) => {
    const info = (name: string): Promise<ServiceInfo> =>
      world.admin.service(name) as Promise<ServiceInfo>;

    it("the server knows kinds of services and handlers", async () => {
      expect((await info("Internal")).ty).toBe("Service");
      expect((await info("Journey")).ty).toBe("Workflow");
      const { ty, handlers } = await info("Catalogue");
      expect(ty).toBe("VirtualObject");
      const kinds = Object.fromEntries(handlers.map(({ name, ty: kind }) => [name, kind]));
      expect(kinds).toEqual({ add: "Exclusive", list: "Shared", secret: "Shared" });
      const journeyKinds = (await info("Journey")).handlers.map(({ name, ty: kind }) => [
        name,
        kind,
      ]);
      expect(Object.fromEntries(journeyKinds)).toEqual({ run: "Workflow", position: "Shared" });
    });

    it("the server knows descriptions and metadata", async () => {
      const service = await info("Catalogue");
      expect(service.documentation).toBe("Everything we sell");
      expect(service.metadata).toMatchObject({ team: "shop" });
      const add = service.handlers.find(({ name }) => name === "add");
      expect(add).toMatchObject({ documentation: "Adds an article", metadata: { since: "2024" } });
    });

    it("the server knows who may call from outside", async () => {
      expect((await info("Internal")).public).toBe(false);
      const { public: open, handlers } = await info("Catalogue");
      expect(open).toBe(true);
      expect(handlers.find(({ name }) => name === "secret")?.public).toBe(false);
    });

    it("the server takes over retentions and timeouts", async () => {
      const service = await info("Catalogue");
      expect(service).toMatchObject({ journal_retention: "1h", abort_timeout: "5m" });
      const add = service.handlers.find(({ name }) => name === "add");
      expect(add).toMatchObject({ idempotency_retention: "2h", journal_retention: "2h" });
      expect(await info("Journey")).toMatchObject({ workflow_completion_retention: "3d" });
    });
  },
};
