/** What the tests of the trips share: the state of the providers, and a scenario for explorations. */
import type { Scenario } from "@restatedev/restate-sdk-testing";
import { cars, flights, hotels, tickets } from "../src/providers.js";
import { trips } from "../src/trips.js";

const providers = [flights, cars, hotels];
/** The destinations of everything that is booked. */
export const booked = () => providers.flatMap((provider) => provider.booked());

export function forgetEverything(): void {
  for (const provider of providers) provider.forget();
  tickets.clear();
}

export const bookingTo = (destination: string): Scenario => ({
  services: [trips],
  run: async (env) => {
    forgetEverything();
    const trip = env.call(trips).book({ destination });
    const failure = await trip.then(() => undefined, String);
    return { failure, booked: booked(), tickets: [...tickets] };
  },
});
