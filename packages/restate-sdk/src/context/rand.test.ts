import { describe, expect, test } from "vitest";
import { SeededRand, seedFromInvocationId } from "./rand.js";

const allowed = () => undefined;
const rand = (seed: bigint) => new SeededRand(seed, allowed);

describe("the values of a seed are those of the official SDK 1.17.2", () => {
  test.each([
    [
      0n,
      [
        0.7301489283209966,
        "07d580c3-3d6f-4a61-bc7b-9aec91df0f5c",
        0.4608822981708187,
        0.31310066448619733,
        "9a8df057-77c3-4305-ae02-b55ac79074db",
      ],
    ],
    [
      1n,
      [
        0.18170139010006225,
        "8de03f96-3241-42bf-a0f5-aa57577da319",
        0.2521510232279194,
        0.22171570005911123,
        "452320e7-ca9f-4997-8715-f40895c7a3fc",
      ],
    ],
    [
      42n,
      [
        0.6969372117194047,
        "91376f57-7441-4e51-8ced-240cfb7ce0fb",
        0.9257049799795629,
        0.09719488866114856,
        "7dde504e-009f-4d96-9635-1a22ff181720",
      ],
    ],
    [
      1n << 63n,
      [
        0.31338858041710593,
        "8953a12c-e608-43b6-a441-e7c502dd3cfb",
        0.8705080305331842,
        0.211288635889756,
        "4e3da221-a300-40f9-ae96-08cd0bb16c71",
      ],
    ],
    [
      (1n << 64n) - 1n,
      [
        0.4053719426603861,
        "905b5a2e-4388-45e6-8bca-1981a4b5e9e3",
        0.47183672561864254,
        0.6914372045022185,
        "142c40c9-2afb-4166-a83f-a7e87db443e2",
      ],
    ],
  ])("%i", (seed, expected) => {
    const drawn = rand(seed);
    expect([
      drawn.random(),
      drawn.uuidv4(),
      drawn.random(),
      drawn.random(),
      drawn.uuidv4(),
    ]).toEqual(expected);
  });

  test("after ten thousand draws, too", () => {
    const drawn = rand(7n);
    let sum = 0;
    for (let count = 0; count < 10_000; count++) sum += drawn.random();
    expect([sum, drawn.random()]).toEqual([4947.0634597763, 0.5743498406466183]);
  });
});

describe("the seed of an invocation id is the one the official SDK 1.17.2 uses on V5", () => {
  const idOf = (length: number) =>
    Uint8Array.from({ length }, (_, index) => (index * 37 + 11) & 255);

  test.each([
    [0, 0.35442031502889093, "248a6097-87a7-43d5-87dc-6b3746a66ec9"],
    [1, 0.37798604787208234, "d2247432-161d-43b0-8662-b26c86fee56f"],
    [3, 0.16441408256107337, "a1449782-1be3-4841-a268-d79a96437365"],
    [7, 0.299570844491459, "08740b39-26ac-475c-971c-c6c85a8c192a"],
    [8, 0.32634681212244154, "25439d87-be74-447a-b93c-ccad34c59903"],
    [9, 0.6161927285253644, "97e52cb2-4dc4-4d16-b27b-7a079556914c"],
    [16, 0.439041801199749, "3a999938-62dd-41b7-8ea9-c0949117576a"],
    [24, 0.021975359524091576, "72e63c6d-83e0-49f5-ad26-fdb6774c3e63"],
    [300, 0.7495030063892817, "42f0686c-d8c8-4c7b-a25d-14a190fc9938"],
  ])("of %i bytes", (length, random, uuid) => {
    const drawn = rand(seedFromInvocationId(idOf(length)));
    expect([drawn.random(), drawn.uuidv4()]).toEqual([random, uuid]);
  });
});

test("uuids are of version 4", () => {
  const drawn = rand(3n);
  for (let count = 0; count < 100; count++) {
    expect(drawn.uuidv4()).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  }
});

test("where drawing is not allowed, the sequence stands still", () => {
  let isAllowed = true;
  const drawn = new SeededRand(42n, (operation) => {
    if (!isAllowed) throw new Error(`${operation} is not allowed`);
  });
  expect(drawn.random()).toBe(0.6969372117194047);
  isAllowed = false;
  expect(() => drawn.random()).toThrow("ctx.rand.random is not allowed");
  expect(() => drawn.uuidv4()).toThrow("ctx.rand.uuidv4 is not allowed");
  isAllowed = true;
  expect(drawn.uuidv4()).toBe("91376f57-7441-4e51-8ced-240cfb7ce0fb");
});
