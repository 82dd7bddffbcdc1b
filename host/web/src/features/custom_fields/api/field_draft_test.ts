import { expect, it } from "vitest";
import type { CustomField } from "./custom_fields";
import { bodyOf, draftOf, emptyDraft, labelOf, valueName } from "./field_draft";

const seats: CustomField = {
  id: "1",
  entity: "fleet.vehicle",
  name: "x_seats",
  field: { type: "integer", min: 1, max: 9, required: true, mono: true, visible_if: 'kind == "car"' },
  texts: { fr: { label: "Places", help: "Avec le conducteur." } },
  section: "body",
  search: false,
  state: "in_use",
  problem: null,
  removed_at: null,
};

it("sends back what it was given when nothing was changed", () => {
  const body = bodyOf(draftOf(seats), seats, seats.entity);
  expect(body).toEqual({ field: seats.field, texts: seats.texts, section: "body", search: false });
});

it("takes a rule away, and leaves what the form does not know", () => {
  const draft = { ...draftOf(seats), rules: { min: "1", max: " " }, required: false, visible_if: "" };
  expect(bodyOf(draft, seats, seats.entity).field).toEqual({ type: "integer", min: 1, mono: true });
});

it("sends numbers as numbers, decimals as text, and what is no number as typed", () => {
  const whole = { ...emptyDraft, type: "integer" as const, rules: { max: "12", min: "many" } };
  expect(bodyOf(whole, undefined, "a.b").field).toEqual({ type: "integer", max: 12, min: "many" });
  const decimal = {
    ...emptyDraft,
    type: "decimal" as const,
    rules: { precision: "8", scale: "2", min: "0.5" },
  };
  expect(bodyOf(decimal, undefined, "a.b").field).toEqual({
    type: "decimal",
    precision: 8,
    scale: 2,
    min: "0.5",
  });
});

const papers: CustomField = {
  ...seats,
  name: "x_papers",
  field: { type: "files", accept: ["application/pdf", "image/*", "application/x-step"], max_size: 2_500_001 },
};

it("tells files by kinds that people know, and what is none of them as it is", () => {
  const draft = draftOf(papers);
  expect(draft.accepted).toEqual({ kinds: ["pdf", "images"], others: "application/x-step" });
  expect(draft.rules.max_size).toBe("2.500001");
  expect(bodyOf(draft, papers, papers.entity).field).toEqual(papers.field);
});

it("sends each type of file once, and the size in bytes", () => {
  const draft = {
    ...draftOf(papers),
    accepted: { kinds: ["pdf" as const], others: "Application/PDF;  text/x-log , " },
    rules: { max_size: "2,5", max_items: "3" },
  };
  expect(bodyOf(draft, papers, papers.entity).field).toEqual({
    type: "files",
    accept: ["application/pdf", "text/x-log"],
    max_size: 2_500_000,
    max_items: 3,
  });
  const all = { ...draft, accepted: { kinds: [], others: " " }, rules: { max_size: "large" } };
  expect(bodyOf(all, papers, papers.entity).field).toEqual({ type: "files", max_size: "large" });
});

it("knows a kind only by all of its types", () => {
  const word = { ...papers, field: { type: "file" as const, accept: ["application/msword"] } };
  expect(draftOf(word).accepted).toEqual({ kinds: [], others: "application/msword" });
  const picture = { ...papers, field: { type: "image" as const, accept: ["image/png"] } };
  expect(draftOf(picture).accepted).toEqual({ kinds: ["png"], others: "" });
});

it("leaves out empty texts and those of values that are gone", () => {
  const draft = {
    ...emptyDraft,
    type: "enum" as const,
    values: ["new"],
    texts: { en: { label: " State ", help: " ", values: { new: "New", worn: "Worn" } }, pt: { label: "" } },
  };
  expect(bodyOf(draft, undefined, "a.b")).toMatchObject({
    entity: "a.b",
    texts: { en: { label: "State", values: { new: "New" } } },
    field: { type: "enum", values: ["new"] },
  });
  expect(bodyOf(draft, undefined, "a.b").texts).not.toHaveProperty("pt");
});

it("names values after what they are called", () => {
  expect(valueName("Très usé !", [])).toBe("tres_use");
  expect(valueName("New", ["new", "new_2"])).toBe("new_3");
  expect(valueName("3 ans", [])).toBe("v_3_ans");
  expect(valueName("日本", [])).toBe("v");
});

it("falls back to another language's label, and to the name", () => {
  expect(labelOf(seats, "pt")).toBe("Places");
  expect(labelOf({ name: "x_a", texts: {} }, "fr")).toBe("x_a");
});
