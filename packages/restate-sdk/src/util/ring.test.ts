import fc from "fast-check";
import { expect, test } from "vitest";
import { Link, Ring } from "./ring.js";

test("what is in the ring comes in the order in which it was added, whatever has gone meanwhile", () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.nat()));
  fc.assert(
    fc.property(steps, (drawn) => {
      const ring = new Ring<string>();
      const expected: Link<string>[] = [];
      for (const [adds, number] of drawn) {
        if (adds || expected.length === 0) {
          const link = new Link(`item ${number}`);
          ring.add(link);
          expected.push(link);
        } else {
          const [gone] = expected.splice(number % expected.length, 1);
          gone?.unlink();
        }
        expect(ring.items).toEqual(expected.map(({ item }) => item));
        expect(ring.isEmpty).toBe(expected.length === 0);
      }
    }),
  );
});

test("a thing may be anything, nothing too", () => {
  const ring = new Ring<unknown>();
  const things = [0, "", undefined, null, false];
  for (const thing of things) ring.add(new Link(thing));
  expect(ring.items).toEqual(things);
});

test("taking out what is in no ring changes nothing", () => {
  const ring = new Ring<string>();
  const [first, second] = [new Link("first"), new Link("second")];
  ring.add(first);
  second.unlink();
  first.unlink();
  first.unlink();
  ring.add(second);
  expect(ring.items).toEqual(["second"]);
});
