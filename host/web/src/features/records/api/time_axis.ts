import { addDays, addMonths, type Day, daysFrom, startOfMonth, startOfWeek } from "./days";

export type Zoom = "week" | "month" | "quarter";

export const zooms: Zoom[] = ["week", "month", "quarter"];

/** Pixels for a day. */
const scales: Record<Zoom, number> = { week: 32, month: 11, quarter: 4 };
/** An axis of more days would be wider than browsers draw. */
const mostDays = 6000;

export interface TimeAxis {
  from: Day;
  until: Day;
  perDay: number;
  width: number;
  /** Where a day begins, in pixels. */
  x(day: Day): number;
}

export function timeAxis(days: Day[], zoom: Zoom, now: Day): TimeAxis {
  const ordered = [...days, now].sort();
  const first = ordered[0] ?? now;
  const last = ordered.at(-1) ?? now;
  const from = zoom === "week" ? startOfWeek(addDays(first, -3)) : startOfMonth(addDays(first, -7));
  const end = zoom === "week" ? addDays(startOfWeek(addDays(last, 10)), 7) : addMonths(addDays(last, 14), 1);
  const until = daysFrom(from, end) > mostDays ? addDays(from, mostDays) : end;
  const perDay = scales[zoom];
  return {
    from,
    until,
    perDay,
    width: daysFrom(from, until) * perDay,
    x: (day) => daysFrom(from, day) * perDay,
  };
}

export interface Tick {
  day: Day;
  width: number;
}

/** The months of an axis, or its quarters where months would be too narrow. */
export function monthTicks(axis: TimeAxis): Tick[] {
  const ticks: Tick[] = [];
  for (let day = axis.from; day < axis.until; day = addMonths(day, 1)) {
    const days = Math.min(daysFrom(day, addMonths(day, 1)), daysFrom(day, axis.until));
    ticks.push({ day, width: days * axis.perDay });
  }
  return ticks;
}

/** Days in a close view, Mondays in a wider one; none where they would touch. */
export function fineTicks(axis: TimeAxis, zoom: Zoom): Tick[] {
  if (zoom === "quarter") return [];
  const step = zoom === "week" ? 1 : 7;
  const ticks: Tick[] = [];
  const first = zoom === "week" ? axis.from : startOfWeek(axis.from);
  for (let day = first; day < axis.until; day = addDays(day, step))
    if (day >= axis.from) ticks.push({ day, width: step * axis.perDay });
  return ticks;
}
