import type { FieldDefinition } from "@opsflux/ui";

const relations = ["this", "last", "next"] as const;
const units = ["week", "month", "quarter", "year"] as const;
type Relation = (typeof relations)[number];
type Unit = (typeof units)[number];

type NamedPeriod = "today" | "yesterday" | "tomorrow" | `${Relation}_${Unit}` | "year_to_date";
/** What is offered in words; the last two stand with a number of days. */
export type PeriodChoice = NamedPeriod | "last_days" | "next_days";

export const periodChoices: readonly PeriodChoice[] = [
  "today",
  "yesterday",
  "tomorrow",
  ...units.flatMap((unit) => relations.map((relation): PeriodChoice => `${relation}_${unit}`)),
  "year_to_date",
  "last_days",
  "next_days",
];

export interface Period {
  choice: PeriodChoice;
  /** Of "last_days" and "next_days", from 1 to 9999. */
  days: number;
}

export const takesDays = (choice: PeriodChoice) => choice === "last_days" || choice === "next_days";

/** "this_month", "last_30_days": as a condition and the address have it. */
export function periodText({ choice, days }: Period): string {
  return takesDays(choice) ? choice.replace("_", `_${days}_`) : choice;
}

export function readPeriod(text: string): Period | undefined {
  const counted = /^(last|next)_([1-9]\d{0,3})_days$/.exec(text);
  if (counted) return { choice: counted[1] === "last" ? "last_days" : "next_days", days: Number(counted[2]) };
  const choice = periodChoices.find((known) => known === text && !takesDays(known));
  return choice && { choice, days: 0 };
}

const days = (count: number) => `duration("${count}d")`;
const ago = (begin: string, count: number) => (count === 0 ? begin : `${begin} + ${days(count)}`);

/** From the first day up to but without the last. `day` and `begin` give the day it is, and what a unit of it begins with. */
function bounds({ choice, days: count }: Period, day: string, begin: (unit: Unit) => string) {
  const from = (first: number, last: number): [string, string] => [ago(day, first), ago(day, last)];
  switch (choice) {
    case "today":
      return from(0, 1);
    case "yesterday":
      return from(-1, 0);
    case "tomorrow":
      return from(1, 2);
    case "last_days":
      return from(-count, 1);
    case "next_days":
      return from(0, count + 1);
    case "year_to_date":
      return [begin("year"), ago(day, 1)] as const;
  }
  const [relation, unit] = choice.split("_") as [Relation, Unit];
  const first = { last: -1, this: 0, next: 1 }[relation];
  const move = (steps: number) => {
    if (steps === 0) return begin(unit);
    if (unit === "week") return ago(begin(unit), 7 * steps);
    return `addMonths(${begin(unit)}, ${steps * { month: 1, quarter: 3, year: 12 }[unit]})`;
  };
  return [move(first), move(first + 1)] as const;
}

/**
 * In the expression language, whose clock is in UTC: moved by as many minutes as the user's is now before it,
 * so that a day begins where he is. A period across a change to summer time is an hour off at its other end.
 */
export function periodToCel(
  field: FieldDefinition,
  text: string,
  ahead = -new Date().getTimezoneOffset(),
): string | undefined {
  const period = readPeriod(text);
  if (!period) return undefined;
  const moved = (moment: string, minutes: number) =>
    minutes === 0 ? moment : `${moment} + duration("${minutes}m")`;
  const ofDay = field.type === "date";
  const now = moved("now()", ahead);
  const today = ahead === 0 ? "today()" : `date(${now})`;
  const base = ofDay ? today : now;
  const day = ofDay ? today : `startOf(${now}, "day")`;
  const [from, until] = bounds(period, day, (unit) => `startOf(${base}, "${unit}")`);
  const bound = (moment: string) => (ofDay ? moment : moved(moment, -ahead));
  return `(${field.name} >= ${bound(from)} && ${field.name} < ${bound(until)})`;
}
