import { expect, test } from "vitest";
import { value } from "./messages.fixture.js";
import { Runs } from "./runs.js";

const run = { index: 1, type: "RunCommand", name: "charge" } as const;

test("a run is known until its result is proposed", () => {
  const runs = new Runs();
  expect(runs.get(1)).toBeUndefined();
  runs.register(1, run);
  expect(runs.get(1)).toBe(run);
  runs.propose(1, undefined);
  expect(runs.get(1)).toBeUndefined();
});

test("a run is found by the notification that would complete it", () => {
  const runs = new Runs();
  runs.register(1, run);
  const other = { kind: "completion", id: 2 } as const;
  const result = { kind: "completion", id: 1 } as const;
  expect(runs.of(result)).toBe(run);
  expect([runs.of(other), runs.of({ kind: "signal", idx: 1 })]).toEqual([undefined, undefined]);
  expect(runs.firstOf([other, result])).toBe(run);
  expect(runs.firstOf([other])).toBeUndefined();
});

test("an ack stands for the result that was kept, once", () => {
  const runs = new Runs();
  runs.register(1, run);
  runs.propose(1, value("done"));
  expect(runs.acknowledge(2)).toBeUndefined();
  expect(runs.acknowledge(1)).toEqual(value("done"));
  expect(runs.acknowledge(1)).toBeUndefined();
});

test("a result that the server echoes is not kept", () => {
  const runs = new Runs();
  runs.register(1, run);
  runs.propose(1, undefined);
  expect(runs.acknowledge(1)).toBeUndefined();
});
