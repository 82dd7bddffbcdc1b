import type { EntityDefinition } from "@opsflux/ui";
import { describe, expect, it } from "vitest";
import type { ImportFile, ImportPlan, ImportPreview } from "../../../shared/api/imports";
import { fitMapping, readingFor } from "./import_fit";

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
    { name: "price", type: "decimal" },
    { name: "score", type: "integer", read_only: true },
  ],
  rights: ["view", "create"],
};

const preview: ImportPreview = {
  headers: ["Ref", "Nom", "Prix"],
  rows: [],
  mapping: { Ref: null, Nom: "name", Prix: "price" },
  decimal: "comma",
  dates: "dmy",
  ambiguous: [],
};

const csv: ImportFile = { kind: "CSV", headers: preview.headers, separator: ";" };
const book: ImportFile = { kind: "XLSX", headers: preview.headers, sheet: "A", sheets: ["A", "B"] };

const saved = (plan: Partial<ImportPlan>, gone: { column: string; field: string | null }[] = []) => ({
  plan,
  gone,
});
const fitted = (plan: Partial<ImportPlan>, gone?: { column: string; field: string | null }[]) =>
  fitMapping(entity, preview, csv, saved(plan, gone));

describe("a saved mapping on a file", () => {
  it("sends the columns where they went, with all its options", () => {
    const plan: ImportPlan = {
      mapping: { Ref: "code", Nom: "name", Prix: null },
      key: ["code"],
      mode: "skip",
      decimal: "point",
      dates: "mdy",
    };
    expect(fitted(plan)).toEqual({ plan, absent: [], gone: [], unknown: [], lostKey: [] });
  });

  it("tells the columns that the file does not have, but not those that were left out anyway", () => {
    const { plan, absent } = fitted({ mapping: { Ref: "code", Libellé: "name", Note: null } });
    expect(absent).toEqual(["Libellé"]);
    expect(Object.keys(plan.mapping)).toEqual(preview.headers);
  });

  it("takes columns it does not know as the server does, unless their field is taken", () => {
    const { plan, unknown } = fitted({ mapping: { Ref: "name" } });
    expect(unknown).toEqual(["Nom", "Prix"]);
    expect(plan.mapping).toEqual({ Ref: "name", Nom: null, Prix: "price" });
  });

  it("leaves a column out whose field is gone, even where the server would guess another", () => {
    const gone = [{ column: "Prix", field: "cost" }];
    const told = fitted({ mapping: { Ref: "code", Nom: "name", Prix: "cost" } }, gone);
    expect(told.gone).toEqual(gone);
    expect(told.absent).toEqual([]);
    expect(told.plan.mapping.Prix).toBeNull();
  });

  it("knows fields that cannot be set without being told", () => {
    expect(fitted({ mapping: { Ref: "score" } }).gone).toEqual([{ column: "Ref", field: "score" }]);
  });

  it("tells of a hidden field by its column only", () => {
    const told = fitted({ mapping: { Ref: null } }, [{ column: "Ref", field: null }]);
    expect(told.gone).toEqual([{ column: "Ref", field: null }]);
    expect(told.plan.mapping.Ref).toBeNull();
  });

  it("tells that records will not be found any more when the key has lost its column", () => {
    const { plan, lostKey } = fitted({ mapping: { Code: "code", Nom: "name" }, key: ["code"] });
    expect(plan.key).toEqual([]);
    expect(lostKey).toEqual(["code"]);
  });

  it("is not misled by headers that are called like properties of objects", () => {
    const odd = { ...preview, headers: ["constructor"], mapping: { constructor: null } };
    expect(fitMapping(entity, odd, csv, saved({ mapping: {} })).unknown).toEqual(["constructor"]);
  });

  it("tells a sheet that is not there", () => {
    expect(fitMapping(entity, preview, book, saved({ mapping: {}, sheet: "C" })).lostSheet).toBe("C");
    expect(fitMapping(entity, preview, book, saved({ mapping: {}, sheet: "B" })).lostSheet).toBeUndefined();
    expect(fitMapping(entity, preview, csv, saved({ mapping: {}, sheet: "C" })).lostSheet).toBeUndefined();
  });
});

describe("the reading of a saved mapping", () => {
  it("is that of text for text, and a sheet for a workbook that has it", () => {
    const plan = { separator: "|", encoding: "UTF-8", sheet: "B" };
    expect(readingFor({}, csv, [], saved(plan))).toEqual({ separator: "|", encoding: "UTF-8" });
    expect(readingFor({}, book, [], saved(plan))).toEqual({ sheet: "B" });
    expect(readingFor({ sheet: "A" }, book, [], saved({ sheet: "C" }))).toEqual({ sheet: "A" });
  });

  it("stays as it is where all columns that go somewhere are there already", () => {
    const plan = { separator: "|", mapping: { Ref: "code", Nom: "name", Prix: null } };
    expect(readingFor({ separator: ";" }, csv, ["Ref", "Nom"], saved(plan))).toEqual({ separator: ";" });
    expect(readingFor({ separator: ";" }, csv, ["Ref;Nom"], saved(plan))).toEqual({ separator: "|" });
  });

  it("leaves what it says nothing of as it is chosen", () => {
    expect(readingFor({ separator: "," }, csv, [], saved({}))).toEqual({ separator: "," });
  });
});
