/** The days and hours of a moment as clocks of a time zone show them. */
export interface Wall {
  year: number;
  /** 1 to 12 */
  month: number;
  day: number;
  hour: number;
  minute: number;
}

/** The zone if this browser knows it; undefined stands for that of the device. */
export function knownZone(zone: string | null | undefined): string | undefined {
  if (!zone) return undefined;
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return zone;
  } catch {
    return undefined;
  }
}

export function wallOf(moment: Date, zone: string | undefined): Wall {
  if (zone === undefined)
    return {
      year: moment.getFullYear(),
      month: moment.getMonth() + 1,
      day: moment.getDate(),
      hour: moment.getHours(),
      minute: moment.getMinutes(),
    };
  const parts = new Intl.DateTimeFormat("en", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  }).formatToParts(moment);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  return {
    year: part("year"),
    month: part("month"),
    day: part("day"),
    hour: part("hour"),
    minute: part("minute"),
  };
}

const two = (value: number) => String(value).padStart(2, "0");

/** "2026-11-26T10:30", as a field for days and hours takes it. */
export function wallText(moment: string, zone: string | undefined): string {
  const date = new Date(moment);
  if (Number.isNaN(date.getTime())) return "";
  const { year, month, day, hour, minute } = wallOf(date, zone);
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`;
}

/** The moment at which clocks of the zone show that; of an hour that there is not, one later or earlier. */
export function momentOf(text: string, zone: string | undefined): string {
  if (zone === undefined) return new Date(text).toISOString();
  const wanted = new Date(`${text}Z`).getTime();
  let moment = wanted;
  // The offset is that of the moment looked for, so that it is looked up twice.
  for (let turn = 0; turn < 2; turn += 1) {
    const { year, month, day, hour, minute } = wallOf(new Date(moment), zone);
    moment += wanted - Date.UTC(year, month - 1, day, hour, minute, new Date(moment).getUTCSeconds());
  }
  return new Date(moment).toISOString();
}
