/** Shows a burst of requests that are stretched to the rate that an API allows. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { forecasts } from "./src/forecasts.js";
import { rateLimiter } from "./src/rate-limiter.js";
import type { Example } from "../support/contract.js";

export default {
  title: "A rate limiter that nobody has to wait in",
  endpoint: { services: [rateLimiter, forecasts] },
  play: async ({ narrator, ingress, ask, refused, key }) => {
    const limiter = ingress.objectClient<typeof rateLimiter>({ name: "RateLimiter" }, key("api"));
    const service = ingress.serviceClient<typeof forecasts>({ name: "Forecasts" });
    const forecastOf = (city: string) => service.of({ city, limiter: key("api") });

    narrator.act("Ten requests a second, three at once");
    equal(
      (await refused("RateLimiter/api/allow, without a limit", () => limiter.allow())).status,
      412,
    );
    await ask("RateLimiter/api/configure", () => limiter.configure({ perSecond: 10, burst: 3 }));
    const startedAt = Date.now();
    const answers = await ask("Forecasts/of, eight cities at the same moment", () =>
      Promise.all(["Rome", "Oslo", "Lima", "Bonn", "Kyiv", "Riga", "Cork", "Nice"].map(forecastOf)),
    );
    deepEqual(answers.length, 8);
    // Three at once, five more, and one more for each that was lost on the way.
    ok(Date.now() - startedAt >= 500);

    narrator.act("Who does not want to wait");
    await limiter.configure({ perSecond: 0.1, burst: 1 });
    await ask("RateLimiter/api/allow", () => limiter.allow());
    equal(await ask("RateLimiter/api/allow", () => limiter.allow()), false);
    const refusal = await refused("Forecasts/of Rome, within a second", () =>
      service.of({ city: "Rome", limiter: key("api"), maxWaitMs: 1_000 }),
    );
    equal(refusal.status, 429);
    const reservation = await ask("RateLimiter/api/reserve", () => limiter.reserve({}));
    ok(reservation !== null && reservation.waitMs > 5_000);
    narrator.moral(
      "The limiter says when; whoever asked sleeps. So it answers all others meanwhile.",
    );
  },
  tryIt: ({ ingressUrl, key }) => `curl -X POST ${ingressUrl}/RateLimiter/${key("api")}/allow`,
} satisfies Example;
