/** Awakeables that handlers wait for, in the hands of a test. */
import type { Serde } from "@restatedev/restate-sdk-core";
import type { Invocation } from "../runtime/invocation.js";
import type { Runtime } from "../runtime/runtime.js";
import { awaitedAwakeables } from "./describe-waits.js";
import { completer, JSON_SERDE, type Completer, type TestInvocation } from "./test-invocation.js";

/** An awakeable that an invocation waits for. */
export interface TestAwakeable extends Completer {
  readonly id: string;
  readonly invocation: TestInvocation;
}

export interface AwakeablesAccess {
  readonly runtime: Runtime;
  readonly toTestInvocation: (invocation: Invocation) => TestInvocation;
  readonly orFail: <T>(result: Promise<T>) => Promise<T>;
}

export class Awakeables {
  readonly #access: AwakeablesAccess;
  /** Those that were handed out by {@link next}. */
  readonly #given = new Set<string>();

  constructor(access: AwakeablesAccess) {
    this.#access = access;
  }

  /** Everything that is waited for now, once all is at rest. */
  async pending(): Promise<TestAwakeable[]> {
    const { orFail, runtime } = this.#access;
    await orFail(runtime.whileSuspending(runtime.atRest()));
    return this.#find();
  }

  /**
   * The next awakeable that an invocation waits for and that this method has not given before. Waits until there is one;
   * meanwhile an automatic clock moves on.
   */
  async next(valueSerde: Serde<unknown> = JSON_SERDE): Promise<TestAwakeable> {
    const { runtime, orFail } = this.#access;
    for (;;) {
      await orFail(runtime.whileSuspending(runtime.atRest()));
      const found = this.#find(valueSerde).find(({ id }) => !this.#given.has(id));
      if (found !== undefined) {
        this.#given.add(found.id);
        return found;
      }
      await orFail(runtime.whileSuspending(runtime.world.history.nextSuspension()));
    }
  }

  /** Any awakeable by its id, for example one that a mocked service was given. */
  byId(id: string, valueSerde: Serde<unknown> = JSON_SERDE): Completer {
    return completer((result) => {
      if (this.#access.runtime.commands.completeAwakeable(id, result, "test")) return;
      throw new Error(
        `'${id}' is no awakeable id: it should be what ctx.awakeable() gave the handler`,
      );
    }, valueSerde);
  }

  #find(valueSerde: Serde<unknown> = JSON_SERDE): TestAwakeable[] {
    const { runtime, toTestInvocation } = this.#access;
    return [...runtime.world.invocations.values()].flatMap((invocation) =>
      awaitedAwakeables(invocation).map((id) => ({
        id,
        invocation: toTestInvocation(invocation),
        ...this.byId(id, valueSerde),
      })),
    );
  }
}
