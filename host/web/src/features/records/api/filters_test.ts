import type { EntityDefinition } from "@opsflux/ui";
import { describe, expect, it } from "vitest";
import {
  type Condition,
  conditionToCel,
  decodeCondition,
  encodeCondition,
  filterOf,
  operatorsOf,
} from "./filters";

const company: EntityDefinition = {
  name: "tiers.company",
  entity: "company",
  module: "tiers",
  plural: "companies",
  path: "/api/v1/tiers/companies",
  title: "legal_name",
  rights: ["view"],
  search: ["legal_name"],
  fields: [
    { name: "legal_name", type: "text" },
    { name: "type", type: "enum", values: ["client", "supplier"] },
    { name: "score", type: "integer" },
    { name: "capital", type: "decimal", scale: 2 },
    { name: "critical", type: "boolean" },
    { name: "next_review", type: "date" },
    { name: "tags", type: "tags" },
    { name: "extra", type: "json" },
  ],
};

function cel(field: string, operator: Condition["operator"], value = ""): string | undefined {
  const definition = company.fields.find((candidate) => candidate.name === field);
  if (!definition) throw new Error(field);
  return conditionToCel(definition, { field, operator, value });
}

describe("conditionToCel", () => {
  it("quotes text, so that it cannot leave its place", () => {
    expect(cel("legal_name", "contains", 'a" || true || "')).toBe(
      'legal_name.icontains("a\\" || true || \\"")',
    );
    expect(cel("legal_name", "is", "back\\slash")).toBe('legal_name == "back\\\\slash"');
  });

  it("writes numbers as the language does not", () => {
    expect(cel("score", "at_least", "65")).toBe("score >= 65");
    expect(cel("capital", "at_most", "1 234,50")).toBe("capital <= 1234.50");
    expect(cel("score", "is", "12; drop")).toBeUndefined();
  });

  it("asks for days as days", () => {
    expect(cel("next_review", "on", "2026-12-31")).toBe('next_review == date("2026-12-31")');
    expect(cel("next_review", "until", "2026-12-31")).toBe('next_review < date("2027-01-01")');
    expect(cel("next_review", "from", "soon")).toBeUndefined();
  });

  it("asks for emptiness by what the field is", () => {
    expect(cel("legal_name", "empty")).toBe("!has(legal_name)");
    expect(cel("tags", "filled")).toBe("size(tags) > 0");
    expect(cel("tags", "has_tag", "hse")).toBe('"hse" in tags');
    expect(cel("critical", "is", "false")).toBe("critical == false");
  });

  it("says nothing without a value", () => {
    expect(cel("type", "is")).toBeUndefined();
  });
});

describe("filterOf", () => {
  it("puts the tab in brackets, so that its own or does not reach the chips", () => {
    const conditions: Condition[] = [{ field: "type", operator: "is_not", value: "client" }];
    expect(filterOf(company, "score > 3 || critical", conditions)).toBe(
      '(score > 3 || critical) && type != "client"',
    );
    expect(filterOf(company, undefined, [])).toBeUndefined();
  });

  it("leaves out fields that the entity does not have", () => {
    expect(filterOf(company, undefined, [{ field: "gone", operator: "is", value: "1" }])).toBeUndefined();
  });
});

describe("conditions on all that is searched", () => {
  it("asks the full-text search, also for what it does not find", () => {
    const finds: Condition = { field: "*", operator: "found", value: ' port "gentil" ' };
    const not: Condition = { field: "*", operator: "not_found", value: "libreville" };
    expect(filterOf(company, "critical", [finds, not])).toBe(
      '(critical) && search("port \\"gentil\\"") && !search("libreville")',
    );
    expect(filterOf(company, undefined, [{ ...finds, value: "  " }])).toBeUndefined();
  });

  it("stand in the address, unless nothing is searched", () => {
    const condition: Condition = { field: "*", operator: "not_found", value: "a~b" };
    expect(decodeCondition(company, encodeCondition(condition))).toEqual(condition);
    const silent = { ...company, search: [] };
    expect(decodeCondition(silent, encodeCondition(condition))).toBeUndefined();
    expect(filterOf(silent, undefined, [condition])).toBeUndefined();
    expect(decodeCondition(company, "*~contains~a")).toBeUndefined();
    expect(decodeCondition(company, "legal_name~found~a")).toBeUndefined();
  });
});

describe("conditions in the address", () => {
  it("come back as they were, also with the separator in the value", () => {
    const condition: Condition = { field: "legal_name", operator: "contains", value: "a~b" };
    expect(decodeCondition(company, encodeCondition(condition))).toEqual(condition);
  });

  it("are dropped when the field or the operator is not possible", () => {
    expect(decodeCondition(company, "gone~is~1")).toBeUndefined();
    expect(decodeCondition(company, "score~contains~1")).toBeUndefined();
    expect(operatorsOf({ name: "extra", type: "json" })).toEqual([]);
  });
});
