/** A script whose mocked context breaks under the handler: the process must end with the reason, not hang. */
import type { Context } from "@restatedev/restate-sdk";
import { mockContext } from "@restatedev/restate-sdk-testing";

const ctx = await mockContext<Context>({ unscriptedRuns: "execute" });
// Nobody can write that down.
await ctx.run("big", () => 10n);
