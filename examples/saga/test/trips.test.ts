/** Tests of the saga: a trip is booked or undone as a whole, whatever fails and dies. */
import {
  createTestEnvironment,
  exploreCrashes,
  fails,
  type TestInvocation,
} from "@restatedev/restate-sdk-testing";
import { beforeEach, expect, test } from "vitest";
import { cars, tickets } from "../src/providers.js";
import { trips } from "../src/trips.js";
import { booked, bookingTo, forgetEverything } from "./support.js";

beforeEach(forgetEverything);

test.each(["Lisbon", "Bielefeld", "Atlantis"])(
  "a trip to %s ends the same wherever the process dies",
  async (destination) => {
    await exploreCrashes(bookingTo(destination));
  },
);

test("undoes the last thing first", async () => {
  await using env = await createTestEnvironment({ services: [trips] });
  const trip = env.send(trips).book({ destination: "Bielefeld" });
  await expect(trip.result()).rejects.toThrow("There is no hotel left in Bielefeld");
  expect(stepsOf(trip)).toEqual([
    "book the flight",
    "book the car",
    "book the hotel",
    "cancel the hotel",
    "cancel the car",
    "cancel the flight",
  ]);
});

test("gives up after an hour, and cancels what may have been booked without an answer", async () => {
  await using env = await createTestEnvironment({ services: [trips] });
  const hotel = env.mockRun("book the hotel", async ({ action }) => {
    await action();
    throw new Error("the connection was lost");
  });
  const before = env.clock.now();
  const trip = env.call(trips).book({ destination: "Lisbon" });
  await expect(trip).rejects.toThrow("the connection was lost");
  expect(env.clock.now() - before).toBeGreaterThanOrEqual(60 * 60 * 1000);
  expect(hotel.executions.length).toBeGreaterThan(100);
  expect(booked()).toEqual([]);
});

test("tries to undo for hours if need be", async () => {
  await using env = await createTestEnvironment({ services: [trips] });
  const cancelCar = env.mockRun("cancel the car", fails(1_000, new Error("closed at night")));
  const trip = env.call(trips).book({ destination: "Bielefeld" });
  await expect(trip).rejects.toThrow(/^There is no hotel left in Bielefeld$/);
  expect(cancelCar.executions.length).toBeGreaterThan(1_000);
  expect(booked()).toEqual([]);
  expect(tickets.size).toBe(0);
});

test("what cannot be undone is told to people, and prevents nothing else from being undone", async () => {
  await using env = await createTestEnvironment({ services: [trips] });
  const trip = env.send(trips).book({ destination: "Atlantis" });
  await expect(trip.result()).rejects.toThrow("Not undone: cancel the car");
  expect(booked()).toEqual(["Atlantis"]);
  expect(cars.booked()).toEqual(["Atlantis"]);
  expect([...tickets]).toEqual([
    `Please cancel the car of ${trip.id} by hand: A car in Atlantis is not refunded`,
  ]);
});

function stepsOf(trip: TestInvocation): (string | undefined)[] {
  return trip
    .journal()
    .filter(({ kind, type }) => kind === "command" && type === "Run")
    .map(({ name }) => name);
}
