import type { EntityDefinition, RecordData } from "@opsflux/ui";
import { describe, expect, it } from "vitest";
import { copyTitle } from "./duplicate";
import { differing, firstSurvivor, mergedValues } from "./merge";
import { entryOf, inOrder, lastChange, type Version } from "./versions";

const entity: EntityDefinition = {
  name: "shop.item",
  entity: "item",
  module: "shop",
  plural: "items",
  path: "/api/v1/shop/items",
  title: "name",
  status: "state",
  transitions: [{ from: ["new"], to: "old" }],
  fields: [
    { name: "name", type: "text", max: 20 },
    { name: "state", type: "enum", values: ["new", "old"] },
    { name: "labels", type: "tags" },
    { name: "price", type: "decimal" },
    { name: "score", type: "integer", read_only: true },
  ],
  rights: ["view", "create", "edit", "delete"],
};

const record = (id: string, values: Record<string, unknown>): RecordData => ({
  id,
  version: 1,
  created_at: "2026-11-01T08:00:00Z",
  updated_at: "2026-11-01T08:00:00Z",
  ...values,
});

describe("merging", () => {
  const stays = record("1", { name: "Pompe", state: "new", labels: [], price: null, score: 4 });
  const goes = record("2", { name: "Pompes", state: "old", labels: null, price: "4.50", score: 9 });

  it("asks only about what a person could set and what differs", () => {
    expect(differing(entity, stays, goes).map(({ name }) => name)).toEqual(["name", "price"]);
  });

  it("keeps this record's values, and takes the other's where this one has none", () => {
    const fields = differing(entity, stays, goes);
    expect(fields.map((field) => firstSurvivor(stays, field))).toEqual(["this", "other"]);
    expect(mergedValues(fields, goes, (field) => firstSurvivor(stays, field))).toEqual({ price: "4.50" });
  });

  it("can empty a field", () => {
    const fields = differing(entity, goes, stays);
    expect(mergedValues(fields, stays, () => "other")).toEqual({ name: "Pompe", price: null });
  });
});

describe("a copy", () => {
  const copied = (name: string) => `${name} (copie)`;

  it("is told from what it was made of", () => {
    expect(copyTitle(entity, record("1", { name: "Pompe" }), copied)).toEqual({ name: "Pompe (copie)" });
  });

  it("has the same title where another one would be too long, or could not be set", () => {
    expect(copyTitle(entity, record("1", { name: "Pompe immergée" }), copied)).toEqual({});
    expect(copyTitle({ ...entity, title: "score" }, record("1", { score: 4 }), copied)).toEqual({});
    expect(copyTitle(entity, record("1", { name: null }), copied)).toEqual({});
  });
});

describe("versions", () => {
  const version = (number: number, more: Partial<Version> = {}): Version => ({
    version: number,
    at: "2026-11-01T08:00:00Z",
    actor: { id: "u", name: "Awa" },
    via: "",
    action: "updated",
    fields: ["name"],
    ...more,
  });

  it("are compared with the one before at first", () => {
    expect(lastChange([version(3), version(2), version(1)])).toEqual({ from: 2, to: 3 });
    expect(lastChange([version(1)])).toBeUndefined();
    expect(lastChange([])).toBeUndefined();
  });

  it("are compared from the older to the newer", () => {
    expect(inOrder(5, 2)).toEqual({ from: 2, to: 5 });
  });

  it("are told of as the activity tells of changes", () => {
    expect(entryOf(version(2)).actor).toEqual({ id: "u", name: "Awa" });
    expect(entryOf(version(2, { actor: { id: "", name: "" }, via: "demo" }))).toMatchObject({
      actor: null,
      via: "demo",
    });
  });
});
