/** Reads cron expressions and says when they are due next. In UTC, which has no hour that comes twice or never. */

/**
 * When a job is due: what each part of a time may be.
 *
 * The fields are minute, hour, day of the month, month and day of the week (0 and 7 are Sunday), each of them `*`, numbers,
 * ranges (`9-17`), steps (`8-18/2`, or `*` with `/15`), or a list of these. A sixth field in front of them is for seconds. As everywhere
 * in the world of cron, when both the day of the month and that of the week are restricted, one of them has to fit.
 */
export interface Schedule {
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly isDue: (day: Date) => boolean;
}

const DAY = 24 * 60 * 60 * 1_000;
/** February 29 can be eight years away. */
const MAX_DAYS = 8 * 366;

/** @throws RangeError that says which field is wrong, or that the expression fits no day at all */
export function parseSchedule(expression: string): Schedule {
  const fields = expression.trim().split(/\s+/);
  if (fields.length === 5) fields.unshift("0");
  if (fields.length !== 6) {
    throw new RangeError(`"${expression}" has ${fields.length} fields instead of 5 or 6`);
  }
  const [second, minute, hour, dayOfMonth, month, dayOfWeek] = fields as Six;
  const days = parseField("day of the month", dayOfMonth, 1, 31);
  const months = parseField("month", month, 1, 12);
  const weekdays = parseField("day of the week", dayOfWeek, 0, 7).map((day) => day % 7);
  const isEither = !dayOfMonth.startsWith("*") && !dayOfWeek.startsWith("*");
  const schedule: Schedule = {
    seconds: parseField("second", second, 0, 59),
    minutes: parseField("minute", minute, 0, 59),
    hours: parseField("hour", hour, 0, 23),
    isDue: (day) => {
      const fitsMonth = days.includes(day.getUTCDate());
      const fitsWeek = weekdays.includes(day.getUTCDay());
      const fits = isEither ? fitsMonth || fitsWeek : fitsMonth && fitsWeek;
      return fits && months.includes(day.getUTCMonth() + 1);
    },
  };
  nextAfter(schedule, 0);
  return schedule;
}

/**
 * The first time after `time` at which it is due; both in milliseconds since 1970.
 *
 * @throws RangeError if there is none, such as on February 30
 */
export function nextAfter({ seconds, minutes, hours, isDue }: Schedule, time: number): number {
  const today = Math.floor(time / DAY) * DAY;
  for (let day = today; day <= today + MAX_DAYS * DAY; day += DAY) {
    if (!isDue(new Date(day))) continue;
    for (const hour of hours) {
      for (const minute of minutes) {
        const start = day + (hour * 60 + minute) * 60_000;
        const second = seconds.find((each) => start + each * 1_000 > time);
        if (second !== undefined) return start + second * 1_000;
      }
    }
  }
  throw new RangeError("The expression fits no day within eight years");
}

type Six = [string, string, string, string, string, string];

/** The values of a field, in ascending order. */
function parseField(name: string, text: string, min: number, max: number): number[] {
  const values = text.split(",").flatMap((part) => {
    const [isPart, from, to, step] = PART.exec(part) ?? [];
    const isOne = from !== undefined && to === undefined && step === undefined;
    const first = Number(from ?? min);
    const last = Number(to ?? (isOne ? first : max));
    const every = Number(step ?? 1);
    if (isPart === undefined || first < min || last > max || first > last || every === 0) {
      throw new RangeError(
        `The ${name} "${part}" is no number, range or step from ${min} to ${max}`,
      );
    }
    const count = Math.floor((last - first) / every) + 1;
    return Array.from({ length: count }, (_, index) => first + index * every);
  });
  return [...new Set(values)].sort((a, b) => a - b);
}

/** A star, a number or a range, with or without a step. */
const PART = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/;
