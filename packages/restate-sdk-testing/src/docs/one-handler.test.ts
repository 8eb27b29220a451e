/** Snippets of docs/testing.md: one handler. */
import type { ObjectContext } from "@restatedev/restate-sdk";
import { fails, mockContext } from "@restatedev/restate-sdk-testing";
import { expect, test } from "vitest";
import { pay } from "./shop.fixture.js";

test("pays and keeps the rest", async () => {
  const ctx = await mockContext<ObjectContext<{ credit: number }>>({
    key: "ada",
    state: { credit: 500 },
    runs: { charge: { receipt: "r1" } },
  });
  expect(await pay(ctx, 200)).toEqual({ receipt: "r1" });
  const { state } = await ctx.mock.end();
  expect(state).toEqual({ credit: 300 });
});

test("pays once, however often it is replayed", async () => {
  const charge = () => ({ receipt: "r1" });
  const { result, journal } = await mockContext({
    key: "ada",
    state: { credit: 500 },
    runs: { charge: fails(2, new Error("no connection"), charge) },
  }).run(pay, 200);
  expect(result).toEqual({ receipt: "r1" });
  expect(journal.map(({ type }) => type)).toEqual([
    "Input",
    "GetEagerState",
    "Run",
    "Run",
    "SetState",
    "Output",
  ]);
});

test("refuses without credit, and charges nothing", async () => {
  const { error, journal } = await mockContext({ key: "ada" }).run(pay, 200);
  expect(error).toMatchObject({ code: 402, message: "Not enough credit" });
  expect(journal.some(({ type }) => type === "Run")).toBe(false);
});
