import type { FieldDefinition } from "@opsflux/ui";

/** Days as "2026-11-21", which compare as texts. */
export type Day = string;

const dayMs = 86_400_000;
const utc = (day: Day) => Date.parse(`${day}T00:00:00Z`);
const text = (ms: number): Day => new Date(ms).toISOString().slice(0, 10);

export function isDay(value: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(value) && Number.isFinite(utc(value)) && text(utc(value)) === value;
}

export const addDays = (day: Day, count: number): Day => text(utc(day) + count * dayMs);
export const daysFrom = (from: Day, to: Day): number => Math.round((utc(to) - utc(from)) / dayMs);

export function today(now = new Date()): Day {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** The user's own day of a date or a moment; undefined for none. */
export function dayOf(value: unknown): Day | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  if (isDay(value)) return value;
  const moment = new Date(value);
  return Number.isNaN(moment.getTime()) ? undefined : today(moment);
}

/** Weeks begin on Monday. */
export const startOfWeek = (day: Day): Day => addDays(day, -((new Date(utc(day)).getUTCDay() + 6) % 7));
export const startOfMonth = (day: Day): Day => `${day.slice(0, 7)}-01`;

export function addMonths(day: Day, count: number): Day {
  const date = new Date(utc(startOfMonth(day)));
  date.setUTCMonth(date.getUTCMonth() + count);
  return text(date.getTime());
}

/** A day in the expression language: for a moment, when it begins where the user is. */
function literal(field: FieldDefinition, day: Day): string {
  return field.type === "date"
    ? `date(${JSON.stringify(day)})`
    : `timestamp(${JSON.stringify(new Date(`${day}T00:00:00`).toISOString())})`;
}

/** What touches the days from `from` up to but without `until`. */
export function touches(
  start: FieldDefinition,
  end: FieldDefinition | undefined,
  from: Day,
  until: Day,
): string {
  const begins = `${start.name} < ${literal(start, until)}`;
  const alone = `${start.name} >= ${literal(start, from)}`;
  if (!end) return `${alone} && ${begins}`;
  return `${begins} && (${end.name} >= ${literal(end, from)} || (!has(${end.name}) && ${alone}))`;
}

export interface Spanned {
  id: string;
  from: Day;
  to: Day;
}

/**
 * Puts what lies over several days into lanes, so that nothing overlaps: the earlier first, the longer before the
 * shorter. The answer has a lane for each.
 */
export function lanesOf(items: Spanned[]): Map<string, number> {
  const ends: Day[] = [];
  const lanes = new Map<string, number>();
  const ordered = [...items].sort(
    (a, b) => a.from.localeCompare(b.from) || b.to.localeCompare(a.to) || a.id.localeCompare(b.id),
  );
  for (const item of ordered) {
    const free = ends.findIndex((end) => end < item.from);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = item.to;
    lanes.set(item.id, lane);
  }
  return lanes;
}
