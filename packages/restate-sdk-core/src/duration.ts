/** Lengths of time as users write them. */

/**
 * A length of time as the sum of its fields; a missing field counts as zero. Fractions and negative
 * numbers are allowed in a field, what the sum may be is up to the operation that takes it.
 *
 * @example
 * ```ts
 * await ctx.sleep({ hours: 1, minutes: 30 });
 * ```
 */
export type Duration = {
  days?: number;
  hours?: number;
  minutes?: number;
  seconds?: number;
  milliseconds?: number;
};

/** A number of milliseconds or a {@link Duration} as whole milliseconds, fractions cut off. */
export function millisOrDurationToMillis(duration: number | Duration): number {
  return Math.trunc(typeof duration === "number" ? duration : durationToMillis(duration));
}

/** A {@link Duration} as milliseconds; a fraction if its fields add up to one. */
export function durationToMillis(duration: Duration): number {
  return (
    (duration.milliseconds ?? 0) +
    1_000 * (duration.seconds ?? 0) +
    60_000 * (duration.minutes ?? 0) +
    3_600_000 * (duration.hours ?? 0) +
    86_400_000 * (duration.days ?? 0)
  );
}
