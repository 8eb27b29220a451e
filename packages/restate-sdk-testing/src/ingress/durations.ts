/** Durations as URLs carry them: ISO 8601 ("PT1M30S") and the friendly form ("90s", "1h 30min"). */

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  msec: 1,
  s: 1_000,
  sec: 1_000,
  second: 1_000,
  seconds: 1_000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  minutes: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000,
  w: 604_800_000,
  week: 604_800_000,
  weeks: 604_800_000,
};

const ISO = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i;

/** Milliseconds, undefined for what is no duration. */
export function parseDuration(text: string): number | undefined {
  const iso = ISO.exec(text.trim());
  if (iso !== null && text.length > 1) {
    const [weeks, days, hours, minutes, seconds] = iso.slice(1).map((part) => Number(part ?? 0));
    return (
      ((((weeks ?? 0) * 7 + (days ?? 0)) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60_000 +
      (seconds ?? 0) * 1_000
    );
  }
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/gi)];
  if (parts.length === 0 || text.replace(/(\d+(?:\.\d+)?)\s*([a-z]+)|[\s+,]/gi, "") !== "")
    return undefined;
  let millis = 0;
  for (const [, amount, unit = ""] of parts) {
    const size = UNITS_MS[unit.toLowerCase()];
    if (size === undefined) return undefined;
    millis += Number(amount) * size;
  }
  return millis;
}
