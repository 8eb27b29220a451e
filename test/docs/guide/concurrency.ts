/** The code of docs/concurrency.md. */
import * as restate from "@restatedev/restate-sdk";

const { RestatePromise } = restate;

export const weather = restate.service({
  name: "Weather",
  handlers: {
    forecast: async (_ctx: restate.Context, city: string) => {
      if (city === "Atlantis") throw new restate.TerminalError("There is no Atlantis");
      return `sun in ${city}`;
    },
  },
});

export const travel = restate.service({
  name: "Travel",
  handlers: {
    plan: async (ctx: restate.Context, cities: string[]) => {
      const stop = async (city: string) => {
        const forecast = await ctx.serviceClient(weather).forecast(city);
        return ctx.run(`note ${city}`, () => `${city}: ${forecast}`);
      };
      return Promise.all(cities.map(stop));
    },

    report: async (ctx: restate.Context, cities: string[]) => {
      const calls = cities.map((city) => ctx.serviceClient(weather).forecast(city));
      const lines: string[] = [];
      for await (const done of RestatePromise.asCompleted(calls)) {
        const city = cities[done.tag];
        lines.push(done.status === "fulfilled" ? done.value : `no news of ${city}`);
      }
      return lines;
    },

    atMost: async (ctx: restate.Context, cities: string[]) => {
      const forecasts: string[] = [];
      const queue = cities.entries();
      const worker = async () => {
        for (const [index, city] of queue) {
          forecasts[index] = await ctx.serviceClient(weather).forecast(city);
        }
      };
      await Promise.all([worker(), worker(), worker()]); // Three at a time.
      return forecasts;
    },

    decide: async (ctx: restate.Context) => {
      const first = await RestatePromise.select({
        answer: ctx.signal<string>("answer"),
        reminder: ctx.sleep({ days: 1 }),
      });
      return first.tag === "answer" ? first.value : "nobody answered";
    },
  },
});

export const account = restate.object({
  name: "Account",
  handlers: {
    // Keeps its own key while it waits for the other one: a transfer the other way round, and both wait for ever.
    transfer: async (ctx: restate.ObjectContext, { to, cents }: { to: string; cents: number }) => {
      ctx.set("cents", ((await ctx.get<number>("cents")) ?? 0) - cents);
      await ctx.objectClient<Depositing>({ name: "Account" }, to).deposit(cents);
    },
    deposit: async (ctx: restate.ObjectContext, cents: number) => {
      ctx.set("cents", ((await ctx.get<number>("cents")) ?? 0) + cents);
    },
  },
});

/** What an object knows of itself, since its own type is not inferred yet where its handlers are. */
type Depositing = { deposit: (ctx: unknown, cents: number) => Promise<void> };
