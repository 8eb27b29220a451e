/** A service: plain functions whose steps are retried until they succeed, and never repeated after that. */
import * as restate from "@restatedev/restate-sdk";
import { lookUpGreeting } from "./phrase-book.js";

export interface Guest {
  readonly name: string;
  readonly language: string;
}

export const greeter = restate.service({
  name: "Greeter",
  handlers: {
    greet: async (ctx: restate.Context, { name, language }: Guest): Promise<string> => {
      // No point in trying again later: a terminal error goes straight to the caller.
      if (name === "") throw new restate.TerminalError("Who is there?", { errorCode: 400 });

      // Whatever talks to the outside world goes into a step. Restate records its result: should this process crash
      // on the next line, the handler starts over somewhere else, and this step returns what it returned before.
      const greeting = await ctx.run("look up the greeting", () => lookUpGreeting(language), {
        initialRetryInterval: { milliseconds: 100 },
        maxRetryAttempts: 20,
      });

      return `${greeting}, ${name}!`;
    },
  },
});
