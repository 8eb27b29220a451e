/** Many long invocations at once, and what must be true of them however often something was killed meanwhile. */
import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { eventually, type IngressClient } from "../../support/real-server/index.js";
import { effectsIn } from "./services.js";

const TRAVELLERS = 20;
/** 0 + 1 + 2 + 3 + 4 for the legs, and 1 + 2 + 3 + 4 + 5 for the tally. */
const EXPECTED_SUM = 25;

export interface Journeys {
  /** Resolves once that many legs were travelled, over all journeys. */
  reached(legs: number): Promise<void>;
  /** Waits for all of them and checks that every effect counted once. */
  arrived(options: { maxExecutions: number }): Promise<void>;
}

export async function startJourneys(ingress: IngressClient, effects: string): Promise<Journeys> {
  const keys = Array.from({ length: TRAVELLERS }, () => randomUUID());
  const sends = await Promise.all(keys.map((key) => ingress.send("Victim/journey", key)));
  return {
    reached: (legs) =>
      eventually(() => {
        const travelled = effectsIn(effects).filter((line) => line.includes(" leg ")).length;
        expect(travelled).toBeGreaterThanOrEqual(legs);
      }),

    arrived: async ({ maxExecutions }) => {
      for (const { invocationId } of sends) {
        const sum = await eventually(() => ingress.attach(invocationId), { withinMs: 20_000 });
        expect(sum).toBe(EXPECTED_SUM);
      }
      const lines = effectsIn(effects);
      for (const key of keys) {
        expect(await ingress.call(`ChaosTally/${key}/count`)).toBe(5);
        for (let leg = 0; leg < 5; leg++) {
          const executions = lines.filter((line) => line === `${key} leg ${leg}`).length;
          expect(executions).toBeGreaterThanOrEqual(1);
          expect(executions).toBeLessThanOrEqual(maxExecutions);
        }
      }
    },
  };
}
