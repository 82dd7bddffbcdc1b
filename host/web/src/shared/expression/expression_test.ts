import type { EntityDefinition } from "@opsflux/ui";
import { describe, expect, it } from "vitest";
import { compile, compileCondition } from "./expression";
import { ExpressionError } from "./problem";
import { schemaOf } from "./schema";
import { schema } from "./test_vectors";
import { valueFromJson } from "./values";

const entity: Pick<EntityDefinition, "fields"> = {
  fields: [
    { name: "title", type: "text" },
    { name: "score", type: "integer" },
    { name: "amount", type: "decimal", scale: 2 },
    { name: "active", type: "boolean" },
    { name: "due", type: "date" },
    { name: "seen_at", type: "datetime" },
    { name: "state", type: "enum", values: ["open", "done"] },
    { name: "labels", type: "tags" },
    { name: "owner", type: "reference", to: "tiers.contact" },
    { name: "extra", type: "json" },
  ],
};

function refusal(text: string): ExpressionError {
  try {
    compile(text, schema, "visible_when");
  } catch (error) {
    if (error instanceof ExpressionError) return error;
  }
  throw new Error(`${text} was not refused`);
}

describe("A rule of a form", () => {
  it("follows what is typed", () => {
    const rule = compileCondition('state == "done" && amount >= 10', schemaOf(entity));
    expect(rule.holds({ record: { state: "open", amount: "12.00" } })).toBe(false);
    expect(rule.holds({ record: { state: "done", amount: "12.00" } })).toBe(true);
    expect(rule.holds({ record: { state: "done", amount: "9.99" } })).toBe(false);
    expect(rule.holds({ record: { state: "done", amount: "" } })).toBe(false);
  });

  it("knows the fields every record has, and those of the context", () => {
    const further = [
      { name: "user.id", type: "text", context: true },
      { name: "user.role", type: "choice", values: ["administrator", "user"], context: true },
    ] as const;
    const rule = compileCondition(
      'created_by == user.id && version > 1 && user.role != "administrator"',
      schemaOf(entity, further),
    );
    const record = { created_by: "u-1", version: 2, "user.id": "u-2", "user.role": "administrator" };
    expect(rule.holds({ record, context: { "user.id": "u-1", "user.role": "user" } })).toBe(true);
    expect(rule.holds({ record, context: { "user.id": "u-2", "user.role": "user" } })).toBe(false);
    expect(rule.fields.map((field) => field.name)).toEqual(["created_by", "user.id", "version", "user.role"]);
  });

  it("must be a condition", () => {
    expect(() => compileCondition("score + 1", schemaOf(entity))).toThrow(
      "A condition is needed here, and this is a whole number at column 1. Compare it with a value.",
    );
  });

  it("computes values as the REST interface has them", () => {
    const inputs = { record: { amount: "12.50", score: 4, due: "2026-11-30" }, now: "2026-11-21T07:05:03Z" };
    const value = (text: string) => compile(text, schemaOf(entity)).evaluate(inputs);
    expect(value("amount * score")).toBe("50.00");
    expect(value("due - today()")).toBe("777600.000000s");
    expect(value('today() + duration("1d")')).toBe("2026-11-22");
    expect(value("score + 9223372036854775800")).toBe(9223372036854775804n);
  });

  it("says strictly what has no result, and leaves it empty otherwise", () => {
    const share = compile("amount / score", schemaOf(entity), "/fields/2/computed");
    const inputs = { record: { amount: "1.00", score: 0 } };
    expect(share.evaluate(inputs)).toBeNull();
    const { error } = share.evaluateStrictly(inputs);
    expect(error).toMatchObject({ code: "entity.filter_overflow", field: "/fields/2/computed", column: 8 });
    expect(share.evaluateStrictly({ record: { amount: "1.00", score: 3 } }).value).toBe("0.333333");
  });
});

describe("Time", () => {
  it("is that of the device when the caller gives none", () => {
    const rule = compileCondition('seen_at > now() - duration("1m")', schemaOf(entity));
    expect(rule.holds({ record: { seen_at: new Date().toISOString() } })).toBe(true);
    expect(rule.holds({ record: { seen_at: "2020-01-01T00:00:00Z" } })).toBe(false);
  });

  it("may be given, and the day apart from it", () => {
    const day = compile("today()", schemaOf(entity));
    expect(day.evaluate({ now: new Date("2026-03-01T23:30:00Z") })).toBe("2026-03-01");
    expect(day.evaluate({ now: "2026-03-01T23:30:00-02:00" })).toBe("2026-03-02");
    expect(day.evaluate({ now: "2026-03-01T23:30:00Z", today: "2026-03-02" })).toBe("2026-03-02");
    expect(day.evaluate({ today: "2026-02-30" })).toBeNull();
    expect(compile("now()", schemaOf(entity)).evaluate({ now: new Date(Number.NaN) })).toBeNull();
  });
});

describe("Odd input", () => {
  const odd: unknown[] = [
    undefined,
    null,
    "",
    " ",
    "x",
    "1e5",
    "12.345",
    "99999999999999999999",
    "\ud800",
    0,
    -0,
    0.1,
    1e300,
    2 ** 63,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2n ** 70n,
    true,
    [],
    [1],
    ["a", null],
    {},
    { valueOf: () => 1 },
    new Date(Number.NaN),
    Symbol("s"),
    () => 1,
  ];
  const texts = [
    'title.contains("a") || size(title) > 1',
    'title + title < "b"',
    "score * 2 > 1 && -score != 0",
    "amount + score > 0.5",
    "active || !active",
    'due + duration("1d") > today()',
    "timestamp(due) < seen_at",
    'date(seen_at) != due && seen_at - now() > duration("1h")',
    'state in ["open"] || state == title',
    '"a" in labels || size(labels) > 0',
    "has(extra) && extra != null",
    "owner == null",
  ];

  it("never throws, and gives a truth", () => {
    for (const text of texts) {
      const rule = compileCondition(text, schemaOf(entity));
      for (const value of odd) {
        const record = Object.fromEntries(rule.fields.map((field) => [field.name, value]));
        expect(typeof rule.holds({ record }), `${text} on ${String(value)}`).toBe("boolean");
        expect(rule.evaluateStrictly({ record })).toHaveProperty("error");
      }
      expect(typeof rule.holds({ record: null, context: null })).toBe("boolean");
      expect(typeof rule.holds()).toBe("boolean");
    }
  });

  it("counts as empty where the type cannot hold it", () => {
    const read = (
      type: "integer" | "decimal" | "double" | "date" | "texts" | "boolean" | "text",
      json: unknown,
    ) => valueFromJson({ type, scale: type === "decimal" ? 2 : 0 }, json);
    expect(read("integer", "3")).toBeNull();
    expect(read("integer", 1.5)).toBeNull();
    expect(read("integer", 2 ** 63)).toBeNull();
    expect(read("integer", 2n ** 63n - 1n)).toBe(2n ** 63n - 1n);
    expect(read("decimal", "12.345")).toBeNull();
    expect(read("decimal", "12.340")).toBe(1234n);
    expect(read("decimal", 0.1)).toBe(10n);
    expect(read("decimal", "1e2")).toBeNull();
    expect(read("double", Number.NaN)).toBeNull();
    expect(read("date", "2026-02-30")).toBeNull();
    expect(read("texts", ["a", 1])).toBeNull();
    expect(read("boolean", "true")).toBeNull();
    expect(read("text", 3)).toBeNull();
  });

  it("does not reach what every object inherits", () => {
    const fields = [
      { name: "constructor", type: "document" },
      { name: "toString", type: "document" },
    ] as const;
    expect(compile("has(constructor) || has(toString)", fields).holds({ record: {} })).toBe(false);
  });
});

describe("An error", () => {
  it("tells where it is, counted in characters, and what was probably meant", () => {
    const error = refusal('name == "é😀" &&\n  nmae == "👩"');
    expect(error).toMatchObject({
      code: "entity.filter_unknown_field",
      field: "visible_when",
      line: 2,
      column: 3,
      params: { line: "2", column: "3", name: "nmae", suggestion: "name", message: error.message },
    });
    expect(error.message).toMatch(
      /^There is no field "nmae" at line 2, column 3\. Did you mean "name"\? Fields/,
    );
  });

  it("has the parameters of the server's", () => {
    expect(refusal('name.startswith("a")').params).toMatchObject({ name: "startswith" });
    expect(refusal('kind == "suplier"').params).toMatchObject({ suggestion: "supplier" });
  });

  it("is told of half a character, which no text on the server can hold", () => {
    expect(refusal('name == "\ud83d"')).toMatchObject({ code: "entity.filter_syntax", column: 10 });
  });

  it("comes for every piece of a good text, or none does, and never anything else", () => {
    const text =
      '(name + r\'x\' == "\\u00e9\\x41😀" ? score * 1.5e1 : -0x1F) in [1, 2.0] || "a" in tags && !has(due) // c\n';
    for (let start = 0; start < text.length; start++)
      for (let end = start; end <= text.length; end++)
        try {
          compile(text.slice(start, end), schema);
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionError);
        }
  });
});
