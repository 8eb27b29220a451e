/** Key-value state of objects: what is written can be read, at once and in later invocations, and nowhere else. */
import * as restate from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { ingressErrorOf, uniqueKey } from "../support/test-helpers.js";
import { Tally } from "../support/tally.js";
import { beyondOfficial, type Behaviour } from "../support/behaviour.js";
import type { World } from "../support/world.js";

const executions = new Tally();

interface Entry {
  readonly name: string;
  readonly value: unknown;
}

interface Profile {
  name: string;
  visits: number;
}

const drawer = restate.object({
  name: "Drawer",
  handlers: {
    put: async (ctx: restate.ObjectContext, entries: Entry[]) => {
      for (const { name, value } of entries) ctx.set(name, value);
    },

    peek: restate.handlers.object.shared(async (ctx: restate.ObjectSharedContext, name: string) =>
      ctx.get(name),
    ),

    names: restate.handlers.object.shared(async (ctx: restate.ObjectSharedContext) =>
      ctx.stateKeys(),
    ),

    remove: async (ctx: restate.ObjectContext, name: string) => {
      ctx.clear(name);
      return ctx.get(name);
    },

    namesAfterRemoving: async (ctx: restate.ObjectContext, name: string) => {
      ctx.clear(name);
      return ctx.stateKeys();
    },

    empty: async (ctx: restate.ObjectContext) => {
      ctx.clearAll();
      return { names: await ctx.stateKeys(), first: await ctx.get("first") };
    },

    /** Every operation between two others that it can disturb. */
    shuffle: async (ctx: restate.ObjectContext) => {
      const seen: unknown[] = [await ctx.get("a")];
      ctx.set("a", 1);
      seen.push(await ctx.get("a"), await ctx.stateKeys());
      ctx.set("b", 2);
      ctx.clear("a");
      seen.push(await ctx.get("a"));
      ctx.set("a", 3);
      ctx.clearAll();
      seen.push(await ctx.get("b"));
      ctx.set("c", 4);
      seen.push(await ctx.stateKeys(), await ctx.get("c"));
      return seen;
    },

    putThenFail: async (ctx: restate.ObjectContext, entry: Entry): Promise<void> => {
      ctx.set(entry.name, entry.value);
      throw new restate.TerminalError("failed after writing");
    },

    putThenRetry: async (ctx: restate.ObjectContext, entry: Entry) => {
      const before = await ctx.get(entry.name);
      ctx.set(entry.name, entry.value);
      await ctx.sleep(1);
      if (executions.hit(ctx.key) === 1) throw new Error("the first attempt fails after writing");
      return { before, after: await ctx.get(entry.name) };
    },

    visit: async (ctx: restate.ObjectContext<{ profile: Profile }>, name: string) => {
      const profile = (await ctx.get("profile")) ?? { name, visits: 0 };
      profile.visits++;
      ctx.set("profile", profile);
      return profile;
    },

    storeBytes: async (ctx: restate.ObjectContext, bytes: number[]) => {
      ctx.set("bytes", new Uint8Array(bytes), restate.serde.binary);
    },

    loadBytes: restate.handlers.object.shared(async (ctx: restate.ObjectSharedContext) => {
      const bytes = await ctx.get("bytes", restate.serde.binary);
      return bytes && [...bytes];
    }),
  },
});

export const state: Behaviour = {
  name: "state",
  services: [drawer],
  tests: (world) => {
    valueTests(world);
    lifetimeTests(world);
  },
};

function valueTests(world: World): void {
  it("a name never written reads as null", async () => {
    expect(await world.ingress.call(`Drawer/${uniqueKey()}/peek`, "nothing")).toBeNull();
  });

  it.for([0, "", false, null, [], {}, "ünïcödé ☃", -1.5e300, { a: [{ b: null }] }])(
    "%j is read as it was written",
    async (value) => {
      const key = uniqueKey();
      await world.ingress.call(`Drawer/${key}/put`, [{ name: "x", value }]);
      expect(await world.ingress.call(`Drawer/${key}/peek`, "x")).toEqual(value);
    },
  );

  it("names may hold any character", async () => {
    const key = uniqueKey();
    const names = ["a/b", "ü ☃", "", "?#&"];
    await world.ingress.call(
      `Drawer/${key}/put`,
      names.map((name) => ({ name, value: name })),
    );
    expect(await world.ingress.call(`Drawer/${key}/names`)).toEqual([...names].sort());
    expect(await world.ingress.call(`Drawer/${key}/peek`, "ü ☃")).toBe("ü ☃");
  });

  it("typed state is read and written as an object", async () => {
    const key = uniqueKey();
    await world.ingress.call(`Drawer/${key}/visit`, "Ada");
    expect(await world.ingress.call(`Drawer/${key}/visit`, "Bob")).toEqual({
      name: "Ada",
      visits: 2,
    });
  });

  it("bytes are stored through a binary serde", async () => {
    const key = uniqueKey();
    await world.ingress.call(`Drawer/${key}/storeBytes`, [0, 128, 255]);
    expect(await world.ingress.call(`Drawer/${key}/loadBytes`)).toEqual([0, 128, 255]);
  });

  it("an object holds hundreds of names", async () => {
    const key = uniqueKey();
    const entries = Array.from({ length: 300 }, (_, i) => ({ name: `n${i}`, value: i }));
    await world.ingress.call(`Drawer/${key}/put`, entries);
    const names = await world.ingress.call<string[]>(`Drawer/${key}/names`);
    expect(names).toHaveLength(300);
    expect(await world.ingress.call(`Drawer/${key}/peek`, "n299")).toBe(299);
  });
}

function lifetimeTests(world: World): void {
  it("a handler sees its own writes, clears and key listings in order", async () => {
    expect(await world.ingress.call(`Drawer/${uniqueKey()}/shuffle`)).toEqual([
      null,
      1,
      ["a"],
      null,
      null,
      ["c"],
      4,
    ]);
  });

  it("clearing one name leaves the others", async () => {
    const key = uniqueKey();
    await world.ingress.call(`Drawer/${key}/put`, [
      { name: "first", value: 1 },
      { name: "second", value: 2 },
    ]);
    expect(await world.ingress.call(`Drawer/${key}/remove`, "first")).toBeNull();
    expect(await world.ingress.call(`Drawer/${key}/names`)).toEqual(["second"]);
  });

  const cleared = beyondOfficial("lists names that the same invocation has cleared");
  cleared("a name that was just cleared is not listed", async () => {
    const key = uniqueKey();
    await world.ingress.call(`Drawer/${key}/put`, [
      { name: "first", value: 1 },
      { name: "second", value: 2 },
    ]);
    expect(await world.ingress.call(`Drawer/${key}/namesAfterRemoving`, "first")).toEqual([
      "second",
    ]);
  });

  it("clearing everything leaves other objects alone", async () => {
    const [key, other] = [uniqueKey(), uniqueKey()];
    const entries = [{ name: "first", value: 1 }];
    await world.ingress.call(`Drawer/${key}/put`, entries);
    await world.ingress.call(`Drawer/${other}/put`, entries);
    expect(await world.ingress.call(`Drawer/${key}/empty`)).toEqual({ names: [], first: null });
    expect(await world.ingress.call(`Drawer/${key}/names`)).toEqual([]);
    expect(await world.ingress.call(`Drawer/${other}/peek`, "first")).toBe(1);
  });

  it("a write survives a terminal failure of its handler", async () => {
    const key = uniqueKey();
    await ingressErrorOf(world.ingress.call(`Drawer/${key}/putThenFail`, { name: "x", value: 1 }));
    expect(await world.ingress.call(`Drawer/${key}/peek`, "x")).toBe(1);
  });

  it("a retried handler reads what it read the first time, not what it wrote since", async () => {
    const key = uniqueKey();
    await world.ingress.call(`Drawer/${key}/put`, [{ name: "x", value: "old" }]);
    expect(
      await world.ingress.call(`Drawer/${key}/putThenRetry`, { name: "x", value: "new" }),
    ).toEqual({ before: "old", after: "new" });
  });
}
