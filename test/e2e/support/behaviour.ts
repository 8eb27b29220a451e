/** A behaviour: services and the tests that demand something of them, written once and run in every mode. */
import { afterAll, beforeAll, describe, it } from "vitest";
import { sdkUnderTest } from "../../support/real-server/sdk-under-test.js";
import type { Mode } from "./modes.js";
import { World, type Services } from "./world.js";

export interface Behaviour {
  readonly name: string;
  readonly services: Services;
  readonly tests: (world: World) => void;
  /** Where it makes sense. Default: everywhere. */
  readonly appliesTo?: (world: World) => boolean;
}

/** Runs behaviours against one server in one mode. */
export function runBehaviours(behaviours: readonly Behaviour[], mode: Mode): void {
  const world = new World(mode);
  const applicable = behaviours.filter(({ appliesTo }) => appliesTo?.(world) ?? true);
  describe(mode.name, () => {
    beforeAll(() => world.start(applicable.flatMap(({ services }) => services)));
    afterAll(() => world.stop());
    for (const { name, tests } of applicable) describe.concurrent(name, () => tests(world));
  });
}

/**
 * A test the official SDK cannot pass; the reason is shown where it is skipped. With RESTATE_SDK_STRICT=1 it runs
 * there as well, as proof that the reason still holds.
 */
export function beyondOfficial(
  reason: string,
): (name: string, test: () => Promise<void>, timeoutMs?: number) => void {
  const skip = sdkUnderTest === "official" && process.env["RESTATE_SDK_STRICT"] === undefined;
  return (name, test, timeoutMs) =>
    skip ? it.skip(`${name} [official SDK: ${reason}]`, test) : it(name, test, timeoutMs);
}
