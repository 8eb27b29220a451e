import { describe, expect, it } from "vitest";
import { Announcements } from "./announcements.js";

/** How many leaves are told in all while so many arrive one by one. */
function leavesTold(width: number): number {
  const announcements = new Announcements();
  let told = 0;
  for (let events = width; events < 2 * width; events++) {
    const leaves = 2 * width - events;
    if (!announcements.isDue(events)) continue;
    announcements.told(events, leaves);
    told += leaves;
  }
  return told;
}

describe("telling the server what is awaited", () => {
  it("is due at first, and after every event while there is little to tell", () => {
    const announcements = new Announcements();
    for (const events of [0, 1, 2, 5]) {
      expect(announcements.isDue(events)).toBe(true);
      announcements.told(events, 8);
    }
  });

  it("is not due again when nothing has happened", () => {
    const announcements = new Announcements();
    announcements.told(3, 0);
    expect(announcements.isDue(3)).toBe(false);
  });

  it("costs in proportion to the width of a fan-out", () => {
    expect(leavesTold(10_000)).toBeLessThan(9 * 10_000);
    expect(leavesTold(100)).toBeLessThan(9 * 100);
  });
});
