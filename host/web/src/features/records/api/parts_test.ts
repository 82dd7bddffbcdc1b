import type { EntityDefinition, RecordData } from "@opsflux/ui";
import { expect, test } from "vitest";
import { changedParts, newPart, partColumns, partFields, partLists, sameParts } from "./parts";

const order = {
  name: "shop.order",
  parts: [
    { name: "lines", entity: "shop.line" },
    { name: "secrets", entity: "shop.secret" },
  ],
  fields: [],
} as unknown as EntityDefinition;
const line = {
  name: "shop.line",
  part_of: { field: "purchase", name: "lines", position: "place" },
  fields: [
    { name: "purchase", type: "reference", required: true },
    { name: "place", type: "integer", read_only: true },
    { name: "product", type: "text", required: true },
    { name: "quantity", type: "integer", default: 1 },
    { name: "note", type: "text" },
    { name: "amount", type: "decimal", read_only: true },
  ],
  views: { list: { columns: ["purchase", "place", "product", "quantity", "amount"] } },
} as unknown as EntityDefinition;
const list = { name: "lines", entity: line };
const stored = {
  id: "o",
  version: 3,
  lines: [
    { id: "a", version: 1, product: "pipe", quantity: 2, purchase: "o", amount: "4.00" },
    { id: "b", version: 1, product: "rope", quantity: 1, purchase: "o", amount: "1.00" },
  ],
} as unknown as RecordData;

test("a record has the lists whose entities are known", () => {
  expect(partLists(order, [order, line])).toEqual([list]);
});

test("columns are those of the list without the whole; a form asks for the others too", () => {
  expect(partColumns(list).map((field) => field.name)).toEqual(["product", "quantity", "amount"]);
  expect(partFields(list).map((field) => field.name)).toEqual(["product", "quantity", "amount", "note"]);
  expect(newPart(list, "me")).toEqual({ quantity: 1 });
});

test("only what differs is sent", () => {
  const [a, b] = stored.lines as RecordData[];
  expect(changedParts(list, {}, stored)).toBeUndefined();
  expect(changedParts(list, { lines: [{ ...a }, { ...b }] }, stored)).toBeUndefined();
  expect(changedParts(list, { lines: [b, { ...a, quantity: 5 }] }, stored)).toEqual([
    { id: "b" },
    { id: "a", quantity: 5 },
  ]);
  expect(changedParts(list, { lines: [a, { product: "bolt", quantity: 1 }] }, stored)).toEqual([
    { id: "a" },
    { product: "bolt", quantity: 1 },
  ]);
  expect(changedParts(list, { lines: [] }, stored)).toEqual([]);
  expect(changedParts(list, { lines: [] }, undefined)).toBeUndefined();
});

test("parts are the same while nobody wrote one", () => {
  const [a, b] = stored.lines as RecordData[];
  expect(sameParts([a, b], [{ ...a }, { ...b }])).toBe(true);
  expect(sameParts([a, b], [a, { ...b, version: 2 }])).toBe(false);
  expect(sameParts([a, b], [b, a])).toBe(false);
});
