/** A scenario: what an exploration runs again and again, each time in an environment of its own. */
import type { TestEnvironmentOptions } from "../environment/environment-options.js";
import type { TestEnvironment } from "../environment/test-environment.js";
import type { Effects } from "./effects.js";

type Services = NonNullable<TestEnvironmentOptions["services"]>;

/** What explorations decide themselves. */
type Decided =
  "services" | "deployments" | "cutsAt" | "forgetCrashes" | "choose" | "shuffle" | "report";

/**
 * Services, and what to do with them. Every run gets a fresh environment, so whatever the scenario needs besides has to be
 * fresh, too: make it inside of {@link run} or {@link services}.
 *
 * @example
 * ```ts
 * const paying: Scenario = {
 *   services: [checkout],
 *   run: async (env, effects) => {
 *     env.mockRun("charge card", () => effects.record("charge", { key: "order-1" }));
 *     return env.call(checkout, "ann").pay({ cents: 4200 });
 *   },
 * };
 * ```
 */
export interface Scenario<TResult = unknown> extends Omit<TestEnvironmentOptions, Decided> {
  /** The services, or a function that makes them for one run. */
  readonly services: Services | ((effects: Effects) => Services);
  /**
   * Drives the services as the outside world does. What it returns has to be the same in every run; what it throws, a
   * failed assertion for example, fails the exploration.
   */
  readonly run: (env: TestEnvironment, effects: Effects) => TResult | PromiseLike<TResult>;
}
