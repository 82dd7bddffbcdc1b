import type { EntityDefinition, RecordData } from "@opsflux/ui";
import { describe, expect, it } from "vitest";
import { exportSearch } from "../../../shared/api/export";
import { bulkFields } from "./bulk";
import { bounded, fitting, graticule, zoomed } from "./geo_view";
import { fineTicks, monthTicks, timeAxis } from "./time_axis";
import { inTree } from "./tree";

const record = (id: string, above?: string) => ({ id, above }) as unknown as RecordData;
const above = (one: RecordData) => one.above;

describe("inTree", () => {
  it("puts each below its parent, in the order given", () => {
    const placed = inTree([record("c", "a"), record("a"), record("b"), record("d", "c")], above);
    expect(placed.map(({ record: one, level }) => `${level}${one.id}`)).toEqual(["0a", "1c", "2d", "0b"]);
  });

  it("loses nothing whose parent is missing, or that stands above itself", () => {
    const placed = inTree([record("a", "gone"), record("b", "c"), record("c", "b")], above);
    expect(placed.map(({ record: one }) => one.id).sort()).toEqual(["a", "b", "c"]);
  });
});

describe("a map's window", () => {
  it("holds all points, and never leaves the globe", () => {
    const points = [
      { latitude: -10, longitude: -20 },
      { latitude: 30, longitude: 40 },
    ];
    const window = fitting(points);
    for (const { latitude, longitude } of points) {
      expect(Math.abs(longitude - window.longitude)).toBeLessThan(window.span / 2);
      expect(Math.abs(latitude - window.latitude)).toBeLessThan(window.span / 4);
    }
    expect(bounded({ latitude: 200, longitude: -500, span: 9999 })).toEqual({
      latitude: 0,
      longitude: 0,
      span: 360,
    });
    expect(fitting([]).span).toBe(360);
    expect(fitting([{ latitude: 5, longitude: 5 }]).span).toBeGreaterThan(0);
  });

  it("keeps the place around which it is zoomed", () => {
    const window = { latitude: 0, longitude: 0, span: 100 };
    const closer = zoomed(window, 0.5, { latitude: 10, longitude: 20 });
    expect((20 - closer.longitude) / closer.span).toBeCloseTo((20 - window.longitude) / window.span);
  });

  it("has a few lines at round degrees", () => {
    expect(graticule(-10, 50)).toEqual([-10, 0, 10, 20, 30, 40, 50]);
    expect(graticule(0.01, 0.05).length).toBeLessThan(10);
  });
});

describe("a time axis", () => {
  it("begins before the first day, ends after the last, and always holds today", () => {
    const axis = timeAxis(["2026-11-20", "2027-02-03"], "month", "2026-01-15");
    expect(axis.from <= "2026-01-15" && axis.until > "2027-02-03").toBe(true);
    expect(axis.x("2026-11-21") - axis.x("2026-11-20")).toBe(axis.perDay);
    expect(monthTicks(axis).reduce((sum, tick) => sum + tick.width, 0)).toBe(axis.width);
    expect(fineTicks(axis, "quarter")).toEqual([]);
  });

  it("is never longer than can be drawn", () => {
    expect(timeAxis(["1500-01-01", "2900-01-01"], "week", "2026-01-01").width).toBeLessThan(200_000);
  });
});

describe("acting on many", () => {
  it("exports what the list finds, with semicolons where the comma parts decimals", () => {
    const query = { filter: "a == 1", q: "quai", sort: "-number", page: 3, page_size: 25, totals: ["sum:a"] };
    expect(exportSearch(query, "csv", "fr").toString()).toBe(
      "format=csv&separator=semicolon&filter=a+%3D%3D+1&q=quai&sort=-number",
    );
    expect(exportSearch({}, "csv", "en").toString()).toBe("format=csv");
    expect(exportSearch({ deleted: true }, "json", "fr").toString()).toBe("format=json&deleted=true");
  });

  it("exports the shown columns to a page, as many as fit, and all fields to other files", () => {
    const columns = Array.from({ length: 30 }, (_, n) => `c${n}`);
    expect(exportSearch({}, "pdf", "fr", ["a", "b"]).toString()).toBe("format=pdf&fields=a%2Cb");
    expect(exportSearch({}, "pdf", "fr", columns).get("fields")?.split(",")).toHaveLength(22);
    expect(exportSearch({}, "xlsx", "fr", columns).has("fields")).toBe(false);
  });

  it("sets no field that differs in each record, or that has steps", () => {
    const entity = {
      status: "state",
      transitions: [{ from: ["a"], to: "b" }],
      fields: [
        { name: "state", type: "enum" },
        { name: "code", type: "text", unique: true },
        { name: "number", type: "sequence", read_only: true },
        { name: "kind", type: "enum" },
      ],
    } as unknown as EntityDefinition;
    expect(bulkFields(entity).map((field) => field.name)).toEqual(["kind"]);
  });
});
