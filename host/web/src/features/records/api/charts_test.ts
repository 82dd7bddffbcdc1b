import type { ChartView, EntityDefinition } from "@opsflux/ui";
import { describe, expect, it } from "vitest";
import fr from "../../../shared/i18n/fr.json";
import { createText } from "../../../shared/i18n/text";
import { chartData, chartGroups, filled } from "./charts";

const text = createText("fr", fr, {
  "works.entity.job.enum.kind.b": "Bâtir",
  "works.entity.job.enum.kind.a": "Agir",
});
const entity = {
  name: "works.job",
  entity: "job",
  module: "works",
  fields: [
    { name: "kind", type: "enum", values: ["b", "a"] },
    { name: "start", type: "date" },
    { name: "effort", type: "duration" },
    { name: "currency", type: "currency" },
    { name: "budget", type: "money", currency: "currency", scale: 2 },
  ],
} as unknown as EntityDefinition;

describe("chartData", () => {
  it("keeps the order of the definition's values and names what has none", () => {
    const chart: ChartView = { id: "c", kind: "bar", group: "kind" };
    const { points, series } = chartData(text, entity, chart, [
      { group: { kind: null }, count: 1 },
      { group: { kind: "a" }, count: 2 },
      { group: { kind: "b" }, count: 3 },
    ]);
    expect(points.map((point) => [point.name, point.shown[""]])).toEqual([
      ["Bâtir", "3"],
      ["Agir", "2"],
      ["Sans valeur", "1"],
    ]);
    expect(series).toHaveLength(1);
  });

  it("draws durations in hours and tells them as durations, and fills months without records", () => {
    const chart: ChartView = {
      id: "c",
      kind: "line",
      group: "start",
      bucket: "month",
      measure: { field: "effort", op: "sum" },
    };
    const { points } = chartData(text, entity, chart, [
      { group: { "start:month": "2026-01" }, count: 1, "sum:effort": "P1DT30M" },
      { group: { "start:month": "2026-03" }, count: 1, "sum:effort": "PT2H" },
      { group: { "start:month": null }, count: 4, "sum:effort": "PT9H" },
    ]);
    expect(points.map((point) => [point.key, point.values[""]])).toEqual([
      ["2026-01", 24.5],
      ["2026-02", 0],
      ["2026-03", 2],
    ]);
    expect(points[0]?.shown[""]?.replace(/\u00a0/g, " ")).toBe("1 j 30 min");
  });

  it("never adds amounts of several currencies", () => {
    const chart: ChartView = { id: "c", kind: "bar", group: "kind", measure: { field: "budget", op: "sum" } };
    expect(chartGroups(entity, chart)).toEqual(["kind", "currency"]);
  });

  it("fills every kind of time, and gives up where it were endless", () => {
    expect(filled(["2025-Q3", "2026-Q1"], "quarter")).toEqual(["2025-Q3", "2025-Q4", "2026-Q1"]);
    expect(filled(["2026-11-16", "2026-11-30"], "week")).toHaveLength(3);
    expect(filled(["1000-01-01", "2026-01-01"], "day")).toHaveLength(2);
    expect(filled([], "day")).toEqual([]);
  });
});
