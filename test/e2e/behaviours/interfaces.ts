/** Services defined by an interface first: callers see the interface only, serdes come with it. */
import * as restate from "@restatedev/restate-sdk";
import { expect, it } from "vitest";
import { eventually } from "../../support/real-server/index.js";
import { uniqueKey } from "../support/test-helpers.js";
import type { Behaviour } from "../support/behaviour.js";

const { json, serdes } = restate.iface;

const shelfInterface = restate.iface.object("Shelf", {
  place: json<string, number>(),
  stored: serdes({
    input: restate.serde.empty,
    output: restate.serde.json as restate.Serde<string[]>,
  }),
  reversed: serdes({ input: restate.serde.binary, output: restate.serde.binary }),
});

const shelf = restate.implement(shelfInterface, {
  handlers: {
    place: async (ctx, item) => {
      const items = [...((await ctx.get<string[]>("items")) ?? []), item];
      ctx.set("items", items);
      return items.length;
    },
    stored: async (ctx) => (await ctx.get<string[]>("items")) ?? [],
    reversed: async (_ctx, bytes) => bytes.slice().reverse(),
  },
});

const clerk = restate.service({
  name: "Clerk",
  handlers: {
    placeTwo: async (ctx: restate.Context, key: string) => {
      const client = ctx.client(shelfInterface, key);
      await client.place("one");
      return client.place("two");
    },
    sendOne: async (ctx: restate.Context, key: string) => {
      ctx.sendClient(shelfInterface, key).place("sent");
    },
    reverse: async (ctx: restate.Context, key: string) => {
      const reversed = await ctx.client(shelfInterface, key).reversed(new Uint8Array([1, 2, 3]));
      return [...reversed];
    },
  },
});

export const interfaces: Behaviour = {
  name: "interfaces",
  services: [shelf, clerk],
  tests: (world) => {
    it("a client made from the interface calls the implementation", async () => {
      const key = uniqueKey();
      expect(await world.ingress.call("Clerk/placeTwo", key)).toBe(2);
      expect(await world.ingress.call(`Shelf/${key}/stored`)).toEqual(["one", "two"]);
    });

    it("a send client made from the interface sends to it", async () => {
      const key = uniqueKey();
      await world.ingress.call("Clerk/sendOne", key);
      await eventually(async () => {
        expect(await world.ingress.call(`Shelf/${key}/stored`)).toEqual(["sent"]);
      });
    });

    it("the serdes of the interface serve both sides", async () => {
      expect(await world.ingress.call("Clerk/reverse", uniqueKey())).toEqual([3, 2, 1]);
    });
  },
};
