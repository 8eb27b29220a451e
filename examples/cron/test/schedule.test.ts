/** Cron expressions: when they are due, and which are none. */
import { expect, test } from "vitest";
import { nextAfter, parseSchedule } from "../src/schedule.js";

const next = (expression: string, after: string) =>
  new Date(nextAfter(parseSchedule(expression), Date.parse(after))).toISOString();

// 2026-03-02 is a Monday.
test.each([
  ["* * * * *", "2026-03-02T10:00:00.000Z", "2026-03-02T10:01:00.000Z"],
  ["*/15 * * * *", "2026-03-02T10:50:00Z", "2026-03-02T11:00:00.000Z"],
  ["*/15 * * * *", "2026-03-02T10:14:59.999Z", "2026-03-02T10:15:00.000Z"],
  ["30 9 * * *", "2026-03-02T09:30:00Z", "2026-03-03T09:30:00.000Z"],
  ["0 8-18/4 * * *", "2026-03-02T12:00:00Z", "2026-03-02T16:00:00.000Z"],
  ["0 20/2 * * *", "2026-03-02T20:00:00Z", "2026-03-02T22:00:00.000Z"],
  ["0 9 * * 1-5", "2026-03-06T09:00:00Z", "2026-03-09T09:00:00.000Z"],
  ["0 0 * * 7", "2026-03-02T00:00:00Z", "2026-03-08T00:00:00.000Z"],
  ["0 0 * * 0", "2026-03-02T00:00:00Z", "2026-03-08T00:00:00.000Z"],
  ["0 0 1 * *", "2026-12-15T00:00:00Z", "2027-01-01T00:00:00.000Z"],
  ["0 0 31 * *", "2026-03-31T00:00:00Z", "2026-05-31T00:00:00.000Z"],
  ["0 0 29 2 *", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00.000Z"],
  ["0 0 13 * 5", "2026-03-02T00:00:00Z", "2026-03-06T00:00:00.000Z"],
  ["0 0 1,15 1-3 *", "2026-03-15T00:00:00Z", "2027-01-01T00:00:00.000Z"],
  ["*/2 * * * * *", "2026-03-02T23:59:58Z", "2026-03-03T00:00:00.000Z"],
])("%s after %s is due at %s", (expression, after, due) => {
  expect(next(expression, after)).toBe(due);
});

test.each([
  ["", "1 fields instead of 5 or 6"],
  ["* * * *", "4 fields instead of 5 or 6"],
  ["60 * * * *", 'minute "60" is no number, range or step from 0 to 59'],
  ["* 24 * * *", 'hour "24"'],
  ["* * 0 * *", 'day of the month "0"'],
  ["* * * 13 *", 'month "13"'],
  ["* * * * 8", 'day of the week "8"'],
  ["*/0 * * * *", 'minute "*/0"'],
  ["5-1 * * * *", 'minute "5-1"'],
  ["1,,2 * * * *", 'minute ""'],
  ["0 9 * * MON", 'day of the week "MON"'],
  ["@daily", "1 fields"],
  ["0 0 30 2 *", "fits no day"],
])("%j is refused: %s", (expression, message) => {
  expect(() => parseSchedule(expression)).toThrow(message);
});
