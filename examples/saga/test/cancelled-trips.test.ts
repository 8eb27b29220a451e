/** Tests of the saga: a trip that is cancelled is undone, wherever it is, and to the end. */
import { InvocationIdParser } from "@restatedev/restate-sdk";
import {
  createTestEnvironment,
  exploreCancellations,
  fails,
} from "@restatedev/restate-sdk-testing";
import { beforeEach, expect, test } from "vitest";
import { tickets } from "../src/providers.js";
import { trips } from "../src/trips.js";
import { booked, bookingTo, forgetEverything } from "./support.js";

beforeEach(forgetEverything);

test("is booked or undone as a whole, wherever it is cancelled", async () => {
  const { points } = await exploreCancellations(bookingTo("Lisbon"), {
    after: ({ invocation }) => {
      expect(invocation.outcome).toMatchObject({ kind: "failed", error: { code: 409 } });
      expect(booked()).toEqual([]);
    },
  });
  expect(points.map(({ waitsFor }) => waitsFor.join())).toContainEqual(
    expect.stringContaining("book the hotel"),
  );
});

test("is undone to the end, also when it is cancelled while it is being undone", async () => {
  await exploreCancellations(bookingTo("Bielefeld"), {
    after: ({ invocation }) => {
      expect(invocation.outcome).toMatchObject({ kind: "failed", error: { code: 409 } });
      expect(booked()).toEqual([]);
      expect(tickets.size).toBe(0);
    },
  });
});

test("goes on trying to undo, also when it is cancelled in between", async () => {
  await using env = await createTestEnvironment({ services: [trips], clock: "manual" });
  env.mockRun("cancel the car", fails(20, new Error("closed at night")));
  const trip = env.send(trips).book({ destination: "Bielefeld" });
  await env.clock.advance({ minutes: 1 });
  trip.cancel();
  await env.clock.advance({ hours: 1 });
  await expect(trip.result()).rejects.toThrow(/^There is no hotel left in Bielefeld$/);
  expect(booked()).toEqual([]);
});

test("a booking that arrives after its cancellation books nothing", async () => {
  await using env = await createTestEnvironment({ services: [trips], mode: "stream" });
  let sendLate: () => unknown = () => undefined;
  env.mockRun("book the hotel", ({ action }) => {
    sendLate = action;
    trip.cancel();
    return new Promise(() => undefined);
  });
  const trip = env.send(trips).book({ destination: "Lisbon" });
  await expect(trip.result()).rejects.toMatchObject({ code: 409 });
  await sendLate();
  expect(booked()).toEqual([]);
});

test("is called off by whoever has its id", async () => {
  await using env = await createTestEnvironment({ services: [trips], clock: "manual" });
  const trip = env.send(trips).book({ destination: "Siberia" });
  await env.clock.advance({ minutes: 5 });
  expect(booked()).toHaveLength(3);
  const calledOff = env.call(trips).callOff(InvocationIdParser.fromString(trip.id));
  await env.clock.advance({ minutes: 1 });
  await calledOff;
  await expect(trip.result()).rejects.toMatchObject({ code: 409 });
  expect(booked()).toEqual([]);
});
