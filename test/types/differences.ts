/**
 * Every intended difference between our public types and the official ones.
 *
 * The compiler shows those listed in {@link differences}. It does not show where ours merely accept
 * more:
 * - `Context.run` takes an `AbortableRunAction`, which every `RunAction` is: the action may have a
 *   parameter with a signal, and may return any thenable;
 * - the options of `TerminalError` have a `cause`, which the official class accepts untyped;
 * - `PauseError.from` is declared to return the `PauseError` it makes, not a `RetryableError`;
 * - `Opts` and `SendOpts` are interfaces where they are taken, so that options made by another copy
 *   of the package fit;
 * - `WorkflowOpts` words its messages for handlers that do not fit differently.
 */
export const differences: readonly Difference[] = [
  {
    what: "core/value/serde",
    relation: "official to ours",
    onlyExact: true,
    reason:
      "JsonSerde.jsonSchema may be present but undefined there, so that with " +
      "exactOptionalPropertyTypes a JsonSerde is no Serde. Ours is left out instead.",
  },
  ...["root", "node"].flatMap((entry) =>
    ["RestatePromise", "CombineablePromise"].map((name): Difference => ({
      what: `${entry}/value/${name}`,
      relation: "official to ours",
      reason: "Ours has two more functions: select and asCompleted.",
    })),
  ),
];

export interface Difference {
  /** `entry/kind/name`, as in the names of the tests. */
  readonly what: string;
  readonly relation: Relation;
  /** Holds only with `exactOptionalPropertyTypes`. */
  readonly onlyExact?: true;
  readonly reason: string;
}

/** What has to hold between a type of ours and the official one of that name. */
export type Relation = "official to ours" | "ours to official" | "any where the other is";
