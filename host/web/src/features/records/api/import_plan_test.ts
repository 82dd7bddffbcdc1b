import type { EntityDefinition } from "@opsflux/ui";
import { describe, expect, it } from "vitest";
import type { ImportPlan, ImportPreview, ImportRun, ImportState } from "../../../shared/api/imports";
import {
  assign,
  canStart,
  canUndo,
  firstPlan,
  keyChoices,
  missingFields,
  outcomeOf,
  progressOf,
  reguessed,
  samplesOf,
  templateLine,
  waysOfWriting,
} from "./import_plan";

const entity: EntityDefinition = {
  name: "shop.item",
  entity: "item",
  module: "shop",
  plural: "items",
  path: "/api/v1/shop/items",
  title: "name",
  fields: [
    { name: "code", type: "text", unique: true },
    { name: "name", type: "text", required: true },
    { name: "kind", type: "enum", required: true, values: ["a"], default: "a" },
    { name: "price", type: "decimal" },
    { name: "bought", type: "date" },
    { name: "shelf", type: "text" },
    { name: "place", type: "integer" },
    { name: "score", type: "integer", read_only: true },
  ],
  unique: [["shelf", "place"]],
  rights: ["view", "create"],
};

const preview: ImportPreview = {
  headers: ["Code", "Nom", "Autre"],
  rows: [
    { row: 2, cells: ["A", "Pompe", ""] },
    { row: 3, cells: ["B", "Pompe", " "] },
    { row: 4, cells: ["C", "Vanne", ""] },
  ],
  mapping: { Code: "code", Nom: "name", Autre: null },
  decimal: "comma",
  dates: "dmy",
  ambiguous: [],
};

const plan = (mapping: ImportPlan["mapping"], more: Partial<ImportPlan> = {}): ImportPlan => ({
  mapping,
  key: [],
  mode: "all",
  decimal: "point",
  dates: "ymd",
  ...more,
});

const run = (
  state: ImportState,
  counts: ImportRun["counts"] = {},
  more: Partial<ImportRun> = {},
): ImportRun => ({
  id: "1",
  entity: entity.name,
  file_name: "a.csv",
  state,
  file: { kind: "CSV", headers: [] },
  plan: null,
  counts,
  error: null,
  created_at: "2026-11-26T08:00:00Z",
  finished_at: null,
  ...more,
});

describe("the plan to begin with", () => {
  it("is the server's guess", () => {
    expect(firstPlan(entity, preview, null)).toEqual(
      plan({ Code: "code", Nom: "name", Autre: null }, { decimal: "comma", dates: "dmy" }),
    );
  });

  it("is what was last chosen for such a file, as far as its fields are still there", () => {
    const before = {
      mapping: { Code: "code", Nom: "gone", Autre: "shelf" },
      key: ["code"],
      mode: "skip" as const,
    };
    const first = firstPlan(entity, { ...preview, before }, null);
    expect(first.mapping).toEqual({ Code: "code", Nom: null, Autre: "shelf" });
    expect(first).toMatchObject({ key: ["code"], mode: "skip", decimal: "comma" });
  });

  it("is first of all what was chosen for this very run", () => {
    const before = { mapping: { Code: "code" } };
    expect(firstPlan(entity, { ...preview, before }, { mapping: { Code: "shelf" } }).mapping.Code).toBe(
      "shelf",
    );
  });

  it("forgets a choice that was made for other columns", () => {
    expect(firstPlan(entity, preview, { mapping: { Feuille: "name" } }).mapping.Nom).toBe("name");
  });

  it("never sends a column to a field that cannot be set", () => {
    const guess = { ...preview, mapping: { Code: "score", Nom: "name", Autre: null } };
    expect(firstPlan(entity, guess, null).mapping.Code).toBeNull();
  });
});

describe("assigning a column", () => {
  it("takes the field from the column that had it", () => {
    const after = assign(entity, plan({ Code: "code", Nom: "name", Autre: null }), "Autre", "name");
    expect(after.mapping).toEqual({ Code: "code", Nom: null, Autre: "name" });
  });

  it("leaves the other columns that are left out alone", () => {
    const after = assign(entity, plan({ Code: null, Nom: "name", Autre: null }), "Nom", null);
    expect(after.mapping).toEqual({ Code: null, Nom: null, Autre: null });
  });

  it("drops a key that has lost its column, and keeps one that has not", () => {
    const keyed = plan({ Code: "code", Nom: "name", Autre: null }, { key: ["code"] });
    expect(assign(entity, keyed, "Nom", null).key).toEqual(["code"]);
    expect(assign(entity, keyed, "Code", null).key).toEqual([]);
  });
});

it("going back to the guess keeps what else was chosen", () => {
  const changed = plan({ Code: null, Nom: null, Autre: "code" }, { key: ["code"], mode: "skip" });
  expect(reguessed(entity, preview, changed)).toEqual({ ...changed, mapping: preview.mapping });
});

it("only fields that nothing fills are missing", () => {
  expect(missingFields(entity, { Code: "code" }).map((field) => field.name)).toEqual(["name"]);
  expect(missingFields(entity, { Nom: "name" })).toEqual([]);
});

it("a record is found by unique fields that have a column, single or together", () => {
  expect(keyChoices(entity, { A: "code" })).toEqual([["code"]]);
  expect(keyChoices(entity, { A: "shelf" })).toEqual([]);
  expect(keyChoices(entity, { A: "place", B: "shelf" })).toEqual([["shelf", "place"]]);
});

it("the way of writing is asked for where it matters", () => {
  expect(waysOfWriting(entity, { A: "name" })).toEqual({ numbers: false, dates: false });
  expect(waysOfWriting(entity, { A: "price", B: "bought" })).toEqual({ numbers: true, dates: true });
});

describe("a run", () => {
  it("can be started again while nothing of it is written", () => {
    expect(canStart(run("uploaded"))).toBe(true);
    expect(canStart(run("failed", { created: 5, trying: true }))).toBe(true);
    expect(canStart(run("failed", { created: 5, trying: false, undone: 5 }))).toBe(true);
    expect(canStart(run("cancelled", { created: 5, trying: false }))).toBe(false);
    expect(canStart(run("done", { created: 0, trying: false }))).toBe(false);
    expect(canStart(run("running"))).toBe(false);
  });

  it("can be undone once it has written something", () => {
    expect(canUndo(run("done", { created: 1, trying: false }))).toBe(true);
    expect(canUndo(run("cancelled", { updated: 1, trying: false }))).toBe(true);
    expect(canUndo(run("done", { unchanged: 4, trying: false }))).toBe(false);
    expect(canUndo(run("interrupted", { created: 9, trying: true }))).toBe(false);
    expect(canUndo(run("undone", { created: 1, trying: false, undone: 1 }))).toBe(false);
  });

  it("tells how it ended", () => {
    expect(outcomeOf(run("uploaded"))).toBeUndefined();
    expect(outcomeOf(run("running", { rows: 3 }))).toBeUndefined();
    expect(outcomeOf(run("uploaded", { rows: 3, failed: 0 }))).toBe("checked");
    expect(outcomeOf(run("uploaded", { rows: 3, failed: 1 }))).toBe("checked_bad");
    expect(outcomeOf(run("done", { rows: 3, failed: 1 }))).toBe("done_bad");
    expect(outcomeOf(run("failed", { rows: 3, failed: 1 }))).toBe("nothing");
    expect(outcomeOf(run("failed", {}, { error: { code: "x" } }))).toBe("failed");
    expect(outcomeOf(run("undone"))).toBe("undone");
  });

  it("is nowhere before its rows are counted, and never beyond its end", () => {
    expect(progressOf({ rows: 0 })).toBeUndefined();
    expect(progressOf({ rows: 50, total: 200 })).toBe(0.25);
    expect(progressOf({ rows: 201, total: 200 })).toBe(1);
  });
});

it("samples are different values that are there", () => {
  expect(samplesOf(preview, 1)).toEqual(["Pompe", "Vanne"]);
  expect(samplesOf(preview, 2)).toEqual([]);
  expect(samplesOf(preview, 9)).toEqual([]);
});

it("a template is read by the spreadsheets of the language", () => {
  expect(templateLine(["Code", 'Dit "le"', "A; B"], "fr")).toBe('\uFEFFCode;"Dit ""le""";"A; B"\r\n');
  expect(templateLine(["Code", "Name"], "en")).toBe("\uFEFFCode,Name\r\n");
});
