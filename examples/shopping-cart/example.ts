/** Shows seats that are held for a while, given back in time, and sold to who pays. */
import { deepEqual, equal } from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { seat } from "./src/seat.js";
import { shoppingCart } from "./src/shopping-cart.js";
import type { Example } from "../support/contract.js";

export default {
  title: "A cart that holds seats for a while and sells them once",
  endpoint: { services: [shoppingCart, seat] },
  play: async ({ narrator, ingress, ask, refused, key }) => {
    const cartOf = (customer: string) =>
      ingress.objectClient<typeof shoppingCart>({ name: "ShoppingCart" }, key(customer));
    const seatAt = (id: string) => ingress.objectClient<typeof seat>({ name: "Seat" }, key(id));
    const [ann, bob] = [cartOf("ann"), cartOf("bob")];
    const a1 = { seat: key("A1"), cents: 3000 };
    const a2 = { seat: key("A2"), cents: 2000 };

    narrator.act("A seat is in one cart, and not for ever");
    const hasA1 = await ask("ShoppingCart/ann/add A1, for 600 ms", () =>
      ann.add({ ...a1, heldFor: { milliseconds: 600 } }),
    );
    equal(hasA1, true);
    equal(await ask("ShoppingCart/bob/add A1", () => bob.add(a1)), false);
    await pause(900);
    deepEqual(await ask("ShoppingCart/ann/items, later", () => ann.items()), []);
    equal(await ask("ShoppingCart/bob/add A1", () => bob.add(a1)), true);
    equal(await ask("ShoppingCart/bob/add A2", () => bob.add(a2)), true);

    narrator.act("The checkout");
    const refusal = await refused("ShoppingCart/bob/checkout, with a bad card", () =>
      bob.checkout("declined"),
    );
    equal(refusal.status, 402);
    const receipt = await ask("ShoppingCart/bob/checkout", () => bob.checkout("visa"));
    equal(receipt.cents, 5000);
    await ask("Seat/A1/status, until it is sold", async () => {
      while ((await seatAt("A1").status()) !== "sold") await pause(20);
    });
    equal(await ask("ShoppingCart/ann/add A1", () => ann.add(a1)), false);
    narrator.moral(
      "The timer is a message that the cart sends to itself, so nobody waits and nothing has to be swept up.",
    );
  },
  tryIt: ({ ingressUrl, key }) =>
    `curl ${ingressUrl}/ShoppingCart/${key("ann")}/add --json '{"seat": "B7", "cents": 1000, "heldFor": {"seconds": 20}}'`,
} satisfies Example;
