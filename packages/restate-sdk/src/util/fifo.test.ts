import { expect, test } from "vitest";
import { Fifo } from "./fifo.js";

interface Item {
  readonly name: string;
  next: Item | undefined;
}

const item = (name: string): Item => ({ name, next: undefined });

test("hands things out in the order in which they came", () => {
  const fifo = new Fifo<Item>();
  expect(fifo.first).toBeUndefined();
  expect(fifo.shift()).toBeUndefined();
  for (const name of ["a", "b", "c"]) fifo.push(item(name));
  expect(fifo.first?.name).toBe("a");
  expect([fifo.shift()?.name, fifo.shift()?.name]).toEqual(["a", "b"]);
  fifo.push(item("d"));
  expect([fifo.shift()?.name, fifo.shift()?.name, fifo.shift()]).toEqual(["c", "d", undefined]);
  expect(fifo.first).toBeUndefined();
});

test("lets go of what it has handed out, and that of the rest", () => {
  const fifo = new Fifo<Item>();
  const [first, second] = [item("a"), item("b")];
  fifo.push(first);
  fifo.push(second);
  fifo.shift();
  expect(first.next).toBeUndefined();
  fifo.shift();
  fifo.push(item("c"));
  expect(second.next).toBeUndefined();
});
