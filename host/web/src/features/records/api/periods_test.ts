import type { FieldDefinition } from "@opsflux/ui";
import { describe, expect, it } from "vitest";
import { compileCondition } from "../../../shared/expression/expression";
import { schemaOf } from "../../../shared/expression/schema";
import { periodChoices, periodText, periodToCel, readPeriod } from "./periods";

const due: FieldDefinition = { name: "due", type: "date" };
const seen: FieldDefinition = { name: "seen", type: "datetime" };
const schema = schemaOf({ fields: [due, seen] });

/** The first and the last day that a period has, at a moment; a user may be ahead of UTC by minutes. */
function span(text: string, now = "2026-11-21T12:00:00Z", ahead = 0): [string, string] {
  const condition = compileCondition(periodToCel(due, text, ahead) ?? "", schema);
  const inside: string[] = [];
  for (let at = Date.parse("2025-01-01"); at < Date.parse("2028-01-01"); at += 86_400_000) {
    const day = new Date(at).toISOString().slice(0, 10);
    if (condition.holds({ record: { due: day }, now })) inside.push(day);
  }
  return [inside[0] ?? "", inside.at(-1) ?? ""];
}

describe("a period", () => {
  it.each([
    ["today", "2026-11-21", "2026-11-21"],
    ["yesterday", "2026-11-20", "2026-11-20"],
    ["tomorrow", "2026-11-22", "2026-11-22"],
    ["this_week", "2026-11-16", "2026-11-22"],
    ["last_week", "2026-11-09", "2026-11-15"],
    ["next_week", "2026-11-23", "2026-11-29"],
    ["this_month", "2026-11-01", "2026-11-30"],
    ["last_month", "2026-10-01", "2026-10-31"],
    ["next_month", "2026-12-01", "2026-12-31"],
    ["this_quarter", "2026-10-01", "2026-12-31"],
    ["last_quarter", "2026-07-01", "2026-09-30"],
    ["next_quarter", "2027-01-01", "2027-03-31"],
    ["this_year", "2026-01-01", "2026-12-31"],
    ["last_year", "2025-01-01", "2025-12-31"],
    ["next_year", "2027-01-01", "2027-12-31"],
    ["year_to_date", "2026-01-01", "2026-11-21"],
    ["last_30_days", "2026-10-22", "2026-11-21"],
    ["next_7_days", "2026-11-21", "2026-11-28"],
  ])("%s is from %s to %s", (text, from, to) => expect(span(text)).toEqual([from, to]));

  it("crosses the end of a year", () => {
    expect(span("next_month", "2026-12-31T12:00:00Z")).toEqual(["2027-01-01", "2027-01-31"]);
    expect(span("last_quarter", "2026-01-01T00:00:00Z")).toEqual(["2025-10-01", "2025-12-31"]);
    expect(span("this_week", "2027-01-01T12:00:00Z")).toEqual(["2026-12-28", "2027-01-03"]);
  });

  it("takes the day of the user, who may have another one than UTC", () => {
    expect(span("today", "2026-11-21T23:30:00Z", 60)).toEqual(["2026-11-22", "2026-11-22"]);
    expect(span("this_month", "2026-12-01T02:00:00Z", -180)).toEqual(["2026-11-01", "2026-11-30"]);
  });

  it("of a moment begins and ends with the user's day", () => {
    const condition = compileCondition(periodToCel(seen, "this_month", 60) ?? "", schema);
    const holds = (moment: string) =>
      condition.holds({ record: { seen: moment }, now: "2026-11-30T23:30:00Z" });
    expect(holds("2026-11-30T22:59:59Z")).toBe(false);
    expect(holds("2026-11-30T23:00:00Z")).toBe(true);
    expect(holds("2026-12-31T22:59:59Z")).toBe(true);
    expect(holds("2026-12-31T23:00:00Z")).toBe(false);
  });

  it("comes back from its text as the same choice", () => {
    for (const choice of periodChoices) {
      const period = { choice, days: choice.endsWith("_days") ? 30 : 0 };
      expect(readPeriod(periodText(period))).toEqual(period);
      for (const field of [due, seen])
        for (const ahead of [0, 330, -210])
          expect(() =>
            compileCondition(periodToCel(field, periodText(period), ahead) ?? "", schema),
          ).not.toThrow();
    }
  });

  it("is nothing for what is not offered", () => {
    for (const text of [
      "",
      "last_days",
      "last_0_days",
      "last_99999_days",
      "last_-1_days",
      "this_decade",
      "true",
    ])
      expect(periodToCel(due, text)).toBeUndefined();
  });
});
