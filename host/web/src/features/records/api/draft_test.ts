import type { EntityDefinition, RecordData } from "@opsflux/ui";
import { describe, expect, it } from "vitest";
import { changesOf, initialDraft, sameValue } from "./draft";

const entity: EntityDefinition = {
  name: "tiers.company",
  entity: "company",
  module: "tiers",
  plural: "companies",
  path: "/api/v1/tiers/companies",
  title: "name",
  rights: ["view", "edit"],
  fields: [
    { name: "name", type: "text" },
    { name: "type", type: "enum", values: ["a", "b"], default: "a" },
    { name: "tags", type: "tags" },
    { name: "extra", type: "json" },
    { name: "score", type: "integer", read_only: true },
  ],
};

const record: RecordData = {
  id: "1",
  version: 3,
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
  name: "Mandji",
  type: "b",
  tags: ["x"],
  extra: null,
  score: 80,
};

describe("changesOf", () => {
  it("holds only what differs, and never what the module's code sets", () => {
    expect(changesOf(entity, { name: "Mandji Marine", type: "b", score: 1 }, record)).toEqual({
      name: "Mandji Marine",
    });
  });

  it("empties a field with null, and a list with an empty one", () => {
    expect(changesOf(entity, { name: null, tags: null }, record)).toEqual({ name: null, tags: [] });
  });

  it("sends JSON as JSON, and as text when it cannot be read", () => {
    expect(changesOf(entity, { extra: '{"a":1}' }, record)).toEqual({ extra: { a: 1 } });
    expect(changesOf(entity, { extra: "{" }, record)).toEqual({ extra: "{" });
  });
});

describe("initialDraft", () => {
  it("begins with defaults, and the address goes before them", () => {
    expect(initialDraft(entity, new URLSearchParams("name=Lopé"))).toEqual({ name: "Lopé", type: "a" });
  });
});

describe("sameValue", () => {
  it("knows that nothing is nothing", () => {
    expect(sameValue(null, "")).toBe(true);
    expect(sameValue(undefined, [])).toBe(true);
    expect(sameValue(0, null)).toBe(false);
  });
});
