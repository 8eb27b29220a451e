/** Shows a machine that gets many requests at once and does them in turn, or refuses them. */
import { deepEqual, equal } from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { machine } from "./src/machine.js";
import { controller } from "./src/machine-controller.js";
import type { Example } from "../support/contract.js";

export default {
  title: "A state machine that takes one request at a time",
  endpoint: { services: [machine] },
  play: async ({ narrator, ingress, ask, refused, key }) => {
    const operate = (name: string) =>
      ingress.objectClient<typeof machine>({ name: "Machine" }, key(name));
    const press = operate("press");
    controller.tookMs = 200;

    narrator.act("A machine that is set up while others want it torn down");
    const setUp = press.setUp();
    narrator.request("Machine/press/setUp", undefined, "sent, not waited for");
    await ask("Machine/press/status, until it is at work", async () => {
      while ((await press.status()) !== "setting up") await pause(10);
    });
    const tearDowns = await ask("Machine/press/tearDown, twice at the same moment", () =>
      Promise.allSettled([press.tearDown(), press.tearDown()]),
    );
    equal(await ask("Machine/press/setUp, its answer", () => setUp), "up");
    deepEqual(tearDowns.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    equal(await ask("Machine/press/status", () => press.status()), "down");
    const twice = await ask("Machine/press/setUp, and what the machine did", async () => {
      await press.setUp();
      return controller.log.filter((line) => line.startsWith(key("press")));
    });
    deepEqual(
      twice.map((line) => line.slice(-10).trim()),
      ["switch on", "switch off", "switch on"],
    );

    narrator.act("A machine that is jammed");
    const lathe = operate("lathe");
    controller.jam(key("lathe"));
    equal((await refused("Machine/lathe/setUp", () => lathe.setUp())).status, 503);
    equal((await refused("Machine/lathe/setUp", () => lathe.setUp())).status, 409);
    controller.unjam(key("lathe"));
    equal(await ask("Machine/lathe/repaired", () => lathe.repaired()), "down");
    equal(await ask("Machine/lathe/setUp", () => lathe.setUp()), "up");
    narrator.moral("The queue of each key is the lock, and it survives whoever holds it.");
  },
  tryIt: ({ ingressUrl, key }) => `curl -X POST ${ingressUrl}/Machine/${key("press")}/tearDown`,
} satisfies Example;
