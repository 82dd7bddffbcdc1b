import type { RecordData } from "@opsflux/ui";
import { describe, expect, it } from "vitest";
import { disputed } from "./conflict";

const base = { id: "1", version: 3, city: "Gamba", phone: null, tags: ["a"] } as unknown as RecordData;
const now = (changes: object) => ({ ...base, version: 4, ...changes }) as RecordData;

describe("disputed", () => {
  it("leaves out what only one side changed", () => {
    expect(disputed({ base, current: now({ phone: "1" }), mine: { city: "Omboué" } })).toEqual([]);
  });

  it("holds what both changed to different values", () => {
    const current = now({ city: "Mayumba", tags: ["b"] });
    expect(disputed({ base, current, mine: { city: "Omboué", tags: ["b"] } })).toEqual(["city"]);
  });

  it("holds all that differs when the start is not known", () => {
    expect(disputed({ base: undefined, current: now({}), mine: { city: "Omboué", phone: "" } })).toEqual([
      "city",
    ]);
  });
});
