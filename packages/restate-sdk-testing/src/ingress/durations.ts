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
  return parseIso(text.trim()) ?? parseFriendly(text);
}

function parseIso(text: string): number | undefined {
  const parts = ISO.exec(text);
  if (parts === null || text.length < 3) return undefined;
  const sizes = [604_800_000, 86_400_000, 3_600_000, 60_000, 1_000];
  return sizes.reduce((millis, size, index) => millis + Number(parts[index + 1] ?? 0) * size, 0);
}

const FRIENDLY_PART = /(\d+(?:\.\d+)?)\s*([a-z]+)/gi;

function parseFriendly(text: string): number | undefined {
  const parts = [...text.matchAll(FRIENDLY_PART)];
  const isAllParts = text.replace(FRIENDLY_PART, "").replace(/[\s+,]/g, "") === "";
  if (parts.length === 0 || !isAllParts) return undefined;
  let millis = 0;
  for (const [, amount, unit = ""] of parts) {
    const size = UNITS_MS[unit.toLowerCase()];
    if (size === undefined) return undefined;
    millis += Number(amount) * size;
  }
  return millis;
}
