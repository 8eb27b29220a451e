/** Shows trips that are booked, undone for want of a hotel, called off, and one that cannot be undone entirely. */
import { deepEqual, equal } from "node:assert/strict";
import { InvocationIdParser } from "@restatedev/restate-sdk";
import { rpc } from "@restatedev/restate-sdk-clients";
import { cars, flights, hotels, tickets } from "./src/providers.js";
import { trips } from "./src/trips.js";
import { eventually } from "../../test/support/real-server/index.js";
import type { Example } from "../support/contract.js";

const bookedIn = (destination: string): string[] =>
  [flights, cars, hotels]
    .filter((provider) => provider.booked().includes(destination))
    .map(({ sells }) => sells);

export default {
  title: "A saga: flight, car and hotel, or nothing",
  endpoint: { services: [trips] },
  play: async ({ narrator, ingress, ask, refused, key }) => {
    const client = ingress.serviceClient<typeof trips>({ name: "Trips" });
    const book = (destination: string) => () => client.book({ destination });
    narrator.act("All goes well, although answers get lost");
    await ask("Trips/book Lisbon", book("Lisbon"));
    deepEqual(bookedIn("Lisbon"), ["flight", "car", "hotel"]);

    narrator.act("No hotel: the car is cancelled, then the flight");
    const noHotel = await refused("Trips/book Bielefeld", book("Bielefeld"));
    deepEqual(noHotel, { status: 409, message: "There is no hotel left in Bielefeld" });
    deepEqual(bookedIn("Bielefeld"), []);

    narrator.act("Called off, while the hotel does not answer");
    const submission = await ingress
      .serviceSendClient<typeof trips>({ name: "Trips" })
      .book({ destination: "Siberia" }, rpc.sendOpts({ idempotencyKey: key("siberia") }));
    narrator.request("Trips/book Siberia", undefined, "sent, not waited for");
    await eventually(() => equal(bookedIn("Siberia").length, 3));
    const id = InvocationIdParser.fromString(submission.invocationId);
    await ask("Trips/callOff", () => client.callOff(id));
    const calledOff = await refused("Trips/book Siberia, attached", () =>
      ingress.result(submission),
    );
    equal(calledOff.status, 409);
    deepEqual(bookedIn("Siberia"), []);

    narrator.act("No hotel, and a car that is not refunded");
    const notUndone = await refused("Trips/book Atlantis", book("Atlantis"));
    equal(notUndone.message, "There is no hotel left in Atlantis. Not undone: cancel the car");
    deepEqual(bookedIn("Atlantis"), ["car"]);
    equal([...tickets].filter((ticket) => ticket.includes("cancel the car")).length, 1);
    narrator.moral("The flight was cancelled all the same, and people were told about the car.");
  },
  tryIt: ({ ingressUrl }) => `curl ${ingressUrl}/Trips/book --json '{"destination": "Bielefeld"}'`,
} satisfies Example;
