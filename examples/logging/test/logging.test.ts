/** What arrives in the log: every line once, as JSON, with the invocation it is about. */
import { LogSource, RestateLogLevel } from "@restatedev/restate-sdk";
import { createTestEnvironment, fails } from "@restatedev/restate-sdk-testing";
import { beforeEach, expect, it } from "vitest";
import { checkout } from "../src/checkout.js";
import { createLogger } from "../src/logger.js";
import { pinoTransport } from "../src/pino-transport.js";

type Line = Readonly<Record<string, unknown>>;

const lines: Line[] = [];
const logger = createLogger({ write: (line) => lines.push(JSON.parse(line) as Line) });
const log = pinoTransport(logger);
const user = { source: LogSource.USER, level: RestateLogLevel.INFO, replaying: false };

beforeEach(() => {
  lines.length = 0;
  logger.level = "info";
});

it("has what a handler says once, though it is replayed at every wait and every retry", async () => {
  logger.level = "debug";
  await using env = await createTestEnvironment({ services: [checkout], logger: log });
  env.mockRun(
    "charge",
    fails(3, new Error("no"), () => "receipt 1"),
  );
  const payment = env.send(checkout).pay({ cents: 4200, card: "4111" });
  await payment.result();
  expect(payment.attempts.length).toBeGreaterThan(4);
  const own = lines.filter(({ source }) => source === "USER");
  const about = { invocation: payment.id, target: "Checkout/pay" };
  expect(own).toMatchObject([
    { level: "info", msg: "charging", data: { cents: 4200, card: "[Redacted]" }, ...about },
    { level: "info", msg: "charged", data: { receipt: "receipt 1" }, ...about },
    { level: "debug", msg: "settled", ...about },
  ]);
});

it("has what the SDK says of a failure, with the error and the invocation", async () => {
  await using env = await createTestEnvironment({ services: [checkout], logger: log });
  env.mockRun(
    "charge",
    fails(1, new Error("The bank is closed"), () => "receipt 1"),
  );
  const payment = env.send(checkout).pay({ cents: 4200, card: "4111" });
  await payment.result();
  const warnings = lines.filter(({ level, invocation }) => level === "warn" && invocation);
  expect(warnings).toMatchObject([
    { source: "JOURNAL", invocation: payment.id, err: { message: "The bank is closed" } },
  ]);
});

it("has no line below its level", () => {
  log({ ...user, level: RestateLogLevel.DEBUG }, "quiet");
  log({ ...user, level: RestateLogLevel.ERROR }, "loud");
  expect(lines.map(({ level, msg }) => [level, msg])).toEqual([["error", "loud"]]);
});

it("keeps text, data and an error apart", () => {
  log(user, "%s of", 3, { order: 7 }, new TypeError("oh"));
  expect(lines[0]).toMatchObject({ msg: "3 of", data: { order: 7 }, err: { type: "TypeError" } });
});

it("says what an error says that comes alone", () => {
  log(user, new TypeError("oh"));
  expect(lines[0]).toMatchObject({ msg: "oh", err: { type: "TypeError" } });
});

it.each([
  ["a circle", circle()],
  ["a big integer", { amount: 1n }],
  ["nothing", undefined],
  ["null", null],
  ["a symbol", Symbol("s")],
])("is not put off by %s", (_, value) => {
  expect(() => log(user, "odd", value)).not.toThrow();
  expect(lines).toHaveLength(1);
});

function circle(): object {
  const value: Record<string, unknown> = {};
  value["self"] = value;
  return value;
}
