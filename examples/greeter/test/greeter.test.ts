/** The greeter's step is retried until it works; who has no name is refused at once. */
import { createTestEnvironment, fails } from "@restatedev/restate-sdk-testing";
import { expect, test } from "vitest";
import { greeter } from "../src/greeter.js";

test("greets in the guest's language, however often the phrase book fails", async () => {
  await using env = await createTestEnvironment({ services: [greeter] });
  const broken = new Error("the phrase book does not answer");
  const lookUp = env.mockRun(
    "look up the greeting",
    fails(5, broken, () => "Bonjour"),
  );
  expect(await env.call(greeter).greet({ name: "Ada", language: "fr" })).toBe("Bonjour, Ada!");
  expect(lookUp.executions).toHaveLength(6);
});

test("gives up when the phrase book has failed twenty times", async () => {
  await using env = await createTestEnvironment({ services: [greeter] });
  const broken = new Error("the phrase book is gone");
  const lookUp = env.mockRun(
    "look up the greeting",
    fails(100, broken, () => "Bonjour"),
  );
  const greeting = env.call(greeter).greet({ name: "Ada", language: "fr" });
  await expect(greeting).rejects.toThrow("the phrase book is gone");
  expect(lookUp.executions).toHaveLength(20);
});

test("refuses who has no name, and looks nothing up", async () => {
  await using env = await createTestEnvironment({ services: [greeter] });
  const lookUp = env.mockRun("look up the greeting", () => "Bonjour");
  const greeting = env.call(greeter).greet({ name: "", language: "fr" });
  await expect(greeting).rejects.toMatchObject({ code: 400, message: "Who is there?" });
  expect(lookUp.executions).toHaveLength(0);
});
