/** Code that repeats none of the journals of the tests. */
import { mailer, orders } from "../replay.fixture.js";

const changed = orders(async (ctx) => {
  await ctx.run("hold", () => {});
  return "";
});

export const services = [changed, mailer];
