/** Durations travel as ISO 8601 of days and shorter, "P1DT2H30M"; people type "1h30", "90 min", "2 d". */

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const iso = /^(-?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?)?$/;

/** Milliseconds; undefined for what is no duration. */
export function durationMs(text: string): number | undefined {
  const found = iso.exec(text);
  if (!found || /[PT]$/.test(text)) return undefined;
  const [, sign, weeks, days, hours, minutes, seconds] = found;
  const part = (value: string | undefined) => Number((value ?? "0").replace(",", "."));
  const ms =
    part(weeks) * 7 * day +
    part(days) * day +
    part(hours) * hour +
    part(minutes) * minute +
    Math.round(part(seconds) * second);
  return sign === "-" ? -ms : ms;
}

export interface DurationParts {
  negative: boolean;
  days: number;
  hours: number;
  minutes: number;
  seconds: number;
}

export function durationParts(ms: number): DurationParts {
  const whole = Math.abs(ms);
  return {
    negative: ms < 0,
    days: Math.floor(whole / day),
    hours: Math.floor((whole % day) / hour),
    minutes: Math.floor((whole % hour) / minute),
    seconds: (whole % minute) / second,
  };
}

export function isoDuration(ms: number): string {
  const { negative, days, hours, minutes, seconds } = durationParts(ms);
  const time = `${hours ? `${hours}H` : ""}${minutes ? `${minutes}M` : ""}${seconds ? `${seconds}S` : ""}`;
  if (!days && !time) return "PT0S";
  return `${negative ? "-" : ""}P${days ? `${days}D` : ""}${time ? `T${time}` : ""}`;
}

/** The units as people write them in the four languages. */
const units: [RegExp, number][] = [
  [/^(w|wk|weeks?|sem|semaines?|semanas?|s(em)?\.)$/, 7 * day],
  [/^(d|days?|j|jours?|d[ií]as?)$/, day],
  [/^(h|hrs?|hours?|heures?|horas?)$/, hour],
  [/^(m|mn|mins?|minutes?|minutos?)$/, minute],
  [/^(s|secs?|seg|seconds?|secondes?|segundos?)$/, second],
];

function unitOf(word: string): number | undefined {
  return units.find(([known]) => known.test(word))?.[1];
}

/** "1:30" is an hour and a half. */
function clock(text: string): number | undefined {
  const found = /^(\d+):([0-5]\d)(?::([0-5]\d))?$/.exec(text);
  if (!found) return undefined;
  return Number(found[1]) * hour + Number(found[2]) * minute + Number(found[3] ?? 0) * second;
}

/** What was typed, as the REST interface wants it; undefined for what cannot be read. */
export function typedDuration(typed: string): string | undefined {
  const text = typed.trim().toLowerCase().replace(/\s+/g, " ");
  const asIso = durationMs(text.toUpperCase());
  if (asIso !== undefined) return isoDuration(asIso);
  const sign = text.startsWith("-") ? -1 : 1;
  const body = text.replace(/^-\s*/, "");
  const asClock = clock(body);
  if (asClock !== undefined) return isoDuration(sign * asClock);
  let ms = 0;
  let last: number | undefined;
  let rest = body;
  while (rest !== "") {
    const found = /^(\d+(?:[.,]\d+)?) ?(\p{L}+\.?)? ?/u.exec(rest);
    if (!found) return undefined;
    // "1h30": what follows the hours without a unit are minutes; after days hours, after minutes seconds.
    const unit = found[2]
      ? unitOf(found[2])
      : last && { [day]: hour, [hour]: minute, [minute]: second }[last];
    if (unit === undefined || (last !== undefined && unit >= last)) return undefined;
    ms += Number((found[1] ?? "").replace(",", ".")) * unit;
    last = unit;
    rest = rest.slice(found[0].length);
  }
  return last === undefined ? undefined : isoDuration(sign * Math.round(ms));
}

/** As the expression language writes it: "1d2h30m". */
export function durationLiteral(text: string): string | undefined {
  const ms = durationMs(text);
  if (ms === undefined) return undefined;
  const { negative, days, hours, minutes, seconds } = durationParts(ms);
  const written = [
    days && `${days}d`,
    hours && `${hours}h`,
    minutes && `${minutes}m`,
    seconds >= 1 && `${Math.floor(seconds)}s`,
    seconds % 1 && `${Math.round((seconds % 1) * 1000)}ms`,
  ].filter(Boolean);
  return `${negative ? "-" : ""}${written.join("") || "0s"}`;
}
