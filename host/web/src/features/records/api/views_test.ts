import type { EntityDefinition, FieldDefinition } from "@opsflux/ui";
import { describe, expect, it } from "vitest";
import { addDays, addMonths, dayOf, daysFrom, isDay, lanesOf, startOfWeek, touches } from "./days";
import { both, colourOf, viewsOf } from "./views";

describe("days", () => {
  it("count across months, years and the change of the clocks", () => {
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
    expect(daysFrom("2026-03-28", "2026-03-30")).toBe(2);
    expect(addMonths("2026-11-21", 2)).toBe("2027-01-01");
    expect(startOfWeek("2026-11-22")).toBe("2026-11-16");
    expect(startOfWeek("2026-11-16")).toBe("2026-11-16");
  });

  it("are read from dates and moments, and from nothing else", () => {
    expect(dayOf("2026-11-21")).toBe("2026-11-21");
    expect(dayOf("2026-11-21T12:00:00Z")).toBe("2026-11-21");
    expect(dayOf(null)).toBeUndefined();
    expect(dayOf("soon")).toBeUndefined();
    expect(isDay("2026-02-30")).toBe(false);
  });

  it("become conditions in the expression language", () => {
    const start = { name: "start", type: "date" } as FieldDefinition;
    const due = { name: "due", type: "date" } as FieldDefinition;
    expect(touches(start, undefined, "2026-11-01", "2026-12-01")).toBe(
      'start >= date("2026-11-01") && start < date("2026-12-01")',
    );
    expect(touches(start, due, "2026-11-01", "2026-12-01")).toContain('due >= date("2026-11-01")');
    const moment = { name: "visit", type: "datetime" } as FieldDefinition;
    expect(touches(moment, undefined, "2026-11-01", "2026-11-02")).toMatch(/timestamp\("2026-1[01]-\d\dT/);
  });

  it("are shared by lanes that do not overlap", () => {
    const lanes = lanesOf([
      { id: "b", from: "2026-11-02", to: "2026-11-03" },
      { id: "a", from: "2026-11-01", to: "2026-11-02" },
      { id: "c", from: "2026-11-03", to: "2026-11-03" },
    ]);
    expect([lanes.get("a"), lanes.get("b"), lanes.get("c")]).toEqual([0, 1, 0]);
  });
});

describe("views", () => {
  it("are those of the definition, the list first", () => {
    const entity = { views: { tree: { parent: "above" }, kanban: { group: "state" } } } as EntityDefinition;
    expect(viewsOf(entity)).toEqual(["list", "kanban", "tree"]);
  });

  it("join conditions without changing what they mean", () => {
    expect(both(undefined, "a || b")).toBe("a || b");
    expect(both("a || b", "c")).toBe("(a || b) && (c)");
    expect(both(undefined, "")).toBeUndefined();
  });

  it("take the colours of the definition, then the palette", () => {
    const field = {
      name: "kind",
      type: "enum",
      values: ["a", "b"],
      colors: { a: "cat-3" },
      tones: { c: "danger" },
    } as unknown as FieldDefinition;
    expect(colourOf(field, "a")).toBe("var(--cat-3)");
    expect(colourOf(field, "b")).toBe("var(--cat-2)");
    expect(colourOf(field, "c")).toBe("var(--danger)");
    expect(colourOf({ name: "color", type: "color" }, "#1e90ff")).toBe("#1e90ff");
    expect(colourOf({ name: "color", type: "color" }, "red; x", 1)).toBe("var(--cat-2)");
  });
});
