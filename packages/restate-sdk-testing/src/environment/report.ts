/** What every invocation waits for, as text. */
import type { World } from "../runtime/world.js";
import { describeWaits } from "./describe-waits.js";

export function renderReport(world: World, now: number): string {
  const open = [...world.invocations.values()].filter(({ status }) => status.kind !== "completed");
  if (open.length === 0)
    return `It is ${new Date(now).toISOString()}, and every invocation is over.`;
  const lines = [`It is ${new Date(now).toISOString()}. Not over:`];
  for (const invocation of open) {
    lines.push(`- ${invocation.targetName} (${invocation.id}) is ${invocation.status.kind}`);
    for (const wait of describeWaits(world, invocation)) lines.push(`    waits for ${wait}`);
  }
  return lines.join("\n");
}
