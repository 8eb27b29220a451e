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
    what: ["core/value/serde"],
    relations: ["official to ours"],
    onlyExact: true,
    reason:
      "JsonSerde.jsonSchema may be present but undefined there, so that with " +
      "exactOptionalPropertyTypes a JsonSerde is no Serde. Ours is left out instead.",
  },
  {
    what: ["root/value/RestatePromise", "root/value/CombineablePromise"],
    relations: ["official to ours"],
    reason: "Ours has two more functions: select and asCompleted.",
  },
  {
    what: ["root/type/Opts", "root/type/SendOpts", "root/value/rpc"],
    relations: ["official to ours"],
    reason: "The classes have a private member, which no other declaration can supply.",
  },
  {
    what: ["root/value/Opts", "root/value/SendOpts"],
    relations: ["official to ours", "ours to official"],
    reason: "The classes have a private constructor, which no other declaration can supply.",
  },
  {
    what: ["clients/value/connect"],
    relations: ["official to ours"],
    reason: "Ours returns an ingress with two more methods: attach and output.",
  },
  {
    what: [
      "testcontainers/type/StateProxy #1",
      "testcontainers/type/StateProxy #2",
      "testcontainers/value/StateProxy",
      "testcontainers/type/RestateTestEnvironment",
      "testcontainers/value/RestateTestEnvironment",
    ],
    relations: ["official to ours"],
    reason: "The classes have private members, which no other declaration can supply.",
  },
];

export interface Difference {
  /** `entry/kind/name`, as in the names of the tests. */
  readonly what: readonly string[];
  /** The relations that do not hold. */
  readonly relations: readonly Relation[];
  /** Holds only with `exactOptionalPropertyTypes`. */
  readonly onlyExact?: true;
  readonly reason: string;
}

/** What has to hold between a type of ours and the official one of that name. */
export type Relation = "official to ours" | "ours to official" | "any where the other is";
