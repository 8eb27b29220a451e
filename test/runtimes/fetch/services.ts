/** The services that every runtime serves: together they need all that a transport has to carry. */
import * as restate from "@restatedev/restate-sdk/fetch";

/** Keeps what the test asks for later. */
const mailbox = restate.object({
  name: "Mailbox",
  handlers: {
    put: async (ctx: restate.ObjectContext, letter: string) => {
      ctx.set("letter", letter);
      ctx.set("count", ((await ctx.get<number>("count")) ?? 0) + 1);
    },
    look: restate.handlers.object.shared(async (ctx: restate.ObjectSharedContext) => ({
      letter: await ctx.get<string>("letter"),
      count: await ctx.get<number>("count"),
    })),
  },
});

const journey = restate.service({
  name: "Journey",
  handlers: {
    /** One of everything: run, sleep, call, state, awakeable. */
    travel: async (ctx: restate.Context, traveller: string) => {
      const ticket = await ctx.run("buy a ticket", () => `ticket of ${traveller}`);
      await ctx.sleep(20);
      const { id, promise } = ctx.awakeable<string>();
      await ctx.objectClient(mailbox, traveller).put(id);
      const word = await promise;
      const { count } = await ctx.objectClient(mailbox, traveller).look();
      return `${ticket}, ${word}, ${count ?? 0}`;
    },

    /**
     * Concurrent branches, each busy for a while without waiting for anything: a replay in which a result is delivered
     * before the branch that got the last one has come to rest ends in a journal mismatch.
     */
    branch: async (ctx: restate.Context, width: number) => {
      const order: number[] = [];
      const branch = async (index: number): Promise<void> => {
        await ctx.run(`first of ${index}`, () => index);
        for (let hops = 40 * (width - index); hops > 0; hops--) await Promise.resolve();
        if (index % 2 === 0) await ctx.sleep(5);
        await ctx.run(`second of ${index} behind ${order.length}`, () => index);
        order.push(index);
      };
      await Promise.all(Array.from({ length: width }, (_, index) => branch(index)));
      return await ctx.run("order", () => order);
    },

    /** Fails its first attempt, and then for good. */
    stumble: async (ctx: restate.Context) => {
      const { id } = ctx.request();
      await ctx.run("before", () => undefined);
      if (!failedOnce.has(id)) {
        failedOnce.add(id);
        throw new Error("the first attempt fails");
      }
      throw new restate.TerminalError("stumbled for good", { errorCode: 418 });
    },

    /** Megabytes in both directions. */
    carry: async (ctx: restate.Context, load: string) => {
      const half = await ctx.run("halve", () => load.slice(load.length / 2));
      return half + half;
    },

    /** Works until its attempt is over, for whatever reason. */
    linger: async (ctx: restate.Context) => {
      const { id, attemptCompletedSignal } = ctx.request();
      await ctx.run("work", async () => {
        lingering.add(id);
        await new Promise((resolve) => {
          attemptCompletedSignal.addEventListener("abort", resolve);
        });
        lingering.delete(id);
      });
    },
    lingering: async () => [...lingering],

    /** What user code sees of the platform. */
    look: async (ctx: restate.Context) => {
      const { extraArgs, attemptCompletedSignal } = ctx.request();
      return {
        extraArgs: extraArgs.map((arg) => typeof arg),
        aborted: attemptCompletedSignal.aborted,
        id: ctx.rand.uuidv4().length,
      };
    },
  },
});

const lingering = new Set<string>();
const failedOnce = new Set<string>();

export const services = [mailbox, journey];
