/** One-way messages: they run without being awaited, later if asked, and can be found again. */
import * as restate from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { eventually } from "../../support/real-server/index.js";
import { ingressErrorOf, uniqueKey } from "../support/test-helpers.js";
import type { Behaviour } from "../support/behaviour.js";
import type { World } from "../support/world.js";

interface Delivery {
  readonly note: string;
  readonly receivedAtMs: number;
}

const mailbox = restate.object({
  name: "Mailbox",
  handlers: {
    deliver: async (ctx: restate.ObjectContext<{ deliveries: Delivery[] }>, note: string) => {
      const receivedAtMs = await ctx.date.now();
      ctx.set("deliveries", [...((await ctx.get("deliveries")) ?? []), { note, receivedAtMs }]);
      return `delivered ${note}`;
    },
    refuse: async (_ctx: restate.ObjectContext, note: string): Promise<void> => {
      throw new restate.TerminalError(`return to sender: ${note}`, { errorCode: 418 });
    },
    deliveries: restate.handlers.object.shared(
      async (ctx: restate.ObjectSharedContext<{ deliveries: Delivery[] }>) =>
        (await ctx.get("deliveries")) ?? [],
    ),
  },
});

const sender = restate.service({
  name: "Sender",
  handlers: {
    send: async (ctx: restate.Context, key: string) => {
      const handle = ctx.objectSendClient(mailbox, key).deliver("letter");
      return handle.invocationId;
    },

    sendUnawaited: async (ctx: restate.Context, key: string) => {
      ctx.objectSendClient(mailbox, key).deliver("postcard");
    },

    sendOnce: async (ctx: restate.Context, key: string) => {
      const opts = restate.rpc.sendOpts<string>({ idempotencyKey: `once-${key}` });
      const first = await ctx.objectSendClient(mailbox, key).deliver("first", opts).invocationId;
      const second = await ctx.objectSendClient(mailbox, key).deliver("second", opts).invocationId;
      return first === second;
    },

    sendLater: async (ctx: restate.Context, { key, delayMs }: { key: string; delayMs: number }) => {
      const sentAtMs = await ctx.date.now();
      ctx
        .objectSendClient(mailbox, key)
        .deliver("late", restate.rpc.sendOpts({ delay: { milliseconds: delayMs } }));
      await ctx.objectClient(mailbox, key).deliver("early");
      return sentAtMs;
    },

    genericSend: async (ctx: restate.Context, key: string) => {
      const handle = ctx.genericSend<string>({
        service: "Mailbox",
        method: "deliver",
        key,
        parameter: "generic",
        inputSerde: restate.serde.json,
        delay: 10,
      });
      return handle.invocationId;
    },

    attachTo: async (ctx: restate.Context, key: string) => {
      const handle = ctx.objectSendClient(mailbox, key).deliver("attached");
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- still supported
      return ctx.attach<string>(await handle.invocationId);
    },

    attachByReference: async (ctx: restate.Context, key: string) => {
      const { invocationId } = ctx.objectSendClient(mailbox, key).deliver("referenced");
      return ctx.invocation(await invocationId).attach<string>();
    },

    attachToFailure: async (ctx: restate.Context, key: string) => {
      const handle = ctx.objectSendClient(mailbox, key).refuse("bill");
      try {
        await ctx.invocation(await handle.invocationId).attach();
        return "no error";
      } catch (error) {
        if (!(error instanceof restate.TerminalError)) throw error;
        return `${error.code} ${error.message}`;
      }
    },
  },
});

export const sends: Behaviour = {
  name: "sends",
  services: [mailbox, sender],
  tests: (world) => {
    deliveryTests(world);
    attachTests(world);
  },
};

function deliveryTests(world: World): void {
  const notesOf = async (key: string): Promise<string[]> =>
    (await world.ingress.call<Delivery[]>(`Mailbox/${key}/deliveries`)).map(({ note }) => note);

  it("a send runs although nobody awaits it", async () => {
    const key = uniqueKey();
    await world.ingress.call("Sender/sendUnawaited", key);
    await eventually(async () => expect(await notesOf(key)).toEqual(["postcard"]));
  });

  it("a send tells the id of the invocation it started", async () => {
    const id = await world.ingress.call<string>("Sender/send", uniqueKey());
    expect(await world.ingress.attach(id)).toBe("delivered letter");
  });

  it("a delayed send waits outside of the object's queue, and long enough", async () => {
    const key = uniqueKey();
    const delayMs = 400;
    const sentAtMs = await world.ingress.call<number>("Sender/sendLater", { key, delayMs });
    await eventually(async () => expect(await notesOf(key)).toEqual(["early", "late"]));
    const [, late] = await world.ingress.call<Delivery[]>(`Mailbox/${key}/deliveries`);
    expect(late!.receivedAtMs - sentAtMs).toBeGreaterThanOrEqual(delayMs);
  });

  it("sends with one idempotency key are one invocation, found by that key", async () => {
    const key = uniqueKey();
    expect(await world.ingress.call("Sender/sendOnce", key)).toBe(true);
    const target = { service: "Mailbox", key, handler: "deliver", idempotencyKey: `once-${key}` };
    expect(await world.ingress.attach(target)).toBe("delivered first");
    expect(await notesOf(key)).toEqual(["first"]);
  });

  it("a generic send with a delay is delivered", async () => {
    const key = uniqueKey();
    const id = await world.ingress.call<string>("Sender/genericSend", key);
    expect(await world.ingress.attach(id)).toBe("delivered generic");
  });

  it("an ingress send is accepted, and previously accepted when repeated with its idempotency key", async () => {
    const key = uniqueKey();
    const send = (): ReturnType<typeof world.ingress.send> =>
      world.ingress.send(`Mailbox/${key}/deliver`, "x", { idempotencyKey: key, delay: "10ms" });
    const first = await send();
    const second = await send();
    expect(first.status).toBe("Accepted");
    expect(second.status).toBe("PreviouslyAccepted");
    expect(second.invocationId).toBe(first.invocationId);
    expect(await world.ingress.attach(first.invocationId)).toBe("delivered x");
  });
}

function attachTests(world: World): void {
  it("attaching to an invocation gives its result", async () => {
    expect(await world.ingress.call("Sender/attachTo", uniqueKey())).toBe("delivered attached");
  });

  it("attaching through an invocation reference gives its result", async () => {
    expect(await world.ingress.call("Sender/attachByReference", uniqueKey())).toBe(
      "delivered referenced",
    );
  });

  it("attaching to a failed invocation throws its terminal error", async () => {
    expect(await world.ingress.call("Sender/attachToFailure", uniqueKey())).toBe(
      "418 return to sender: bill",
    );
  });

  it("the output of an invocation can be asked for while it runs and after", async () => {
    const key = uniqueKey();
    const send = await world.ingress.send(`Mailbox/${key}/deliver`, "y", { delay: "500ms" });
    expect(await world.ingress.output(send.invocationId)).toEqual({ kind: "not ready" });
    await world.ingress.attach(send.invocationId);
    expect(await world.ingress.output(send.invocationId)).toEqual({
      kind: "ready",
      value: "delivered y",
    });
  });

  it("a failed invocation fails whoever attaches to it at the ingress", async () => {
    const { invocationId } = await world.ingress.send(`Mailbox/${uniqueKey()}/refuse`, "bill");
    const error = await ingressErrorOf(world.ingress.attach(invocationId));
    expect(error.status).toBe(418);
    expect(error.message).toContain("return to sender: bill");
  });
}
