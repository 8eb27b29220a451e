/** Durable timers. */
import { millisOrDurationToMillis, type Duration } from "@restatedev/restate-sdk-core";
import { ConstantFuture } from "../futures/constant.js";
import type { Future } from "../futures/future.js";
import { sleep as issueSleep } from "../machine/commands.js";
import type { InvocationScope } from "./invocation-scope.js";
import { voidDecoder } from "./values.js";

export function sleep(
  scope: InvocationScope,
  duration: Duration | number,
  name = "",
): Future<void> {
  scope.enter("ctx.sleep");
  const millis = scope.prepare("SleepCommand", name, () => toMillis(duration));
  if (millis === undefined) return new ConstantFuture<void>();
  const completionId = issueSleep(scope.machine, scope.now() + millis, name);
  return scope.completion(completionId, voidDecoder);
}

function toMillis(duration: Duration | number): number {
  // Callers without types may pass nothing at all, for example a field that a configuration lacks.
  if ((duration as unknown) === undefined) throw new Error("ctx.sleep got no duration.");
  const millis = millisOrDurationToMillis(duration);
  if (millis >= 0 && Number.isFinite(millis)) return millis;
  throw new Error(
    `A sleep cannot last ${millis} ms. From a wake-up time subtract await ctx.date.now(), not Date.now(), ` +
      "and see that the result is not negative.",
  );
}
