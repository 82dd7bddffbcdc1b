import { durationMs, durationParts } from "../values/duration";
import { type Wall, wallOf } from "../values/zone";
import type { LanguageCode } from "./messages";

const locales: Record<LanguageCode, string> = { fr: "fr-FR", en: "en-GB", es: "es-ES", pt: "pt-PT" };

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

export const dateFormats = ["auto", "day_month_year", "month_day_year", "year_month_day"] as const;
export type DateFormat = (typeof dateFormats)[number];
export const timeFormats = ["auto", "24", "12"] as const;
export type TimeFormat = (typeof timeFormats)[number];

/** How a person wants days and times written; "auto" is as the language does. */
export interface FormatChoice {
  dates?: DateFormat;
  times?: TimeFormat;
  /** In which times are written; that of the device when there is none. */
  zone?: string;
}

export interface Format {
  /** In which moments are written; undefined: that of the device. */
  zone: string | undefined;
  number(value: number | string, digits?: number): string;
  percent(share: number): string;
  date(value: string | Date): string;
  /** A day of this year without its year. */
  dayShort(value: string | Date): string;
  dayLong(value: string | Date): string;
  time(value: string | Date): string;
  /** With its seconds. */
  timeExact(value: string | Date): string;
  dateTime(value: string | Date): string;
  /** "il y a 12 min" up to a day, then the date. */
  ago(value: string): string;
  /** "12 min", "hier", "12 nov.": for columns. */
  agoShort(value: string): string;
  bytes(value: number): string;
  duration(ms: number): string;
  country(code: string): string;
  /** An amount with the sign of its currency; without one the bare figure. */
  money(value: number | string, currency: string | undefined, digits?: number): string;
  currency(code: string): string;
  /** An ISO 8601 duration: "1 j 2 h 30 min". */
  span(iso: string): string;
  month(value: Date): string;
  monthShort(value: Date): string;
  /** "12 k", for an axis. */
  compact(value: number): string;
  /** "lun." */
  weekday(value: string | Date): string;
  list(values: string[]): string;
}

const isDay = (value: string) => /^\d{4}-\d{2}-\d{2}$/.test(value);

/**
 * A date without a time is a day, the same everywhere, and a Date is one of this device, as the grid of a calendar
 * has them; only times are turned into the user's zone.
 */
function toDate(value: string | Date): Date {
  if (value instanceof Date) return value;
  return isDay(value) ? new Date(`${value}T12:00:00`) : new Date(value);
}

function daysBetween(earlier: Wall, later: Wall): number {
  const midnight = ({ year, month, day: date }: Wall) => Date.UTC(year, month - 1, date);
  return Math.round((midnight(later) - midnight(earlier)) / day);
}

const byteUnits = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

function formatBytes(locale: string, value: number): string {
  let size = value;
  let unit = 0;
  while (size >= 1000 && unit < byteUnits.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const maximumFractionDigits = unit === 0 ? 0 : size < 10 ? 2 : size < 100 ? 1 : 0;
  const style = {
    style: "unit",
    unit: byteUnits[unit],
    unitDisplay: "short",
    maximumFractionDigits,
  } as const;
  return new Intl.NumberFormat(locale, style).format(size);
}

function formatDuration(locale: string, ms: number): string {
  const unit = (value: number, name: string, digits: number) =>
    new Intl.NumberFormat(locale, {
      style: "unit",
      unit: name,
      unitDisplay: "narrow",
      maximumFractionDigits: digits,
    })
      .format(value)
      .replace(/(\d)([a-zµ])/, "$1 $2");
  if (ms < 100) return unit(Math.max(1, Math.round(ms)), "millisecond", 0);
  if (ms < minute) return unit(ms / 1000, "second", ms < 10_000 ? 1 : 0);
  return unit(ms / minute, "minute", 0);
}

function formatSpan(locale: string, iso: string): string {
  const ms = durationMs(iso);
  if (ms === undefined) return iso;
  const { negative, days, hours, minutes, seconds } = durationParts(ms);
  const told = (
    [
      [days, "day"],
      [hours, "hour"],
      [minutes, "minute"],
      [seconds, "second"],
    ] as const
  ).filter(
    ([value], position, all) => value !== 0 || (position === 3 && all.every(([other]) => other === 0)),
  );
  const text = told.map(([value, unit]) =>
    new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "narrow", maximumFractionDigits: 3 })
      .format(value)
      // French writes a space before a unit, however narrow.
      .replace(/(\d)([a-z]+)$/i, locale.startsWith("en") ? "$1$2" : "$1\u00a0$2"),
  );
  return (negative ? "−" : "") + text.join(" ");
}

function named(names: Intl.DisplayNames, code: string): string {
  try {
    return names.of(code.toUpperCase()) ?? code;
  } catch {
    return code;
  }
}

function ago(
  locale: string,
  value: string,
  wall: (value: string) => Wall,
  dayText: (value: string) => string,
  short: boolean,
): string {
  const date = toDate(value);
  const now = new Date();
  const past = now.getTime() - date.getTime();
  const [amount, unit] =
    past < hour
      ? [Math.max(1, Math.round(past / minute)), "minute" as const]
      : [Math.round(past / hour), "hour" as const];
  const days = daysBetween(wall(value), wall(now.toISOString()));
  if (past < day && days === 0) {
    if (short)
      return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" }).format(amount);
    return new Intl.RelativeTimeFormat(locale, { style: "short" }).format(-amount, unit);
  }
  if (days === 1) return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-1, "day");
  return dayText(value);
}

const two = (value: number) => String(value).padStart(2, "0");

/** "26/11/2026" in the order that was chosen; undefined where the language decides. */
function figures(choice: DateFormat, value: Wall): string | undefined {
  const [days, months, years] = [two(value.day), two(value.month), String(value.year)];
  if (choice === "day_month_year") return `${days}/${months}/${years}`;
  if (choice === "month_day_year") return `${months}/${days}/${years}`;
  return choice === "year_month_day" ? `${years}-${months}-${days}` : undefined;
}

export function createFormat(language: LanguageCode, choice: FormatChoice = {}): Format {
  const locale = locales[language];
  const { zone } = choice;
  const isMoment = (value: string | Date) => !(value instanceof Date) && !isDay(value);
  const numbers = new Map<string, Intl.NumberFormat>();
  const numberFormat = (digits: number | undefined) => {
    const key = String(digits);
    const known = numbers.get(key);
    if (known) return known;
    const made = new Intl.NumberFormat(
      locale,
      digits === undefined
        ? { maximumFractionDigits: 20 }
        : { minimumFractionDigits: digits, maximumFractionDigits: digits },
    );
    numbers.set(key, made);
    return made;
  };
  const dates = (options: Intl.DateTimeFormatOptions) => {
    const here = new Intl.DateTimeFormat(locale, options);
    const there = zone ? new Intl.DateTimeFormat(locale, { ...options, timeZone: zone }) : here;
    return (value: string | Date) => (isMoment(value) ? there : here).format(toDate(value));
  };
  const wall = (value: string | Date) => wallOf(toDate(value), isMoment(value) ? zone : undefined);
  const written = dates({ day: "numeric", month: "short", year: "numeric" });
  const date = (value: string | Date) => figures(choice.dates ?? "auto", wall(value)) ?? written(value);
  const dayMonth = dates({ day: "numeric", month: "short" });
  const dayLong = dates({ weekday: "long", day: "numeric", month: "long" });
  const clock: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
  if (choice.times === "24") clock.hourCycle = "h23";
  if (choice.times === "12") clock.hourCycle = "h12";
  const time = dates(clock);
  const dayShort = (value: string | Date) =>
    wall(value).year === wall(new Date().toISOString()).year ? dayMonth(value) : date(value);
  const countries = new Intl.DisplayNames(locale, { type: "region", fallback: "code" });
  const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
  const currencies = new Intl.DisplayNames(locale, { type: "currency", fallback: "code" });
  return {
    zone,
    // Decimals travel as strings; Intl formats those without going through a double.
    number: (value, digits) => numberFormat(digits).format(value as number | `${number}`),
    percent: (share) =>
      new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 }).format(share),
    date,
    dayShort,
    dayLong,
    time,
    timeExact: dates({ ...clock, second: "2-digit" }),
    dateTime: (value) => `${date(value)}, ${time(value)}`,
    ago: (value) => ago(locale, value, wall, date, false),
    agoShort: (value) => ago(locale, value, wall, dayShort, true),
    bytes: (value) => formatBytes(locale, value),
    duration: (ms) => formatDuration(locale, ms),
    country: (code) => named(countries, code),
    money: (value, currency, digits) => {
      if (currency === undefined) return numberFormat(digits).format(value as number | `${number}`);
      const style = {
        style: "currency",
        currency,
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      };
      return new Intl.NumberFormat(locale, style as Intl.NumberFormatOptions).format(
        value as number | `${number}`,
      );
    },
    currency: (code) => named(currencies, code),
    span: (iso) => formatSpan(locale, iso),
    month: dates({ month: "long", year: "numeric" }),
    monthShort: dates({ month: "short", year: "2-digit" }),
    compact: (value) => compact.format(value),
    weekday: dates({ weekday: "short" }),
    list: (values) => new Intl.ListFormat(locale, { type: "conjunction" }).format(values),
  };
}
