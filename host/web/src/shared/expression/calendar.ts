import { floorDivide, narrow, parseInteger, rescale } from "./int64";

export const microsPerDay = 86_400_000_000n;
const microsPerSecond = 1_000_000n;
const msPerDay = 86_400_000;

/** Reads "-12.5" exactly at the given scale; null when it does not fit without loss. */
export function parseDecimal(text: string, scale: number): bigint | null {
  const [, sign = "", whole = "", fraction = ""] = /^(-?)([0-9]+)(?:\.([0-9]+))?$/.exec(text) ?? [];
  const kept = fraction.replace(/0+$/, "");
  if (whole === "" || kept.length > scale) return null;
  const digits = parseInteger(sign + whole + kept);
  return digits === null ? null : rescale(digits, scale - kept.length);
}

/** With exactly `scale` digits after the point. */
export function decimalText(scaled: bigint, scale: number): string {
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  return (scaled < 0n ? "-" : "") + (scale === 0 ? whole : `${whole}.${digits.slice(-scale)}`);
}

/** Days since 1970-01-01 of "YYYY-MM-DD"; null for days that do not exist, or outside years 1 to 9999. */
export function parseDays(text: string): bigint | null {
  const match = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
  if (match === null) return null;
  const [year = 0, month = 0, day = 0] = match.slice(1).map(Number);
  if (year === 0) return null;
  // Date.UTC would read the years 0 to 99 as 1900 to 1999.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  // Two digits of days too many never come round to the same month.
  if (date.getUTCMonth() !== month - 1) return null;
  return BigInt(date.getTime() / msPerDay);
}

const firstDay = -719_162n;
const lastDay = 2_932_896n;

/** null outside of years 1 to 9999. */
export function daysText(days: bigint): string | null {
  if (days < firstDay || days > lastDay) return null;
  return new Date(Number(days) * msPerDay).toISOString().slice(0, 10);
}

const time =
  /^(.{10})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))$/;

/** Microseconds since 1970 of an RFC 3339 time; null outside of 1678 to 2261, and for leap seconds. */
export function parseMicros(text: string): bigint | null {
  const match = time.exec(text);
  const days = parseDays(match?.[1] ?? "");
  if (match === null || days === null) return null;
  const number = (index: number) => Number(match[index] ?? 0);
  if (number(2) > 23 || number(3) > 59 || number(4) > 59 || number(7) > 23 || number(8) > 59) return null;
  const zone = (number(7) * 3600 + number(8) * 60) * (match[6] === "-" ? -1 : 1);
  const seconds = days * 86_400n + BigInt(number(2) * 3600 + number(3) * 60 + number(4) - zone);
  // What 64 bits of nanoseconds hold, as the server keeps times.
  if (seconds < -9_223_372_035n || seconds > 9_223_372_035n) return null;
  return seconds * microsPerSecond + BigInt((match[5] ?? "").padEnd(6, "0").slice(0, 6));
}

/** Of a timestamp, in microseconds since 1970. */
const lastMoment = 9_223_372_035_000_000n;

/** null outside of 1678 to 2261. */
export function narrowMoment(micros: bigint): bigint | null {
  return micros < -lastMoment || micros > lastMoment ? null : micros;
}

/** As the server writes it, "2026-11-21T07:05:03.123456Z"; null outside of 1678 to 2261. */
export function microsText(micros: bigint): string | null {
  if (narrowMoment(micros) === null) return null;
  const seconds = floorDivide(micros, microsPerSecond);
  const fraction = (micros - seconds * microsPerSecond).toString().padStart(6, "0");
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${fraction}Z`;
}

/** Microseconds. */
const units: Record<string, bigint> = {
  ms: 1_000n,
  us: 1n,
  d: microsPerDay,
  h: 3_600_000_000n,
  m: 60_000_000n,
  s: 1_000_000n,
};

/** Of "1.5" hours and the like; null when malformed, too long or finer than a microsecond. */
function microsOf(number: string, unit: bigint): bigint | null {
  const [, whole = "", fraction = ""] = /^([0-9]+)(?:\.([0-9]+))?$/.exec(number) ?? [];
  const scaled = parseDecimal(`0.${fraction}0`, 6);
  if (whole === "" || scaled === null) return null;
  const millionths = (BigInt(whole) * 1_000_000n + scaled) * unit;
  return millionths % 1_000_000n === 0n ? narrow(millionths / 1_000_000n) : null;
}

/** "1h30m", "-24h", "1.5s", "30d"; null when malformed, finer than a microsecond, or too long. */
export function parseDuration(text: string): bigint | null {
  const negative = text.startsWith("-");
  let rest = negative ? text.slice(1) : text;
  if (rest === "" || rest.length > 64) return null;
  let total = 0n;
  while (rest !== "") {
    const [all = "", number = "", unit = ""] = /^([0-9.]*)(ms|us|[dhms])/.exec(rest) ?? [];
    const part = microsOf(number, units[unit] ?? 0n);
    const sum = part === null ? null : narrow(total + part);
    if (sum === null) return null;
    total = sum;
    rest = rest.slice(all.length);
  }
  return negative ? -total : total;
}

export const calendarUnits = ["day", "week", "month", "quarter", "year"];

/** Days of the first of a month that is counted from January of the year 0. */
function firstOf(month: number): number {
  const date = new Date(0);
  date.setUTCFullYear(Math.floor(month / 12), month % 12, 1);
  return date.getTime() / msPerDay;
}

/** The month, counted from January of the year 0, and the day in it from 0; null outside of the calendar. */
function civil(days: bigint): { month: number; day: number } | null {
  if (days < firstDay || days > lastDay) return null;
  const date = new Date(Number(days) * msPerDay);
  return { month: date.getUTCFullYear() * 12 + date.getUTCMonth(), day: date.getUTCDate() - 1 };
}

/** The first day of the unit, one of calendarUnits, that the day lies in; weeks begin on Monday. */
export function startOf(days: bigint, unit: string): bigint | null {
  const at = civil(days);
  if (at === null || unit === "day") return at && days;
  if (unit === "week") return days - ((((days + 3n) % 7n) + 7n) % 7n); // 1970 began on a Thursday
  const months = { quarter: 3, year: 12 }[unit] ?? 1;
  return BigInt(firstOf(at.month - (at.month % months)));
}

/** The same day of another month, or the last one of it where it is shorter; null outside of the calendar. */
export function addMonths(days: bigint, months: bigint): bigint | null {
  const at = civil(days);
  if (at === null) return null;
  const month = BigInt(at.month) + months;
  if (month < 12n || month >= 120_000n) return null;
  const first = firstOf(Number(month));
  const last = firstOf(Number(month) + 1) - 1;
  return BigInt(Math.min(first + at.day, last));
}
