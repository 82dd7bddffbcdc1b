import { describe, expect, it } from "vitest";
import type { Row } from "../api/book";
import { placeAfter } from "./moves";
import { shown } from "./window";

const group = { kind: "group" } as Row;
const right = { kind: "permission" } as Row;
const rows = [group, right, right, group, right];
const press = (key: string, ctrlKey = false) => ({ key, ctrlKey, metaKey: false, altKey: false });
const go = (key: string, row: number, column: number, ctrl = false) =>
  placeAfter(press(key, ctrl), { row, column }, rows, 3, 2);

describe("placeAfter", () => {
  it("goes over the heads of groups", () => {
    expect(go("ArrowDown", 2, 1)).toEqual({ row: 4, column: 1 });
    expect(go("ArrowUp", 4, 1)).toEqual({ row: 2, column: 1 });
  });

  it("stays within the grid", () => {
    expect(go("ArrowUp", 1, 0)).toEqual({ row: 1, column: 0 });
    expect(go("ArrowDown", 4, 0)).toEqual({ row: 4, column: 0 });
    expect(go("ArrowLeft", 1, 0)).toEqual({ row: 1, column: 0 });
    expect(go("ArrowRight", 1, 2)).toEqual({ row: 1, column: 2 });
    expect(go("PageDown", 2, 2)).toEqual({ row: 4, column: 2 });
    expect(go("PageUp", 4, 2)).toEqual({ row: 2, column: 2 });
  });

  it("goes to the ends of the row and of all", () => {
    expect(go("End", 1, 0)).toEqual({ row: 1, column: 2 });
    expect(go("Home", 4, 2)).toEqual({ row: 4, column: 0 });
    expect(go("Home", 4, 2, true)).toEqual({ row: 1, column: 0 });
    expect(go("End", 1, 0, true)).toEqual({ row: 4, column: 2 });
    expect(go("ArrowDown", 1, 1, true)).toEqual({ row: 4, column: 1 });
  });

  it("leaves other keys alone", () => {
    expect(go("a", 1, 0)).toBeUndefined();
    expect(go("Enter", 1, 0)).toBeUndefined();
  });
});

describe("shown", () => {
  it("is what fits, with some more, and always where one is", () => {
    expect(shown(1000, 100, 10, 1000, -1)).toEqual(Array.from({ length: 18 }, (_, i) => 96 + i));
    expect(shown(0, 100, 10, 1000, 500).at(-1)).toBe(500);
    expect(shown(5000, 100, 10, 1000, 3)[0]).toBe(3);
    expect(shown(0, 100, 10, 3, 2)).toEqual([0, 1, 2]);
    expect(shown(0, 0, 10, 0, -1)).toEqual([]);
  });
});
