/** Shows jobs that line up for a machine: two at a time, the most urgent first. */
import { deepEqual, equal } from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { films } from "./src/films.js";
import { priorityQueue } from "./src/priority-queue.js";
import { renderFarm } from "./src/render-farm.js";
import type { Example } from "../support/contract.js";

export default {
  title: "A queue in which the urgent goes first",
  endpoint: { services: [priorityQueue, films] },
  play: async ({ narrator, ingress, ask, key }) => {
    const queue = ingress.objectClient<typeof priorityQueue>(
      { name: "PriorityQueue" },
      key("farm"),
    );
    const service = ingress.serviceClient<typeof films>({ name: "Films" });
    const render = (film: string, priority: number) =>
      service.render({ queue: key("farm"), film: key(film), priority, millis: 50 });
    const waitFor = async (waiting: number) => {
      while ((await queue.overview()).waiting.length < waiting) await pause(20);
    };

    narrator.act("Films of three priorities line up");
    await ask("PriorityQueue/farm/resize 0", () => queue.resize(0));
    const all = Promise.all([
      render("holidays", 3),
      render("news", 1),
      render("sports", 2),
      render("weather", 1),
    ]);
    narrator.request("Films/render, four at the same moment", undefined, "sent, not waited for");
    await waitFor(4);
    const { waiting } = await ask("PriorityQueue/farm/overview", () => queue.overview());
    deepEqual(
      waiting.map(({ priority }) => priority),
      [1, 1, 2, 3],
    );

    narrator.act("One changes its mind, then the farm opens");
    const isMoved = await ask("PriorityQueue/farm/move holidays to the head", () =>
      queue.move({ name: key("holidays"), priority: 0 }),
    );
    equal(isMoved, true);
    await ask("PriorityQueue/farm/resize 1", () => queue.resize(1));
    await ask("Films/render, the answers", () => all);
    const order = renderFarm.rendered.filter((film) => waiting.some(({ name }) => name === film));
    equal(order[0], key("holidays"));
    equal(order[3], key("sports"));
    narrator.moral(
      "Only the queue knows who is next, and only the jobs wait, each for its awakeable.",
    );
  },
  tryIt: ({ ingressUrl, key }) =>
    `curl ${ingressUrl}/Films/render --json '{"queue": "${key("farm")}", "film": "yours", "priority": 1, "millis": 5000}'`,
} satisfies Example;
