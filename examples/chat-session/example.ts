/** Shows a conversation that is remembered, and a listener that waits without keeping anybody from speaking. */
import { deepEqual, equal } from "node:assert/strict";
import { chatSession } from "./src/chat-session.js";
import type { Example } from "../support/contract.js";

export default {
  title: "A chat session that remembers, and wakes those who listen",
  endpoint: { services: [chatSession] },
  play: async ({ narrator, ingress, ask, key }) => {
    narrator.act("A conversation");
    const session = ingress.objectClient<typeof chatSession>({ name: "Chat" }, key("s1"));
    const numbers = await ask("Chat/s1/say, three at the same moment", () =>
      Promise.all(
        ["Hello", "Anybody here?", "It's me"].map((text) => session.say({ author: "ann", text })),
      ),
    );
    deepEqual(numbers.sort(), [1, 2, 3]);
    equal((await ask("Chat/s1/history", () => session.history())).length, 3);

    narrator.act("A listener");
    const listener = session.next({ after: 3 });
    narrator.request("Chat/s1/next", { after: 3 }, "sent, not waited for");
    await ask("Chat/s1/say", () => session.say({ author: "bob", text: "I am" }));
    const news = await ask("Chat/s1/next, its answer", () => listener);
    deepEqual(
      news.map(({ author, text }) => `${author}: ${text}`),
      ["bob: I am"],
    );
    const silence = await ask("Chat/s1/next, and nobody speaks", () =>
      session.next({ after: 4, patience: { milliseconds: 300 } }),
    );
    deepEqual(silence, []);
    narrator.moral("Speakers take turns, readers and listeners do not: they hold no key.");
  },
  tryIt: ({ ingressUrl, key }) =>
    `curl ${ingressUrl}/Chat/${key("s1")}/say --json '{"author": "you", "text": "Good morning"}'`,
} satisfies Example;
